#include "plugins/redflags/code_rules.h"

namespace assay::redflags {

const CodeRule* code_rule(std::string_view id) {
  for (const auto* group : {&structure_rules(), &sourcing_rules(), &figure_rules(), &language_rules(),
                            &logic_rules(), &consistency_rules(), &number_rules(), &date_rules(),
                            &publication_rules(), &entity_rules(), &listed_entity_rules(), &tag_rules()})
    for (const CodeRule& rule : *group)
      if (rule.id == id) return &rule;
  return nullptr;
}

}  // namespace assay::redflags
