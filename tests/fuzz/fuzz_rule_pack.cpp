#include <cstdlib>
#include <string>

#include "plugins/redflags/checker.h"

using namespace assay::redflags;

// A pack of a stranger: refused with a line number, or taken and run over its own text. Nothing else may
// happen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  PackError error;
  const auto rules = RuleSet::make({{"fuzz.toml", text}}, error);
  if (!rules) {
    if (error.message.find("fuzz.toml:") != 0) std::abort();
    return 0;
  }
  std::string ascii;
  for (const char c : text) ascii += static_cast<unsigned char>(c) < 0x80 ? c : '?';
  Checker checker(rules, {});
  Checker::Input input{ascii, {}, ascii};
  input.blocks.push_back({1, input.text, "bluf", 0, false, 0});
  for (const Finding& finding : checker.check(input))
    if (finding.bytes.begin > finding.bytes.end || finding.bytes.end > ascii.size()) std::abort();
  return 0;
}
