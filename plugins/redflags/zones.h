// Zone: what part of a report a block is, from the section key that the host gives (head/title, bluf,
// assumptions/redFlag, recommendations/scenario.best, ...). A rule says by a mask of zones where it looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::redflags {

enum class Zone : std::uint8_t {
  title,
  published,
  report_title,
  heading,  // of a section or in one; `Role` says which
  bluf,
  hypothesis_title,
  hypothesis_statement,
  judgement,
  hypotheses_other,
  assumption,
  red_flag,
  blind_spot,
  assumptions_other,
  implications,
  recommendations,
  scenario_best,
  scenario_worst,
  scenario_likely,
  entities,
  tags,
  sources,
  changes,
  custom,
  none,  // in no section: a text that is no report
};
inline constexpr std::size_t zone_count = 24;

enum class Role : std::uint8_t {
  head,
  bluf,
  hypotheses,
  assumptions,
  implications,
  recommendations,
  entities,
  tags,
  sources,
  changes,
  custom,
  none
};
inline constexpr std::size_t role_count = 12;

using ZoneMask = std::uint32_t;
constexpr ZoneMask mask(Zone zone) { return ZoneMask{1} << static_cast<unsigned>(zone); }
template <class... Zones>
constexpr ZoneMask mask(Zone first, Zones... rest) {
  return mask(first) | mask(rest...);
}
inline constexpr ZoneMask scenario_zones =
    mask(Zone::scenario_best, Zone::scenario_worst, Zone::scenario_likely);
// Where the writer's own prose stands: all but headers, headings, entities, tags.
inline constexpr ZoneMask prose_zones =
    ((ZoneMask{1} << zone_count) - 1) &
    ~mask(Zone::title, Zone::published, Zone::report_title, Zone::heading, Zone::entities, Zone::tags);
// What the report claims to be so: sections 1 to 4 without hypotheses' titles.
inline constexpr ZoneMask claim_zones =
    mask(Zone::bluf, Zone::hypothesis_statement, Zone::judgement, Zone::hypotheses_other, Zone::assumption,
         Zone::red_flag, Zone::blind_spot, Zone::assumptions_other, Zone::implications);

// `section`: as the host names it. `is_heading`: the block is a heading.
Zone zone_of(std::string_view section, bool is_heading);
Role role_of(std::string_view section);
Role role_of(Zone zone);
// What a pack may write in `in` and `not_in`: a section key, a role (all of its parts), "heading", "prose",
// "none".
std::optional<ZoneMask> zones_named(std::string_view name);

}  // namespace assay::redflags
