// What a serving process is asked, and what it asks in return.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <numeric>

#include <assay/plugin.h>

#include "server/checks/pool/answer_reader.h"
#include "server/checks/pool/supervisor.h"

namespace assay::checks {
namespace {

constexpr std::size_t took_kept = 256;
constexpr std::size_t lessons_waiting_max = 10'000;
// Answers to a plugin that it has not read: one as large as any, and room for more.
constexpr std::size_t unread_bytes_max = 8u << 20;
// What a stored byte counts of its share of the thread: some 20 MB a second may go to the disk.
constexpr auto stored_byte_cost = std::chrono::nanoseconds(10);

std::uint64_t percentile_95(const std::deque<std::uint64_t>& all) {
  std::vector<std::uint64_t> sorted(all.begin(), all.end());
  const std::size_t at = sorted.size() * 95 / 100;
  const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(at, sorted.size() - 1));
  std::nth_element(sorted.begin(), place, sorted.end());
  return *place;
}

Answer unavailable(const std::string& reason) {
  Answer answer;
  answer.outcome = Outcome::unavailable;
  answer.message = reason;
  return answer;
}

Answer cancelled() {
  Answer answer;
  answer.outcome = Outcome::cancelled;
  return answer;
}

}  // namespace

// ---- Asked from outside
// -----------------------------------------------------------------------------------------

void Supervisor::check(const std::string& plugin, Job job) {
  const auto found = slots_.find(plugin);
  if (found == slots_.end()) return job.answered(unavailable("there is no such plugin"));
  Slot& slot = found->second;
  const PluginState state = slot.status.state;
  if (state == PluginState::stopped || state == PluginState::refused)
    return job.answered(unavailable(slot.status.reason));
  const auto older = std::find_if(slot.waiting.begin(), slot.waiting.end(),
                                  [&](const Job& waiting) { return waiting.document == job.document; });
  if (older != slot.waiting.end()) {
    std::swap(*older, job);  // keeps its turn
    job.answered(cancelled());
  } else {
    slot.waiting.push_back(std::move(job));
  }
  pump(slot);
}

void Supervisor::cancel(std::uint64_t check) {
  for (auto& [id, slot] : slots_) {
    const auto found = std::find_if(slot.waiting.begin(), slot.waiting.end(),
                                    [&](const Job& waiting) { return waiting.id == check; });
    if (found == slot.waiting.end()) continue;
    const Job job = std::move(*found);
    slot.waiting.erase(found);
    return job.answered(cancelled());
  }
  for (Running* running : everything()) {
    if (running->phase != Phase::checking || running->job.id != check) continue;
    running->job_cancelled = true;
    running->process->cancel(check);
  }
}

void Supervisor::close(const std::string& document) {
  for (auto& [id, slot] : slots_) {
    slot.skips.forget(document);
    const auto waiting = std::find_if(slot.waiting.begin(), slot.waiting.end(),
                                      [&](const Job& job) { return job.document == document; });
    if (waiting != slot.waiting.end()) {
      const Job job = std::move(*waiting);
      slot.waiting.erase(waiting);
      job.answered(cancelled());
    }
    if (!slot.serving) continue;
    const auto instance = slot.serving->instances.find(document);
    if (instance == slot.serving->instances.end()) continue;
    // The process does it behind the command that may be under way.
    host::Writer out;
    out.u32(instance->second);
    slot.serving->instances.erase(instance);
    slot.serving->process->send(host::ToHost::close, out.bytes());
  }
}

void Supervisor::teach(const std::string& plugin, LessonJob job) {
  const auto found = slots_.find(plugin);
  if (found == slots_.end()) return;
  Slot& slot = found->second;
  if (slot.serving && !slot.serving->learns) return;
  if (slot.lessons.size() == lessons_waiting_max) {
    spdlog::warn("plugin {}: the oldest waiting lesson is dropped", plugin);
    slot.lessons.pop_front();
  }
  slot.lessons.push_back(std::move(job));
  pump(slot);
}

// ---- Commands, one at a time
// ------------------------------------------------------------------------------------

void Supervisor::pump(Slot& slot) {
  if (!slot.serving || slot.serving->phase != Phase::idle) return;
  Running& running = *slot.serving;
  if (slot.packs_changed) {
    slot.packs_changed = false;
    running.trial.emplace(slot.packs, packs_, false);
    running.phase = Phase::trying;
    running.kill_at = Clock::now() + options_.start_budget;
    return try_settings(running);
  }
  if (!running.learns) slot.lessons.clear();
  // By turns, so that neither waits for ever.
  if (!slot.lessons.empty() && (slot.lesson_next || slot.waiting.empty())) {
    slot.lesson_next = false;
    return start_lesson(slot);
  }
  slot.lesson_next = true;
  while (!slot.waiting.empty() && running.phase == Phase::idle) start_check(slot);
}

void Supervisor::start_check(Slot& slot) {
  Running& running = *slot.serving;
  running.job = std::move(slot.waiting.front());
  slot.waiting.pop_front();
  running.job_cancelled = false;
  running.open_trouble.clear();
  const auto known = running.instances.find(running.job.document);
  const bool fresh = known == running.instances.end();
  const auto& blocks = running.job.view->blocks;
  std::vector<std::uint32_t> changed = fresh ? std::vector<std::uint32_t>() : running.job.changed;
  std::erase_if(changed, [&](std::uint32_t index) { return index >= blocks.size(); });
  running.incremental = slot.status.incremental && !changed.empty();
  if (changed.empty()) {
    changed.resize(blocks.size());
    std::iota(changed.begin(), changed.end(), 0u);
  }
  running.shown = slot.skips.show(running.job.document, running.job.view, std::move(changed));
  running.phase = Phase::checking;
  running.sent = Clock::now();
  running.cpu_at_start = running.process->cpu_time();
  running.has_rested = running.rests_until.has_value();
  const std::size_t shown_blocks = blocks.size() - running.shown.hidden.size();
  if (!running.shown.hidden.empty() &&
      (shown_blocks == 0 || (running.incremental && running.shown.changed.empty()))) {
    Answer answer;
    answer.outcome = Outcome::failed;
    answer.message = shown_blocks == 0 ? "all that is here ended it twice, and is left out until it changes"
                                       : "this passage ended it twice, and is left out until it changes";
    running.phase = Phase::idle;
    return running.job.answered(std::move(answer));
  }
  const auto budget = options_.budget;
  running.cancel_at = running.sent + budget;
  running.kill_at = running.sent + budget + options_.grace;
  std::uint32_t instance = 0;
  if (fresh) {
    instance = running.next_instance++;
    running.instances[running.job.document] = instance;
    host::Writer out;
    out.u32(instance);
    out.text(running.settings);
    running.process->send(host::ToHost::open, out.bytes());
  } else {
    instance = known->second;
  }
  running.process->send(
      host::ToHost::check,
      host::encode_check(running.job.id, instance, static_cast<std::uint64_t>(budget.count()),
                         *running.shown.view, running.shown.changed, slot.status.wants_data));
  running.unsent_command_bytes = running.process->unsent_bytes();
}

void Supervisor::start_lesson(Slot& slot) {
  Running& running = *slot.serving;
  const LessonJob job = std::move(slot.lessons.front());
  slot.lessons.pop_front();
  running.phase = Phase::learning;
  running.kill_at = Clock::now() + options_.lesson_budget;
  if (job.lesson) {
    const Lesson& lesson = *job.lesson;
    running.process->send(host::ToHost::learn, host::encode_lesson({lesson.report, lesson.title, lesson.text,
                                                                    lesson.kept, lesson.refused}));
  } else {
    running.process->send(host::ToHost::forget, job.forget);
  }
  running.unsent_command_bytes = running.process->unsent_bytes();
}

void Supervisor::on_learned(Running& running, const host::Frame& frame) {
  const auto outcome = host::decode_outcome(frame.payload);
  if (running.phase != Phase::learning || !outcome)
    return kill(running, Outcome::refused, "it sent what cannot be read");
  running.phase = Phase::idle;
  running.kill_at.reset();
  if (outcome->status != ASSAY_OK)
    log_line(running, ASSAY_LOG_WARNING, "a lesson was not taken: " + outcome->message);
  if (serves(running)) return pump(*slot_of(running));
  running.process->kill();
}

void Supervisor::on_answer(Running& running, const host::Frame& frame) {
  auto message = host::decode_answer(frame.payload);
  if (running.phase != Phase::checking || !message || message->check != running.job.id)
    return kill(running, Outcome::refused, "it sent what cannot be read");
  Answer answer = std::move(message->answer);
  answer.incremental = running.incremental;
  switch (message->status) {
    case ASSAY_OK:
      answer.outcome = Outcome::complete;
      break;
    case ASSAY_CANCELLED:
      answer.outcome = Outcome::timed_out;
      break;
    case ASSAY_UNSUPPORTED:
      answer.outcome = Outcome::unsupported;
      break;
    default:
      answer.outcome = Outcome::failed;
  }
  if (const auto wrong = judge_answer(*running.shown.view, answer))
    return kill(running, Outcome::refused, "its answer was refused: " + *wrong);
  if (!running.open_trouble.empty()) {
    answer.message = running.open_trouble;
    running.instances.erase(running.job.document);
  }
  if (answer.outcome == Outcome::timed_out) answer.message = "it took longer than a check may take";
  if (answer.outcome != Outcome::complete) {
    answer.findings.clear();
    answer.scores.clear();
    answer.suggestions.clear();
    answer.panel.clear();
  }
  answer.left_out = running.shown.hidden.size();
  // Nothing can be said of blocks that it was not shown.
  for (const std::uint32_t index : running.shown.hidden) {
    const Span hidden = running.shown.view->blocks[index].span;
    std::erase_if(answer.findings, [&](const Finding& finding) {
      return finding.span.begin >= hidden.begin && finding.span.begin < hidden.end;
    });
  }
  finish(running, std::move(answer));
  if (serves(running)) return pump(*slot_of(running));
  running.process->kill();  // retired: this was its last
}

void Supervisor::finish(Running& running, Answer answer) {
  answer.took = Clock::now() - running.sent;
  running.phase = Phase::idle;
  running.cancel_at.reset();
  running.kill_at.reset();
  const Job job = std::move(running.job);
  running.job = {};
  running.shown = {};
  if (running.job_cancelled) {
    answer = cancelled();
  }
  if (Slot* slot = slot_of(running)) {
    const auto now = Clock::now();
    const bool read_memory = now - slot->memory_read > std::chrono::seconds(1);
    if (slot->took_us.size() == took_kept) slot->took_us.pop_front();
    slot->took_us.push_back(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(answer.took).count()));
    const std::uint64_t memory_kib = read_memory ? running.process->resident_kib() : 0;
    if (read_memory) slot->memory_read = now;
    const std::lock_guard lock(mutex_);
    ++slot->status.checks;
    if (answer.outcome == Outcome::timed_out) ++slot->status.timeouts;
    slot->status.p95_us = percentile_95(slot->took_us);
    if (read_memory) slot->status.memory_kib = memory_kib;
  }
  job.answered(std::move(answer));
}

// On a busy machine a check may have had no turn: it is not ended for that, within reason. One that talked so
// much that it was made to rest has itself to thank.
bool Supervisor::was_kept_waiting(const Running& running) const {
  constexpr int longest = 5;  // times the time it may take
  const auto used = running.process->cpu_time() - running.cpu_at_start;
  return running.phase == Phase::checking && !running.has_rested && used < options_.budget &&
         Clock::now() - running.sent < longest * (options_.budget + options_.grace);
}

void Supervisor::kill(Running& running, Outcome outcome, const std::string& reason) {
  running.kill_at.reset();
  running.cancel_at.reset();
  if (!running.killed_because.empty()) return;
  running.killed_because = reason;
  running.killed_outcome = outcome;
  running.process->kill();
}

void Supervisor::answer_all_unavailable(Slot& slot, const std::string& reason) {
  auto waiting = std::move(slot.waiting);
  slot.waiting.clear();
  for (const auto& job : waiting) job.answered(unavailable(reason));
}

// ---- What a plugin asks for
// -------------------------------------------------------------------------------------

void Supervisor::on_request(Running& running, const host::Frame& frame) {
  host::Reader in(frame.payload);
  const auto first = in.text();
  const bool is_get = frame.kind == static_cast<std::uint8_t>(host::FromHost::get);
  const auto second = is_get ? std::string_view() : in.text();
  const std::string& id = running.descriptor.id;
  // The sample instance may read what is kept; before there is an id, nobody is asking.
  if (!in.done() || id.empty() || first.size() > host::key_bytes_max)
    return kill(running, Outcome::refused, "it sent what cannot be read");
  // A host asks for one thing at a time, and reads the answer.
  if (running.process->unsent_bytes() > running.unsent_command_bytes + unread_bytes_max)
    return kill(running, Outcome::refused, "it asks for more than it reads");
  host::Writer out;
  if (is_get) {
    const auto value = store_ == nullptr ? std::nullopt : store_->get(id, first);
    out.u8(value ? 1 : 0);
    out.text(value ? *value : std::string_view());
    return running.process->send(host::ToHost::value, out.bytes());
  }
  if (frame.kind == static_cast<std::uint8_t>(host::FromHost::put)) {
    if (second.size() > host::value_bytes_max)
      return kill(running, Outcome::refused, "it sent too large a value");
    out.u8(store_ != nullptr && store_->put(id, first, second) ? 1 : 0);
    charge(running, static_cast<std::int64_t>(second.size()) * stored_byte_cost);
    return running.process->send(host::ToHost::stored, out.bytes());
  }
  const Corpus::Count count = corpus_ == nullptr || !is_utf8(first) || !is_utf8(second)
                                  ? Corpus::Count()
                                  : corpus_->term(first, second);
  out.u64(count.documents_with_term);
  out.u64(count.documents);
  running.process->send(host::ToHost::term_count, out.bytes());
}

}  // namespace assay::checks
