// PackReader: TOML text of packs into a RuleSet. Everything is checked here, once; what is wrong is said as
// "file:line: reason".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "plugins/redflags/phrase_builder.h"
#include "plugins/redflags/rule_set.h"

namespace assay::redflags {

class PackReader {
 public:
  explicit PackReader(RuleSet& set) : set_(set) {}
  // Throws Refused.
  void read(const PackText& pack, bool builtin);
  void finish();

  struct Refused {
    std::string message;
  };

 private:
  struct List {
    std::vector<std::string> entries;
    CueId cue = no_cue;
  };
  [[noreturn]] void refuse(const toml::node& at, const std::string& reason) const;
  void header(const toml::table& root);
  void read_lists(const toml::table& lists);
  void read_rule(const toml::table& table);
  void kind_members(const toml::table& table, Rule& rule);
  void check_complete(const toml::table& table, const Rule& rule) const;
  void swap_members(const toml::table& table, Rule& rule);
  void section_members(const toml::table& table, Rule& rule);

  std::string text(const toml::table& table, std::string_view key, bool required = false) const;
  std::int64_t integer(const toml::table& table, std::string_view key, std::int64_t otherwise,
                       std::int64_t max) const;
  bool flag(const toml::table& table, std::string_view key, bool otherwise) const;
  std::vector<std::string> strings(const toml::table& table, std::string_view key) const;
  template <class Value>
  Value choice(const toml::table& table, std::string_view key, Value otherwise,
               std::initializer_list<std::pair<std::string_view, Value>> choices) const;
  CueId cue(const toml::table& table, std::string_view key);
  CueId cue_of(const toml::node& at, const std::vector<std::string>& entries);
  const List* list_named(std::string_view name) const;
  void add_entry(const toml::node& at, CueId cue, std::uint32_t phrase, const std::string& entry);
  std::vector<std::string> unfold(const toml::node& at, const std::vector<std::string>& entries) const;
  std::uint8_t values(const toml::table& table, std::string_view key) const;
  ZoneMask zones(const toml::table& table) const;

  RuleSet& set_;
  PhraseBuilder phrases_;
  std::string file_;
  std::string pack_id_;
  bool builtin_ = false;
  std::map<std::string, List, std::less<>> builtin_lists_, lists_;
};

}  // namespace assay::redflags
