#include "plugins/redflags/catalogue.h"

#include <string>

namespace assay::redflags {
namespace {

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::hint:
      return "hint";
  }
  return "";
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::phrase:
      return "phrase";
    case Kind::pattern:
      return "pattern";
    case Kind::swap:
      return "swap";
    case Kind::limit:
      return "limit";
    case Kind::repeat:
      return "repeat";
    case Kind::pair:
      return "pair";
    case Kind::require:
      return "require";
    case Kind::cooccur:
      return "cooccur";
    case Kind::field:
      return "field";
    case Kind::section:
      return "section";
    case Kind::metric:
      return "metric";
    case Kind::code:
      return "code";
    case Kind::matrix:
      return "matrix";
  }
  return "";
}

}  // namespace

std::string catalogue(const RuleSet& rules) {
  std::string page =
      "# The red flags\n\n"
      "What the plugin `redflags` looks for, rule by rule. Made from the rule packs in "
      "`plugins/redflags/packs` by "
      "`redflags_catalogue`; a test keeps the two alike.\n"
      "Std is the tradecraft standard a rule serves: 1 to 9 of ICD 203, 206 for ICD 206, H for the house "
      "layout. Risk is that of a "
      "false alarm. The rules on the\nmatrix run in the plugin `ach`. How to write rules of your own: "
      "`plugins/redflags/README.md`.\n";
  std::string group;
  for (const Rule& rule : rules.rules()) {
    const std::string own = rule.id.substr(0, rule.id.find('.'));
    if (own != group) {
      group = own;
      std::string title = group;
      title[0] = static_cast<char>(title[0] - 32);
      page += "\n## " + title +
              "\n\n| rule | severity | looks for | marks | what to do | kind | Std | risk |\n| --- | --- | "
              "--- | --- | --- | --- | --- | --- |\n";
    }
    page += "| `" + rule.id + "` | " + name_of(rule.severity) + " | " + rule.triggers + " | " +
            rule.marks_text + " | " + rule.hint + " | " + name_of(rule.kind) + " | " + rule.standard + " | " +
            rule.risk + " |\n";
  }
  return page;
}

}  // namespace assay::redflags
