#include "plugins/redflags/zones.h"

#include <array>
#include <string>

namespace assay::redflags {
namespace {

struct Key {
  std::string_view section;
  Zone zone;
  Role role;
};
constexpr std::array<Key, 23> keys{
    {{"head/title", Zone::title, Role::head},
     {"head/published", Zone::published, Role::head},
     {"head/reportTitle", Zone::report_title, Role::head},
     {"bluf", Zone::bluf, Role::bluf},
     {"hypotheses/title", Zone::hypothesis_title, Role::hypotheses},
     {"hypotheses/statement", Zone::hypothesis_statement, Role::hypotheses},
     {"hypotheses/judgement", Zone::judgement, Role::hypotheses},
     {"hypotheses", Zone::hypotheses_other, Role::hypotheses},
     {"assumptions/assumption", Zone::assumption, Role::assumptions},
     {"assumptions/redFlag", Zone::red_flag, Role::assumptions},
     {"assumptions/blindSpot", Zone::blind_spot, Role::assumptions},
     {"assumptions", Zone::assumptions_other, Role::assumptions},
     {"implications", Zone::implications, Role::implications},
     {"recommendations", Zone::recommendations, Role::recommendations},
     {"recommendations/scenario.best", Zone::scenario_best, Role::recommendations},
     {"recommendations/scenario.worst", Zone::scenario_worst, Role::recommendations},
     {"recommendations/scenario.likely", Zone::scenario_likely, Role::recommendations},
     {"entities", Zone::entities, Role::entities},
     {"tags", Zone::tags, Role::tags},
     {"tags/tag", Zone::tags, Role::tags},
     {"sources", Zone::sources, Role::sources},
     {"changes", Zone::changes, Role::changes},
     {"custom", Zone::custom, Role::custom}}};

const Key* find(std::string_view section) {
  for (const Key& key : keys)
    if (key.section == section) return &key;
  return nullptr;
}

}  // namespace

Role role_of(std::string_view section) {
  // A part that a newer host names is of its section all the same.
  const std::string_view role = section.substr(0, section.find('/'));
  if (role == "head") return Role::head;
  if (const Key* key = find(role)) return key->role;
  return section.empty() ? Role::none : Role::custom;
}

Zone zone_of(std::string_view section, bool is_heading) {
  const Key* key = find(section);
  if (key == nullptr) key = find(section.substr(0, section.find('/')));
  if (is_heading && (key == nullptr || (key->role != Role::head && key->zone != Zone::hypothesis_title)))
    return Zone::heading;
  if (key != nullptr) return key->zone;
  return section.empty() ? Zone::none : Zone::custom;
}

Role role_of(Zone zone) {
  for (const Key& key : keys)
    if (key.zone == zone) return key.role;
  return Role::none;
}

std::optional<ZoneMask> zones_named(std::string_view name) {
  if (name == "prose") return prose_zones;
  if (name == "heading") return mask(Zone::heading);
  if (name == "none") return mask(Zone::none);
  if (name == "claims") return claim_zones;
  if (name == "recommendations/scenario") return scenario_zones;
  if (name == "recommendations/item") return mask(Zone::recommendations);
  const bool part = name.find('/') != std::string_view::npos;
  ZoneMask zones = 0;
  for (const Key& key : keys)
    if (key.section == name || (!part && key.section.substr(0, key.section.find('/')) == name))
      zones |= mask(key.zone);
  if (zones == 0) return std::nullopt;
  return zones;
}

}  // namespace assay::redflags
