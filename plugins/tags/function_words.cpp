#include "plugins/tags/function_words.h"

#include <boost/unordered/unordered_flat_map.hpp>

namespace assay::tagging {
namespace {

struct List {
  Role role;
  std::string_view words;  // between single blanks
};

constexpr List lists[] = {
    {Role::determiner,
     "a an the this that these those every each either neither some any no all both half such another other "
     "others "
     "my your his her its our their whose which what much many more most less least few fewer several enough "
     "various "
     "own same certain different numerous whole entire"},

    {Role::pointing,
     "particular following above given proposed resulting corresponding respective additional further main "
     "present "
     "previous current recent similar appropriate suitable relevant necessary sufficient significant "
     "interesting "
     "well-known overall aforementioned subsequent latter former considerable substantial remarkable usual "
     "typical "
     "obvious apparent so-called related involved obtained required needed desired serious major minor key "
     "poor "
     "excellent successful useful powerful simple easy difficult hard strong clear efficient new specific "
     "basic important "
     "existing special common novel underlying improved unique original detailed popular larger smaller "
     "greater "
     "traditional conventional accurate early earlier late final full potential best better worst worse "
     "practical growing "
     "known unknown possible good bad big small old great important able available likely worth true false "
     "right wrong "
     "initial crucial essential fundamental primary principal central wide broad extensive increasing "
     "increased "
     "decreasing reduced rapid slow quick effective inefficient adequate realistic attractive promising "
     "reasonable meaningful valuable helpful nice extra actual alternative adjacent ongoing forthcoming "
     "latest"},
    {Role::preposition,
     "of in on at by for with without from into onto upon over under above below between among amongst "
     "against "
     "through throughout during before after since until till within beyond across along around about near "
     "toward "
     "towards behind beside besides despite except per via versus vs off out up down like unlike amid than "
     "as "
     "regarding concerning including excluding according due because"},
    {Role::conjunction,
     "and or but nor so yet if unless while whereas although though whether when whenever where wherever "
     "once lest "
     "et al etc eg ie e.g i.e e.g. i.e. thus hence therefore however moreover furthermore nevertheless"},
    {Role::pronoun,
     "i you he she it we they me him us them myself yourself himself herself itself ourselves themselves one "
     "ones who "
     "whom someone somebody something anyone anybody anything everyone everybody everything nobody nothing "
     "none "
     "there here mine yours hers ours theirs it's he's she's that's there's what's who's let's i'm i've i'll "
     "i'd we're "
     "we've we'll they're they've they'll you're you've you'll"},
    {Role::auxiliary,
     "is are was were be been being am has have had having do does did doing done will would shall should "
     "can could may "
     "might must ought isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't "
     "shouldn't "
     "can't cannot couldn't mustn't needn't"},
    {Role::to, "to"},
    {Role::adverb,
     "not very also too just only even still already again ever never often sometimes always usually quite "
     "rather "
     "almost nearly soon now then today yesterday tomorrow tonight ago perhaps maybe instead together apart "
     "away back "
     "forth well far later earlier first firstly second secondly finally further recently currently "
     "respectively "
     "especially particularly generally mainly mostly approximately really actually probably possibly"},
    {Role::number,
     "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
     "seventeen "
     "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million "
     "billion "
     "trillion dozen mln bln hundreds thousands millions billions dozens third fourth fifth sixth seventh "
     "eighth ninth "
     "tenth"},
    {Role::filler,
     "mr mrs ms dr sir said says say told tell pct percent dlrs cts monday tuesday wednesday thursday friday "
     "saturday "
     "sunday january february march april june july august september october november december jan feb mar "
     "apr jun "
     "jul aug sep sept oct nov dec am pm p.m a.m p.m. a.m. fig figure table eq section ref refs http https "
     "www com reuter "
     "mrs. mr. dr. today's yesterday's"},
    {Role::weak,
     "lot lots thing things kind kinds sort sorts way ways bit rest example examples instance addition fact "
     "facts order "
     "case cases number numbers part parts year years month months week weeks day days hour hours minute "
     "minutes time "
     "times use uses used using result results paper papers article work works approach approaches end ends "
     "need needs "
     "set sets type types form forms point points problem problems example method methods study studies set "
     "level levels "
     "state group people man men woman women area areas amount amounts range ranges place places life world "
     "term terms "
     "reason reasons idea ideas question questions issue issues change changes line lines side sides view "
     "views "
     "purpose basis effect effects role value values large high low first last next official officials "
     "spokesman statement report reports "
     "plan plans move moves today night morning afternoon evening weekend decade decades century half "
     "quarter "
     "need needs demand degree effort efforts advantage advantages benefit benefits aspect aspects context "
     "impact attention "
     "contribution contributions success importance possibility ability presence lack look nature increase "
     "decrease work "
     "works task tasks look interest strength difficulty version versions construct extension make page "
     "pages scale factor "
     "factors feature features property properties characteristic characteristics concept concepts goal "
     "goals objective "
     "step steps choice choices class classes base variety series kind majority minority member members"},
};

}  // namespace

Role function_role(std::string_view word) {
  static const auto roles = [] {
    boost::unordered_flat_map<std::string_view, Role> made;
    for (const List& list : lists) {
      std::string_view rest = list.words;
      while (!rest.empty()) {
        const std::size_t blank = std::min(rest.find(' '), rest.size());
        made.emplace(rest.substr(0, blank), list.role);
        rest.remove_prefix(std::min(rest.size(), blank + 1));
      }
    }
    return made;
  }();
  const auto found = roles.find(word);
  return found == roles.end() ? Role::content : found->second;
}

}  // namespace assay::tagging
