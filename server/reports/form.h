// Form: how the first line of a hypothesis, an assumption list or a scenario is put together. In a form T
// stands for the title, L for the label, P for the likelihood and S for the statement, each at most once; the
// rest stands for itself.
#pragma once

#include <string>
#include <string_view>

#include "server/reports/block.h"

namespace assay::server::reports {

std::string_view default_form(NodeKind kind);

struct FormParts {
  char letter = 'L';  // of the label
  std::string label;  // title or label
  std::string likelihood;
  std::string statement;
};
// A part that is empty leaves no marks around it; one that the form has no letter for is added in its usual
// place.
std::string fill_form(std::string_view form, const FormParts& parts, std::string_view usual_form);

// The first line of such a block without its marker, and how many of its children it has used up.
struct FirstLine {
  std::string text;
  std::size_t children = 0;
};
FirstLine first_line(const Block& block, std::string_view eol);

}  // namespace assay::server::reports
