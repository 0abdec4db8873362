#include "server/checks/room_check.h"

#include <algorithm>
#include <utility>

namespace assay::checks {
namespace {

std::string json_text(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

const char* to_string(PluginState state) {
  switch (state) {
    case PluginState::starting:
      return "starting";
    case PluginState::running:
      return "running";
    case PluginState::restarting:
      return "restarting";
    case PluginState::stopped:
      return "stopped";
    case PluginState::refused:
      break;
  }
  return "refused";
}

Message message(std::string json) { return std::make_shared<const std::string>(std::move(json)); }

}  // namespace

RoomCheck::RoomCheck(server::WatchedRoom& room, Checker& checker, std::shared_ptr<ReportFeed> feed)
    : room_(room), checker_(checker), feed_(std::move(feed)), report_(room.name().name) {}

RoomCheck::~RoomCheck() {
  if (lesson_armed_) learn_now();
  for (const auto& [id, plugin] : plugins_)
    if (plugin.in_flight) checker_.pool().cancel(plugin.in_flight->number);
  checker_.pool().close(report_);
  feed_->close();
  checker_.left(report_, feed_.get());
}

// ---- When

void RoomCheck::loaded() {
  view_ = nullptr;
  touched_ = {true, true};
  ++revision_;
  for (auto& [id, plugin] : plugins_) {
    plugin.seen.clear();
    plugin.again = true;
  }
  consider_lesson();
  // Nobody is at it: what it says is what was decided.
  as_opened_ = true;
  plugins_changed();
}

void RoomCheck::changed(server::Touched touched) {
  ++revision_;
  touched_.text = touched_.text || touched.text;
  touched_.maps = touched_.maps || touched.maps;
  as_opened_ = as_opened_ && !touched.maps;
  last_ms_ = room_.loop().now_ms();
  if (!std::exchange(waiting_, true)) {
    first_ms_ = last_ms_;
    settle();
  }
  arm();
}

void RoomCheck::arm() {
  if (std::exchange(armed_, true)) return;
  const auto& times = checker_.times();
  const auto at = std::min(last_ms_ + times.pause.count(), first_ms_ + times.longest.count());
  const auto wait = std::max<std::int64_t>(at - room_.loop().now_ms(), 1);
  room_.loop().after(std::chrono::milliseconds(wait), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->due();
  });
}

void RoomCheck::due() {
  armed_ = false;
  const auto& times = checker_.times();
  const auto now = room_.loop().now_ms();
  if (now < std::min(last_ms_ + times.pause.count(), first_ms_ + times.longest.count())) return arm();
  waiting_ = false;
  check_all();
}

const std::shared_ptr<const ReportView>& RoomCheck::view() {
  if (!view_ || view_->view->revision != revision_) {
    view_ = std::make_shared<const ReportView>(
        make_report_view(room_.document(), revision_, view_.get(), {touched_.text, touched_.maps}));
    touched_ = {};
  }
  return view_;
}

void RoomCheck::check_all() {
  view();
  for (auto& [id, plugin] : plugins_) check(id, plugin);
  consider_lesson();
  settle();
}

bool RoomCheck::up_to_date(const Plugin& plugin) const {
  return plugin.checked == revision_ && !plugin.again && !plugin.in_flight;
}

// It will say something of what is there now, by itself.
bool RoomCheck::underway(const Plugin& plugin) const {
  switch (plugin.facts.state) {
    case PluginState::starting:
    case PluginState::restarting:
      return true;
    case PluginState::running:
      return waiting_ || plugin.in_flight || plugin.again;
    default:
      return false;
  }
}

namespace {

// One that was refused never ran and has no part in any report: the page of plugins says why. The three that
// come with the server are missed.
bool has_no_part(const PluginFacts& facts) {
  return facts.state == PluginState::refused && !facts.comes_with_server;
}

}  // namespace

// Why it has not said anything of what is there now, or not of all, though it should have; empty when it has,
// or may yet.
std::string RoomCheck::trouble(const Plugin& plugin) const {
  if (!plugin.facts.wanted) return {};
  if (up_to_date(plugin)) return plugin.left_out;
  if (plugin.facts.state == PluginState::running) return underway(plugin) ? std::string() : plugin.failed;
  if (plugin.facts.state == PluginState::starting || has_no_part(plugin.facts)) return {};
  return plugin.facts.reason.empty() ? "it does not run" : plugin.facts.reason;
}

void RoomCheck::check(const std::string& id, Plugin& plugin) {
  if (plugin.in_flight) {
    plugin.again = true;
    return;
  }
  const auto now = view();
  if (plugin.facts.state != PluginState::running) {
    // What it found stays. It is old as soon as something was written since, or nobody will look again.
    if (plugin.checked == 0) return;
    plugin.stale = plugin.checked != revision_ || plugin.facts.state == PluginState::stopped;
    plugin.findings.drop_gone(*now);
    return publish(id, plugin);
  }
  std::vector<std::uint32_t> blocks;
  const bool data_changed = plugin.facts.wants_data && plugin.seen_data != now->view->data;
  if (plugin.facts.incremental && plugin.checked != 0 && !data_changed) {
    for (std::uint32_t i = 0; i < now->places.size(); ++i) {
      const auto seen = plugin.seen.find(now->view->blocks[i].id);
      if (seen == plugin.seen.end() || seen->second != now->places[i].stamp) blocks.push_back(i);
    }
    if (blocks.empty()) {  // at most something went
      plugin.checked = revision_;
      plugin.again = false;
      plugin.findings.drop_gone(*now);
      return publish(id, plugin);
    }
  }
  plugin.again = false;
  plugin.in_flight = std::make_unique<InFlight>();
  auto& asked = *plugin.in_flight;
  asked.serial = ++serial_;
  asked.asked = now;
  asked.blocks = blocks;
  asked.generation = plugin.facts.generation;
  auto& loop = room_.loop();
  asked.number = checker_.pool().check(id, report_, now->view, std::move(blocks),
                                       [weak = weak_from_this(), &loop, id, serial = serial_](Answer said) {
                                         auto answer = std::make_shared<Answer>(std::move(said));
                                         loop.post([weak, id, serial, answer] {
                                           if (const auto self = weak.lock())
                                             self->answered(id, serial, std::move(*answer));
                                         });
                                       });
}

// ---- What comes back

void RoomCheck::answered(const std::string& id, std::uint64_t serial, Answer answer) {
  const auto found = plugins_.find(id);
  if (found == plugins_.end()) return;
  Plugin& plugin = found->second;
  if (!plugin.in_flight || plugin.in_flight->serial != serial) return;
  const auto asked = std::move(plugin.in_flight);
  switch (answer.outcome) {
    case Outcome::complete:
      take(plugin, answer, *asked);
      break;
    case Outcome::cancelled:
      plugin.again = true;
      break;
    case Outcome::unsupported:
      plugin.findings.clear();
      plugin.checked = asked->asked->view->revision;
      plugin.stale = false;
      plugin.failed.clear();
      break;
    default:
      // Its findings stay. It is asked again when it runs again, or when something changes.
      plugin.stale = true;
      plugin.failed = answer.message.empty() ? "it did not finish" : answer.message;
      plugin.findings.drop_gone(*view());
  }
  if (plugin.again && !waiting_) check(id, plugin);
  publish(id, plugin);
  settle();
}

void RoomCheck::take(Plugin& plugin, Answer& answer, const InFlight& asked) {
  const auto& now = view();
  const bool part = answer.incremental && !asked.blocks.empty();
  if (!part) plugin.seen.clear();
  const auto note = [&](std::size_t i) {
    plugin.seen[asked.asked->view->blocks[i].id] = asked.asked->places[i].stamp;
  };
  if (part)
    for (const auto i : asked.blocks) note(i);
  else
    for (std::size_t i = 0; i < asked.asked->places.size(); ++i) note(i);
  plugin.findings.take(std::move(answer.findings), *asked.asked, *now,
                       part ? asked.blocks : std::vector<std::uint32_t>{});
  if (plugin.facts.wants_data) plugin.seen_data = asked.asked->view->data;
  plugin.checked = asked.asked->view->revision;
  plugin.stale = false;
  plugin.failed.clear();
  plugin.left_out.clear();
  if (answer.left_out == 1) plugin.left_out = "one passage ended it twice, and is left out until it changes";
  if (answer.left_out > 1)
    plugin.left_out =
        std::to_string(answer.left_out) + " passages ended it twice, and are left out until they change";
  plugin.again = plugin.again || asked.generation != plugin.facts.generation;

  plugin.has_panel = plugin.has_panel || !answer.panel.empty() || !answer.scores.empty();
  plugin.panel = std::move(answer.panel);
  plugin.scores = "[";
  for (const auto& score : answer.scores) {
    if (plugin.scores.size() > 1) plugin.scores += ',';
    plugin.scores += "{\"name\":" + json_text(score.name) + ",\"label\":" + json_text(score.label) +
                     ",\"value\":" + std::to_string(score.value) + ",\"low\":" + std::to_string(score.low) +
                     ",\"high\":" + std::to_string(score.high) + "}";
  }
  plugin.scores += ']';
  plugin.suggestions = std::move(answer.suggestions);
  std::stable_sort(plugin.suggestions.begin(), plugin.suggestions.end(),
                   [](const Suggestion& a, const Suggestion& b) { return a.confidence > b.confidence; });
  plugin.has_suggestions = plugin.has_suggestions || !plugin.suggestions.empty();
}

// ---- What is said

void RoomCheck::publish(const std::string& id, Plugin& plugin) {
  const auto& now = view();
  const auto said = checker_.ignores().of(report_);
  FindingCounts counts;
  const auto name_of = [this](const std::string& user) { return checker_.name_of(user); };
  const std::string findings = plugin.findings.write(room_.document(), *now, *said, name_of, counts);
  plugin.counts = counts;
  feed_->know(id, plugin.findings.known());
  std::string stale = plugin.stale ? ",\"stale\":true" : "";
  const std::string revision = std::to_string(plugin.checked);
  const std::string final = up_to_date(plugin) ? "true" : "false";
  if (plugin.stale && !plugin.failed.empty()) stale += ",\"reason\":" + json_text(plugin.failed);
  if (!plugin.stale && !plugin.left_out.empty()) stale += ",\"left_out\":" + json_text(plugin.left_out);
  const bool news = plugin.last_core["findings"] != stale + findings;
  if (news || plugin.checked > 0)
    say(id, plugin, "findings", stale + findings,
        "\"revision\":" + revision + ",\"final\":" + final + stale + ",\"findings\":" + findings);
  if (plugin.has_panel) {
    const std::string core =
        "\"data\":" + (plugin.panel.empty() ? "null" : plugin.panel) + ",\"scores\":" + plugin.scores + stale;
    say(id, plugin, "panel", core, "\"revision\":" + revision + "," + core);
  }
  if (plugin.has_suggestions) {
    const auto tags = tags_in_view();
    std::string list = "[";
    for (const auto& suggestion : plugin.suggestions) {
      const RefusedSuggestion key{suggestion.kind, suggestion.value};
      const bool has =
          suggestion.kind == "tag" && std::find(tags.begin(), tags.end(), suggestion.value) != tags.end();
      if (has || std::find(said->refused.begin(), said->refused.end(), key) != said->refused.end()) continue;
      if (list.size() > 1) list += ',';
      list += "{\"kind\":" + json_text(suggestion.kind) + ",\"value\":" + json_text(suggestion.value) +
              ",\"label\":" + json_text(suggestion.label) +
              ",\"confidence\":" + std::to_string(suggestion.confidence) + "}";
    }
    list += ']';
    say(id, plugin, "suggestions", stale + list,
        "\"revision\":" + revision + stale + ",\"suggestions\":" + list);
  }
}

// One message; when it says nothing new, only that the check was done.
void RoomCheck::say(const std::string& id, Plugin& plugin, const char* kind, const std::string& core,
                    std::string rest) {
  auto whole = message("{\"type\":\"" + std::string(kind) + "\",\"plugin\":" + json_text(id) + "," +
                       std::move(rest) + "}");
  auto& before = plugin.last[kind];
  const bool same = before && plugin.last_core[kind] == core;
  const bool again = before && *before == *whole;
  before = whole;
  plugin.last_core[kind] = core;
  if (again) return;
  Message news = whole;
  if (same) {
    if (std::string_view(kind) != "findings" || !up_to_date(plugin)) {
      news = nullptr;
    } else {
      news = message("{\"type\":\"checked\",\"plugin\":" + json_text(id) +
                     ",\"revision\":" + std::to_string(plugin.checked) + "}");
    }
  }
  send(id + "/" + kind, std::move(whole), std::move(news));
}

// What was found rests on what was typed: it leaves when that is durable.
void RoomCheck::send(const std::string& slot, Message message, Message news) {
  room_.when_durable([weak = weak_from_this(), slot, message = std::move(message), news = std::move(news)] {
    const auto self = weak.lock();
    if (!self) return;
    self->feed_->put(slot, message, news);
    if (news) self->room_.tell(*news);
  });
}

void RoomCheck::tell_state(const std::string& id, Plugin& plugin) {
  const auto& facts = plugin.facts;
  auto state =
      message("{\"type\":\"plugin\",\"plugin\":" + json_text(id) + ",\"name\":" + json_text(facts.name) +
              ",\"version\":" + json_text(facts.version) + ",\"state\":\"" + to_string(facts.state) +
              "\",\"reason\":" + json_text(facts.reason) + "}");
  auto& before = plugin.last["plugin"];
  if (before && *before == *state) return;
  before = state;
  send(id + "/plugin", state, state);
}

void RoomCheck::joined(const std::shared_ptr<server::PeerLink>& peer) {
  room_.when_durable([weak = weak_from_this(), peer] {
    const auto self = weak.lock();
    if (!self) return;
    for (const auto& known : self->feed_->all()) self->room_.tell(peer, *known);
  });
}

void RoomCheck::settle() {
  const bool settled = !waiting_ && std::none_of(plugins_.begin(), plugins_.end(), [this](const auto& entry) {
    return underway(entry.second);
  });
  std::vector<ReportFeed::Unfinished> unfinished;
  for (const auto& [id, plugin] : plugins_)
    if (auto reason = trouble(plugin); !reason.empty()) unfinished.push_back({id, std::move(reason)});
  note_counts();
  // Only once what was said has reached the feed.
  room_.when_durable([weak = weak_from_this(), revision = revision_, table = table_, settled,
                      unfinished = std::move(unfinished)]() mutable {
    if (const auto self = weak.lock())
      self->feed_->settle(revision, table, settled && revision == self->revision_, std::move(unfinished));
  });
}

// What is in the list of reports. While a check is under way that stays as it was; a plugin that did not
// finish makes it unknown.
void RoomCheck::note_counts() {
  FindingCounts counts;
  bool any = false, unknown = false;
  for (const auto& [id, plugin] : plugins_) {
    const bool known = up_to_date(plugin);
    const bool failed = !trouble(plugin).empty();
    if (plugin.facts.wanted && !has_no_part(plugin.facts) && !known && !failed) return;
    any = any || known;
    unknown = unknown || failed;
    counts.errors += plugin.counts.errors;
    counts.warnings += plugin.counts.warnings;
    counts.hints += plugin.counts.hints;
  }
  if (!any && !unknown) return;
  const auto now = unknown ? std::nullopt : std::optional(counts);
  if (noted_ == now) return;
  noted_ = now;
  checker_.note_counts(report_, now);
}

// ---- What changes from outside

void RoomCheck::plugins_changed() {
  table_ = checker_.plugins_number();  // before the table: never newer than what is looked at
  const auto table = checker_.plugins();
  for (auto at = plugins_.begin(); at != plugins_.end();) {
    if (table->contains(at->first)) {
      ++at;
      continue;
    }
    // It is gone for good: so is what it said.
    const auto named = ",\"plugin\":" + json_text(at->first);
    const auto empty =
        message("{\"type\":\"findings\"" + named + ",\"revision\":" + std::to_string(revision_) +
                ",\"final\":true,\"findings\":[]}");
    const auto removed = message("{\"type\":\"plugin\"" + named + ",\"state\":\"removed\"}");
    for (const auto& [kind, last] : at->second.last)
      send(at->first + "/" + kind, nullptr,
           kind == "findings" ? empty
           : kind == "plugin" ? removed
                              : nullptr);
    feed_->know(at->first, {});
    at = plugins_.erase(at);
  }
  for (const auto& [id, facts] : *table) {
    auto& plugin = plugins_.try_emplace(id, id).first->second;
    const bool other = plugin.facts.generation != facts.generation;
    const bool runs = facts.state == PluginState::running && plugin.facts.state != PluginState::running;
    const bool stops = facts.state == PluginState::stopped && plugin.facts.state != PluginState::stopped;
    plugin.facts = facts;
    if (other) plugin.seen.clear();
    if (other) plugin.checked = 0;
    tell_state(id, plugin);
    if (waiting_) continue;  // asked in a moment anyhow
    if (other || runs || stops || plugin.checked != revision_) check(id, plugin);
  }
  // What was there when this room opened, if its pupils were not running yet.
  if (as_opened_) learn_now();
  settle();
}

void RoomCheck::ignores_changed() {
  for (auto& [id, plugin] : plugins_) publish(id, plugin);
  note_counts();
}

// ---- What is learned

std::vector<std::string> RoomCheck::tags_in_view() {
  std::vector<std::string> tags;
  const auto& now = view();
  for (std::size_t i = 0; i < now->places.size(); ++i) {
    const auto& span = now->view->blocks[i].span;
    if (now->places[i].field == "tags")
      tags.push_back(now->view->text.substr(span.begin, span.end - span.begin));
  }
  return tags;
}

void RoomCheck::consider_lesson() {
  if (!checker_.live(report_)) return;
  auto tags = tags_in_view();
  const auto said = checker_.ignores().of(report_);
  if (tags.empty() && said->refused.empty()) return;
  std::sort(tags.begin(), tags.end());
  std::string all;
  for (const auto& tag : tags) all += tag + '\n';
  for (const auto& refused : said->refused) all += "-" + refused.kind + ":" + refused.value + '\n';
  const std::string mark = std::to_string(id_number(all));
  if (mark != lesson_mark_) {
    lesson_mark_ = mark;
    lesson_since_ms_ = room_.loop().now_ms();
  }
  if (checker_.learned(report_) == mark || std::exchange(lesson_armed_, true)) return;
  room_.loop().after(checker_.times().lesson, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->lesson_armed_ = false;
    const auto quiet = self->room_.loop().now_ms() - self->lesson_since_ms_;
    if (quiet >= self->checker_.times().lesson.count())
      self->learn_now();
    else
      self->consider_lesson();
  });
}

void RoomCheck::learn_now() {
  if (!checker_.live(report_) || checker_.learned(report_) == lesson_mark_ || lesson_mark_.empty()) return;
  const auto& now = view();
  Lesson lesson;
  lesson.report = report_;
  for (std::size_t i = 0; i < now->places.size(); ++i) {
    const auto& span = now->view->blocks[i].span;
    const auto words = std::string_view(now->view->text).substr(span.begin, span.end - span.begin);
    const auto& field = now->places[i].field;
    if (field == "title") lesson.title = words;
    if (!field.empty()) continue;
    if (!lesson.text.empty()) lesson.text += '\n';
    lesson.text += words;
  }
  lesson.kept = tags_in_view();
  for (const auto& refused : checker_.ignores().of(report_)->refused)
    if (refused.kind == "tag") lesson.refused.push_back(refused.value);
  checker_.learn(lesson, lesson_mark_);
}

}  // namespace assay::checks
