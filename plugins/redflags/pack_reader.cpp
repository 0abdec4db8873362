#include "plugins/redflags/pack_reader.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "plugins/host/toml_bounds.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

constexpr std::int64_t pattern_memory_max = 1 << 20;  // of one expression's automaton
constexpr std::size_t patterns_max = 2'000;
constexpr std::size_t text_bytes_max = 2'000;

const std::set<std::string_view>& known_keys() {
  static const std::set<std::string_view> keys{
      "rule",          "kind",        "severity",    "message",      "hint",       "help",    "standard",
      "risk",          "triggers",    "marks",       "marks_text",   "profile",    "enabled", "in",
      "not_in",        "quoted",      "once",        "article",      "any",        "pattern", "with",
      "except",        "unless",      "unless_in",   "unless_value", "with_value", "within",  "distance",
      "ordered",       "with_unless", "also",        "max",          "min",        "words",   "letters",
      "field",         "metric",      "allowed",     "section",      "parts",      "a",       "b",
      "suppressed_by", "test",        "not_defined", "not_names",    "with_next"};
  return keys;
}

bool valid_id(std::string_view id, bool dotted) {
  if (id.empty() || id.size() > 120 || id.front() == '.' || id.back() == '.') return false;
  const bool characters = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
  return characters && (!dotted || id.find('.') != std::string_view::npos);
}

}  // namespace

void PackReader::refuse(const toml::node& at, const std::string& reason) const {
  throw Refused{file_ + ":" + std::to_string(at.source().begin.line) + ": " + reason};
}

void PackReader::read(const PackText& pack, bool builtin) {
  file_ = pack.file;
  builtin_ = builtin;
  lists_.clear();
  if (pack.text.size() > RuleSet::pack_bytes_max)
    throw Refused{file_ + ":1: larger than " + std::to_string(RuleSet::pack_bytes_max) + " bytes"};
  if (const auto deep = host::find_too_deep_toml(pack.text))
    throw Refused{file_ + ":" + std::to_string(deep->line) + ": " + deep->reason};
  toml::table root;
  try {
    root = toml::parse(pack.text, std::string_view(pack.file));
  } catch (const toml::parse_error& error) {
    throw Refused{file_ + ":" + std::to_string(error.source().begin.line) + ": " +
                  std::string(error.description())};
  }
  header(root);
  for (const auto& [key, node] : root)
    if (key != "pack" && key != "lists" && key != "rule")
      refuse(node, "unknown table '" + std::string(key.str()) + "'; there are pack, lists and rule");
  if (const auto* node = root.get("lists")) {
    if (!node->is_table()) refuse(*node, "lists is no table");
    read_lists(*node->as_table());
  }
  if (const auto* node = root.get("rule")) {
    if (!node->is_array_of_tables()) refuse(*node, "write each rule as [[rule]]");
    for (const auto& rule : *node->as_array()) read_rule(*rule.as_table());
  }
  if (builtin)
    for (auto& [name, list] : lists_)
      if (!builtin_lists_.emplace(name, std::move(list)).second)
        throw Refused{file_ + ":1: list '" + name + "' is in another pack as well"};
}

void PackReader::header(const toml::table& root) {
  const auto* node = root.get("pack");
  if (node == nullptr || !node->is_table()) throw Refused{file_ + ":1: no [pack] with an id"};
  const toml::table& pack = *node->as_table();
  for (const auto& [key, value] : pack)
    if (key != "id" && key != "title" && key != "language")
      refuse(value, "[pack] has no '" + std::string(key.str()) + "'");
  Pack made;
  made.id = text(pack, "id", true);
  made.title = text(pack, "title");
  made.language = text(pack, "language");
  made.file = file_;
  if (!valid_id(made.id, false)) refuse(*node, "the pack's id may hold a-z, 0-9, '-', '_' and '.'");
  for (const Pack& other : set_.packs_)
    if (other.id == made.id) refuse(*node, "pack '" + made.id + "' is in " + other.file + " as well");
  pack_id_ = made.id;
  set_.packs_.push_back(std::move(made));
}

void PackReader::read_lists(const toml::table& lists) {
  // A list may name another of the same pack, wherever it stands: as many rounds as it takes.
  for (bool more = true, last = false; more;) {
    more = false;
    for (const auto& [key, node] : lists) {
      const std::string name(key.str());
      if (lists_.contains(name)) continue;
      const auto entries = strings(lists, name);
      const bool waits = std::any_of(entries.begin(), entries.end(), [&](const std::string& entry) {
        return entry.size() > 1 && entry[0] == '@' &&
               list_named(std::string_view(entry).substr(1)) == nullptr;
      });
      if (waits && !last) continue;
      List list;
      list.entries = unfold(node, entries);
      if (list.entries.empty()) refuse(node, "list '" + name + "' is empty");
      list.cue = cue_of(node, list.entries);
      lists_.emplace(name, std::move(list));
      more = true;
    }
    if (!more && !last && lists_.size() < lists.size()) more = last = true;  // now what is missing is said
  }
}

void PackReader::read_rule(const toml::table& table) {
  if (set_.rules_.size() >= RuleSet::rules_max) refuse(table, "too many rules");
  for (const auto& [key, node] : table)
    if (!known_keys().contains(key.str())) refuse(node, "a rule has no '" + std::string(key.str()) + "'");
  Rule rule;
  rule.file = file_;
  rule.line = table.source().begin.line;
  rule.id = text(table, "rule", true);
  if (!valid_id(rule.id, false)) refuse(table, "a rule's id may hold a-z, 0-9, '-', '_' and '.'");
  if (rule.id.find('.') == std::string::npos) rule.id = pack_id_ + "." + rule.id;
  rule.kind = choice<Kind>(table, "kind", Kind::phrase,
                           {{"phrase", Kind::phrase},
                            {"pattern", Kind::pattern},
                            {"swap", Kind::swap},
                            {"limit", Kind::limit},
                            {"repeat", Kind::repeat},
                            {"pair", Kind::pair},
                            {"require", Kind::require},
                            {"cooccur", Kind::cooccur},
                            {"field", Kind::field},
                            {"section", Kind::section},
                            {"metric", Kind::metric},
                            {"code", Kind::code},
                            {"matrix", Kind::matrix}});
  if (table.get("kind") == nullptr) refuse(table, "rule '" + rule.id + "' has no kind");
  rule.severity = choice<Severity>(table, "severity", Severity::warning,
                                   {{"error", Severity::error},
                                    {"warning", Severity::warning},
                                    {"info", Severity::hint},
                                    {"hint", Severity::hint}});
  rule.message = text(table, "message", true);
  rule.hint = text(table, "hint");
  rule.help = text(table, "help");
  rule.standard = text(table, "standard");
  rule.risk = text(table, "risk");
  rule.triggers = text(table, "triggers");
  rule.marks_text = text(table, "marks_text");
  rule.profile = choice<std::string>(table, "profile", rule.severity == Severity::hint ? "strict" : "core",
                                     {{"core", "core"}, {"strict", "strict"}});
  rule.enabled = flag(table, "enabled", true);
  rule.once = flag(table, "once", false);
  rule.article = flag(table, "article", false);
  rule.not_defined = flag(table, "not_defined", false);
  rule.not_names = flag(table, "not_names", false);
  rule.zones = zones(table);
  rule.quoted = choice<Quoted>(
      table, "quoted", Quoted::check,
      {{"check", Quoted::check}, {"skip", Quoted::skip}, {"skip-attributed", Quoted::skip_attributed}});
  rule.marks = choice<Marks>(table, "marks", Marks::match,
                             {{"match", Marks::match},
                              {"sentence", Marks::sentence},
                              {"block", Marks::block},
                              {"to-companion", Marks::to_companion}});
  kind_members(table, rule);
  rule.suppressed_by = strings(table, "suppressed_by");
  if (const auto* test = table.get("test")) {
    if (!test->is_table()) refuse(*test, "write test.flags = [...] and test.passes = [...]");
    rule.flags = strings(*test->as_table(), "flags");
    rule.passes = strings(*test->as_table(), "passes");
  }
  check_complete(table, rule);
  if (const auto [at, fresh] = set_.by_id_.emplace(rule.id, static_cast<std::uint32_t>(set_.rules_.size()));
      !fresh)
    refuse(table, "rule '" + rule.id + "' is in " + set_.rules_[at->second].file + " as well");
  ++set_.packs_.back().rules;
  set_.rules_.push_back(std::move(rule));
}

void PackReader::kind_members(const toml::table& table, Rule& rule) {
  using W = Within;
  const auto within = [&](std::string_view key, W otherwise) {
    return choice<W>(table, key, otherwise,
                     {{"clause", W::clause},
                      {"sentence", W::sentence},
                      {"next", W::next},
                      {"previous", W::previous},
                      {"around", W::around},
                      {"paragraph", W::paragraph},
                      {"section", W::section},
                      {"document", W::document}});
  };
  rule.any = rule.kind == Kind::pair      ? cue(table, "a")
             : rule.kind == Kind::pattern ? cue(table, "pattern")
                                          : no_cue;
  if (rule.kind == Kind::swap)
    swap_members(table, rule);
  else
    rule.with = rule.kind == Kind::pair ? cue(table, "b") : cue(table, "with");
  if (rule.any == no_cue) rule.any = cue(table, "any");
  rule.except = cue(table, "except");
  rule.unless = cue(table, "unless");
  rule.unless_within = within("unless_in", W::sentence);
  rule.unless_values = values(table, "unless_value");
  rule.with_values = values(table, "with_value");
  rule.within = within("within", W::sentence);
  rule.distance = static_cast<std::uint32_t>(integer(table, "distance", 0, 1'000));
  rule.ordered = flag(table, "ordered", false);
  rule.with_unless = cue(table, "with_unless");
  rule.with_next = cue(table, "with_next");
  rule.also = cue(table, "also");
  rule.max = integer(table, "max", -1, 1'000'000'000);
  rule.min = integer(table, "min", -1, 1'000'000'000);
  if (rule.kind == Kind::repeat) {
    rule.distance = static_cast<std::uint32_t>(integer(table, "words", 10, 200));
    rule.words_min = static_cast<std::uint32_t>(integer(table, "letters", 5, 40));
  }
  section_members(table, rule);
}

void PackReader::section_members(const toml::table& table, Rule& rule) {
  rule.field = text(table, "field");
  rule.metric = text(table, "metric");
  rule.allowed = strings(table, "allowed");
  rule.parts = strings(table, "parts");
  if (const std::string section = text(table, "section"); !section.empty()) {
    rule.role = role_of(section);
    if (!zones_named(section) || rule.role == Role::none)
      refuse(*table.get("section"), "there is no section '" + section + "'");
    if (table.get("in") == nullptr) rule.zones = *zones_named(section);
  }
  for (const std::string& part : rule.parts)
    if (!zones_named(part)) refuse(*table.get("parts"), "there is no part '" + part + "'");
}

void PackReader::swap_members(const toml::table& table, Rule& rule) {
  const auto* node = table.get("with");
  if (node == nullptr || !node->is_table())
    refuse(table, "rule '" + rule.id + "' needs with = { \"words\" = \"better words\" }");
  const auto id = static_cast<CueId>(set_.by_cue_.size());
  set_.by_cue_.emplace_back();
  for (const auto& [key, value] : *node->as_table()) {
    const auto better = value.value<std::string>();
    if (!better) refuse(value, "what stands for '" + std::string(key.str()) + "' is no text");
    add_entry(value, id, static_cast<std::uint32_t>(rule.replacements.size()), std::string(key.str()));
    rule.replacements.push_back(*better);
  }
  if (rule.replacements.empty()) refuse(*node, "with is empty");
  rule.any = id;
}

void PackReader::check_complete(const toml::table& table, const Rule& rule) const {
  const auto need = [&](bool there, const char* what) {
    if (!there) refuse(table, "rule '" + rule.id + "' needs " + what);
  };
  switch (rule.kind) {
    case Kind::phrase:
      need(rule.any != no_cue, "any = [...]");
      break;
    case Kind::pattern:
      need(rule.any != no_cue, "pattern = \"...\" or any = [\"/.../\"]");
      break;
    case Kind::swap:
      break;
    case Kind::limit:
      need(rule.any != no_cue && (rule.max >= 0 || rule.min >= 0), "any = [...] and max or min");
      break;
    case Kind::repeat:
      break;
    case Kind::pair:
      need(rule.any != no_cue && rule.with != no_cue, "a = [...] and b = [...]");
      break;
    case Kind::require:
      need(rule.with != no_cue || rule.with_values != 0, "with = [...] or with_value");
      break;
    case Kind::cooccur:
      need(rule.any != no_cue && (rule.with != no_cue || rule.unless != no_cue || rule.unless_values != 0),
           "any = [...] and with = [...], unless or unless_value");
      break;
    case Kind::field:
      need(rule.field == "confidence" || rule.field == "published" || rule.field == "action",
           "field = confidence, published or action");
      break;
    case Kind::section:
      need(rule.role != Role::none, "section");
      break;
    case Kind::metric:
      need(
          (rule.metric == "words" || rule.metric == "words_per_sentence") && (rule.max >= 0 || rule.min >= 0),
          "metric = words or words_per_sentence, and max or min");
      break;
    case Kind::code:
      need(code_rule(rule.id) != nullptr, "C++ of its own, which only the rules of the plugin have");
      break;
    case Kind::matrix:
      break;
  }
}

// ---- Values

std::string PackReader::text(const toml::table& table, std::string_view key, bool required) const {
  const auto* node = table.get(key);
  if (node == nullptr) {
    if (required) refuse(table, "no " + std::string(key));
    return {};
  }
  const auto value = node->value_exact<std::string>();
  if (!value) refuse(*node, std::string(key) + " is no text");
  if (value->size() > text_bytes_max)
    refuse(*node, std::string(key) + " is longer than " + std::to_string(text_bytes_max) + " bytes");
  return *value;
}

std::int64_t PackReader::integer(const toml::table& table, std::string_view key, std::int64_t otherwise,
                                 std::int64_t max) const {
  const auto* node = table.get(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 0 || *value > max)
    refuse(*node, std::string(key) + " is no whole number from 0 to " + std::to_string(max));
  return *value;
}

bool PackReader::flag(const toml::table& table, std::string_view key, bool otherwise) const {
  const auto* node = table.get(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<bool>();
  if (!value) refuse(*node, std::string(key) + " is neither true nor false");
  return *value;
}

std::vector<std::string> PackReader::strings(const toml::table& table, std::string_view key) const {
  const auto* node = table.get(key);
  std::vector<std::string> out;
  if (node == nullptr) return out;
  if (const auto one = node->value_exact<std::string>()) return {*one};
  if (!node->is_array()) refuse(*node, std::string(key) + " is no list of texts");
  for (const auto& item : *node->as_array()) {
    const auto value = item.value_exact<std::string>();
    if (!value) refuse(item, std::string(key) + " holds something that is no text");
    out.push_back(*value);
  }
  return out;
}

template <class Value>
Value PackReader::choice(const toml::table& table, std::string_view key, Value otherwise,
                         std::initializer_list<std::pair<std::string_view, Value>> choices) const {
  const auto* node = table.get(key);
  if (node == nullptr) return otherwise;
  const std::string given = text(table, key);
  std::string all;
  for (const auto& [name, value] : choices) {
    if (name == given) return value;
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  refuse(*node, std::string(key) + " is '" + given + "', not one of " + all);
}

std::uint8_t PackReader::values(const toml::table& table, std::string_view key) const {
  std::uint8_t all = 0;
  for (const std::string& name : strings(table, key)) {
    if (name == "date")
      all |= value_date;
    else if (name == "number")
      all |= value_number;
    else if (name == "percent")
      all |= value_percent;
    else if (name == "name")
      all |= value_name;
    else
      refuse(*table.get(key), "'" + name + "' is not one of date, number, percent, name");
  }
  return all;
}

ZoneMask PackReader::zones(const toml::table& table) const {
  const auto all = [&](std::string_view key) {
    ZoneMask zones = 0;
    for (const std::string& name : strings(table, key)) {
      const auto named = zones_named(name);
      if (!named) refuse(*table.get(key), "there is no section '" + name + "'");
      zones |= *named;
    }
    return zones;
  };
  const ZoneMask in = all("in");
  return (in == 0 ? prose_zones : in) & ~all("not_in");
}

// ---- Cues

const PackReader::List* PackReader::list_named(std::string_view name) const {
  if (const auto own = lists_.find(name); own != lists_.end()) return &own->second;
  if (const auto shared = builtin_lists_.find(name); shared != builtin_lists_.end()) return &shared->second;
  return nullptr;
}

std::vector<std::string> PackReader::unfold(const toml::node& at,
                                            const std::vector<std::string>& entries) const {
  std::vector<std::string> out;
  for (const std::string& entry : entries) {
    if (entry.empty()) refuse(at, "an empty phrase");
    if (entry[0] != '@') {
      out.push_back(entry);
      continue;
    }
    const List* list = list_named(std::string_view(entry).substr(1));
    if (list == nullptr) refuse(at, "there is no list '" + entry.substr(1) + "'");
    out.insert(out.end(), list->entries.begin(), list->entries.end());
  }
  return out;
}

CueId PackReader::cue(const toml::table& table, std::string_view key) {
  const auto* node = table.get(key);
  if (node == nullptr) return no_cue;
  const auto entries = strings(table, key);
  if (entries.empty()) refuse(*node, std::string(key) + " is empty");
  if (key == "pattern") return cue_of(*node, {"/" + entries[0] + "/"});
  if (entries.size() == 1 && entries[0].size() > 1 && entries[0][0] == '@')
    if (const List* list = list_named(std::string_view(entries[0]).substr(1))) return list->cue;
  return cue_of(*node, unfold(*node, entries));
}

CueId PackReader::cue_of(const toml::node& at, const std::vector<std::string>& entries) {
  const auto id = static_cast<CueId>(set_.by_cue_.size());
  set_.by_cue_.emplace_back();
  std::uint32_t phrase = 0;
  for (const std::string& entry : entries) add_entry(at, id, phrase++, entry);
  return id;
}

void PackReader::add_entry(const toml::node& at, CueId cue, std::uint32_t phrase, const std::string& entry) {
  if (entry.size() > text_bytes_max)
    refuse(at, "a phrase of more than " + std::to_string(text_bytes_max) + " bytes");
  if (entry.size() < 3 || entry.front() != '/' || entry.back() != '/') {
    PhraseError error;
    if (!phrases_.add(cue, phrase, entry, error)) refuse(at, "phrase '" + entry + "': " + error.message);
    return;
  }
  if (set_.patterns_.size() >= patterns_max)
    refuse(at, "more than " + std::to_string(patterns_max) + " patterns");
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(pattern_memory_max);
  auto expression = std::make_unique<re2::RE2>(re2::StringPiece(entry.data() + 1, entry.size() - 2), options);
  if (!expression->ok()) refuse(at, "pattern " + entry + ": " + expression->error());
  if (re2::RE2::FullMatch("", *expression)) refuse(at, "pattern " + entry + " fits the empty text");
  set_.patterns_.push_back({cue, phrase, std::move(expression)});
}

void PackReader::finish() {
  set_.phrases_ = phrases_.build();
  for (std::uint32_t i = 0; i < set_.rules_.size(); ++i) {
    Rule& rule = set_.rules_[i];
    if (rule.any != no_cue && rule.enabled) set_.by_cue_[rule.any].push_back(i);
    for (const std::string& other : rule.suppressed_by)
      if (!set_.find(other))
        throw Refused{rule.file + ":" + std::to_string(rule.line) +
                      ": suppressed_by names no rule: " + other};
  }
#define ASSAY_REDFLAGS_LIST(name)                                                 \
  if (const auto list = builtin_lists_.find(#name); list != builtin_lists_.end()) \
    set_.code_cues_.name = list->second.cue;                                      \
  else                                                                            \
    throw Refused{"the built-in packs have no list '" #name "'"};
  ASSAY_REDFLAGS_LISTS(ASSAY_REDFLAGS_LIST)
#undef ASSAY_REDFLAGS_LIST
}

}  // namespace assay::redflags
