// Who says so: whether a sentence, a name or a verb credits what stands there to anybody.
#pragma once

#include "plugins/redflags/report.h"

namespace assay::redflags {

// Where the words end that may stand between a speaker, or a form of "to be", and the verb.
std::uint32_t before_verb(const BlockFacts& facts, std::uint32_t verb, std::uint32_t from);
// "It was reported that": nobody is named who did, unless "by" follows.
bool agentless(const BlockFacts& facts, const Hit& verb, Extent sentence);
// Whether somebody says among the words; `promises_too`: who promises, pledges or urges says as well.
bool speaks(const RuleSet& rules, const BlockFacts& facts, Extent words, Extent sentence,
            bool promises_too = true);
// "Avinord counts", "the Ministry of Health has put": a name with a verb of counting or saying.
bool name_counts(const RuleSet& rules, const BlockFacts& facts, const Name& name, Extent sentence);
// The words of a sentence without the label that opens the block.
Extent said_in(const BlockFacts& facts, std::size_t sentence);
// Whether the sentence says where it has it from. `count_only`: a promise is then no source.
bool credits(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence, bool count_only = false);
// The stems of the outlet that the title names; empty: it names none.
StemSet outlet_stems(const Report& report);
// The stems of whoever says so in the sentence, by name; empty: nobody does.
StemSet speaker_of(const Report& report, const BlockFacts& facts, Extent sentence);

}  // namespace assay::redflags
