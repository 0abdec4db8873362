#include "server/checks/ignores.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "server/checks/anchor.h"
#include "server/reports/new_id.h"

namespace assay::checks {
namespace {

using nlohmann::json;
using storage::Record;

constexpr const char* ignore_kind = "ignore";               // key: report/id
constexpr const char* refused_kind = "refused-suggestion";  // key: report/kind/value
constexpr double words_left_min = 0.5;

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string ignore_record(const Ignore& ignore) {
  return dump({{"plugin", ignore.plugin},
               {"rule", ignore.rule},
               {"report", ignore.whole_report},
               {"quote", ignore.quote},
               {"block", ignore.block},
               {"reason", ignore.reason},
               {"by", ignore.by},
               {"at", ignore.at_ms}});
}

Ignore read_ignore(std::string id, const std::string& value) try {
  const auto parsed = json::parse(value);
  Ignore ignore;
  ignore.id = std::move(id);
  ignore.plugin = parsed.at("plugin").get<std::string>();
  ignore.rule = parsed.at("rule").get<std::string>();
  ignore.whole_report = parsed.at("report").get<bool>();
  ignore.quote = parsed.at("quote").get<std::string>();
  ignore.block = parsed.at("block").get<std::string>();
  ignore.reason = parsed.at("reason").get<std::string>();
  ignore.by = parsed.at("by").get<std::string>();
  ignore.at_ms = parsed.at("at").get<std::int64_t>();
  return ignore;
} catch (const json::exception&) {
  throw storage::StorageError(storage::StorageError::Kind::corrupt, "an ignore record cannot be read");
}

std::string refused_key(const std::string& report, const RefusedSuggestion& suggestion) {
  return report + "/" + suggestion.kind + "/" + suggestion.value;
}

}  // namespace

const Ignore* find_ignore(const ReportIgnores& said, std::string_view plugin, std::string_view rule,
                          std::string_view block, std::string_view quote,
                          const std::function<bool(const std::string& block)>& is_there) {
  for (const auto& ignore : said.ignores) {
    if (ignore.plugin != plugin || ignore.rule != rule) continue;
    if (ignore.whole_report) return &ignore;
    const bool same_words = ignore.quote == quote;
    if (ignore.block != block) {
      if (same_words && !is_there(ignore.block)) return &ignore;
    } else if (same_words || likeness(to_utf16(quote), to_utf16(ignore.quote)) >= words_left_min) {
      return &ignore;
    }
  }
  return nullptr;
}

IgnoreStore::IgnoreStore(storage::RoomStore& store) : store_(store) {
  std::map<std::string, ReportIgnores, std::less<>> reports;
  for (const auto& record : store.records(ignore_kind)) {
    const auto slash = record.key.find('/');
    if (slash == std::string::npos || !record.value) continue;
    reports[record.key.substr(0, slash)].ignores.push_back(
        read_ignore(record.key.substr(slash + 1), *record.value));
  }
  for (const auto& record : store.records(refused_kind)) {
    const auto slash = record.key.find('/');
    const auto second = slash == std::string::npos ? slash : record.key.find('/', slash + 1);
    if (second == std::string::npos) continue;
    reports[record.key.substr(0, slash)].refused.push_back(
        {record.key.substr(slash + 1, second - slash - 1), record.key.substr(second + 1)});
  }
  for (auto& [report, said] : reports) {
    std::stable_sort(said.ignores.begin(), said.ignores.end(),
                     [](const Ignore& a, const Ignore& b) { return a.at_ms < b.at_ms; });
    reports_.emplace(report, std::make_shared<const ReportIgnores>(std::move(said)));
  }
}

std::shared_ptr<const ReportIgnores> IgnoreStore::of(std::string_view report) const {
  static const auto nothing = std::make_shared<const ReportIgnores>();
  const std::lock_guard lock(mutex_);
  const auto found = reports_.find(report);
  return found == reports_.end() ? nothing : found->second;
}

void IgnoreStore::change(const std::string& report, const std::vector<Record>& records,
                         std::shared_ptr<const ReportIgnores> now) {
  store_.append_and_wait({{}, {}, records});
  const std::lock_guard lock(mutex_);
  reports_[report] = std::move(now);
}

Ignore IgnoreStore::add(const std::string& report, Ignore ignore) {
  const std::lock_guard one(changing_);
  auto now = std::make_shared<ReportIgnores>(*of(report));
  if (now->ignores.size() >= ignores_max) throw std::length_error("a report holds no more ignores");
  ignore.id = server::reports::new_id();
  now->ignores.push_back(ignore);
  change(report, {{ignore_kind, report + "/" + ignore.id, ignore_record(ignore)}}, std::move(now));
  return ignore;
}

bool IgnoreStore::remove(const std::string& report, std::string_view id) {
  const std::lock_guard one(changing_);
  auto now = std::make_shared<ReportIgnores>(*of(report));
  if (std::erase_if(now->ignores, [&](const Ignore& ignore) { return ignore.id == id; }) == 0) return false;
  change(report, {{ignore_kind, report + "/" + std::string(id), std::nullopt}}, std::move(now));
  return true;
}

void IgnoreStore::refuse(const std::string& report, RefusedSuggestion suggestion) {
  const std::lock_guard one(changing_);
  auto now = std::make_shared<ReportIgnores>(*of(report));
  if (std::find(now->refused.begin(), now->refused.end(), suggestion) != now->refused.end()) return;
  if (now->refused.size() >= ignores_max) throw std::length_error("a report holds no more refusals");
  const auto key = refused_key(report, suggestion);
  now->refused.push_back(std::move(suggestion));
  change(report, {{refused_kind, key, "1"}}, std::move(now));
}

void IgnoreStore::forget(const std::string& report) {
  const std::lock_guard one(changing_);
  const auto said = of(report);
  std::vector<Record> records;
  for (const auto& ignore : said->ignores)
    records.push_back({ignore_kind, report + "/" + ignore.id, std::nullopt});
  for (const auto& suggestion : said->refused)
    records.push_back({refused_kind, refused_key(report, suggestion), std::nullopt});
  if (records.empty()) return;
  store_.append_and_wait({{}, {}, records});
  const std::lock_guard lock(mutex_);
  reports_.erase(report);
}

}  // namespace assay::checks
