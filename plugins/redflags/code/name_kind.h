// What a run of capitals names: a person, an organisation, or neither; and where the name in it begins and
// ends.
#pragma once

#include "plugins/redflags/report.h"

namespace assay::redflags {

enum class NameKind { other, person, organisation };

// As far as the name's words and what stands around it say.
NameKind kind_of(const Report& report, const BlockFacts& facts, const Name& name);

// Whether one of the cue's words stands right before the name: "the firm Quantera", "the tanker Aurora", "the
// ferry Lady Sigrun".
bool follows(const BlockFacts& facts, CueId cue, const Name& name);
// Titles that ships, castles and inns bear as a part of their names.
bool borne_by_things(const BlockFacts& facts, const Name& name);
// "Article 4 of the Convention" is a place in a paper.
bool is_part_of_paper(const BlockFacts& facts, const Name& name);

// "Supporters of the Civic Union ...": the first word has its capital from the sentence alone.
Name without_opening(const Report& report, const BlockFacts& facts, Name name);
// "La Prensa and the Ministry" is two names; the first is taken.
Name without_second(const BlockFacts& facts, const Name& name);
// "Ana Ruiz of Tarn": where a person is from.
Name without_origin(const BlockFacts& facts, const Name& name);
// "Captain Souleymane Diarra of the General Staff": who bears a title is named before "of".
Name without_employer(const BlockFacts& facts, const Name& name);

// Chinese and China, Indian and India, Varnholmer and Varnholm: folded, capitalised words with one beginning.
inline constexpr std::size_t root_letters = 4;
bool same_root(const std::string& a, const std::string& b);
// What lists more names is no list of entities, and each would be compared with every name of the report.
inline constexpr std::size_t listed_entities_max = 1'000;

}  // namespace assay::redflags
