// What TOML text may be before a parser that recurses sees it: rule packs come from anybody who may put a
// file, and a key of 100,000 dots makes a table in a table in a table, until the stack ends.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay::host {

inline constexpr std::size_t toml_key_dots_max = 64;
inline constexpr std::size_t toml_brackets_max = 64;  // [ and { that are open at once

struct TomlTooDeep {
  std::size_t line = 0;  // from 1
  std::string reason;
};

// The first place where the text is deeper than that; strings and comments do not count. Linear, without
// recursion. Text that is no TOML is the parser's to refuse: up to the first mistake both read the same.
std::optional<TomlTooDeep> find_too_deep_toml(std::string_view text);

}  // namespace assay::host
