#include "server/checks/pool/supervisor.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include <assay/plugin.h>

#include "server/checks/pool/answer_reader.h"

namespace assay::checks {
namespace {

constexpr std::size_t log_lines_kept = 50;
constexpr unsigned log_lines_a_second = 20;
// Files come in several steps, and several files together.
constexpr auto folder_pause = std::chrono::milliseconds(50);
// How much of this thread one process may take: a plugin that floods must not cost those who type a core.
constexpr auto share_window = std::chrono::milliseconds(100);
constexpr auto share_of_window = std::chrono::milliseconds(20);
constexpr auto disk_pause = std::chrono::milliseconds(10);

// Not the clock on the wall: on a busy machine this thread has to wait as well.
std::chrono::nanoseconds thread_cpu_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

Supervisor::Supervisor(PoolOptions options, KeyValueStore* store, Corpus* corpus,
                       std::function<void(const PluginStatus&)> changed_state)
    : options_(std::move(options)),
      store_(store),
      corpus_(corpus),
      changed_state_(std::move(changed_state)),
      folders_(options_.folders, options_.packs_folder),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  thread_ = std::thread([this] { run(); });
}

Supervisor::~Supervisor() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  eventfd_write(wake_.get(), 1);
  thread_.join();
}

std::vector<PluginStatus> Supervisor::plugins() const {
  const std::lock_guard lock(mutex_);
  std::vector<PluginStatus> all;
  for (const auto& [id, slot] : slots_) all.push_back(slot.status);
  return all;
}

bool Supervisor::wait_until_started(std::chrono::nanoseconds longest) const {
  std::unique_lock lock(mutex_);
  return started_.wait_for(lock, longest, [this] { return all_started_; });
}

void Supervisor::post(std::function<void(Supervisor&)> work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  eventfd_write(wake_.get(), 1);
}

void Supervisor::run() {
  look_at_folders();
  for (;;) {
    note_started();
    {
      const std::lock_guard lock(mutex_);
      if (ending_) break;
    }
    wait_for_events();
    do_posted();
    do_due();
    gone_.clear();
  }
  do_posted();
  for (auto& [id, slot] : slots_) {
    if (slot.serving && slot.serving->phase == Phase::checking) finish(*slot.serving, {});
    answer_all_unavailable(slot, "the server ends");
  }
  for (auto& running : retired_)
    if (running->phase == Phase::checking) finish(*running, {});
  // Here, on the thread that started them.
  for (auto& [id, slot] : slots_) slot.serving.reset();
  candidates_.clear();
  retired_.clear();
  gone_.clear();
}

std::vector<Supervisor::Running*> Supervisor::everything() const {
  std::vector<Running*> all;
  for (const auto& [id, slot] : slots_)
    if (slot.serving) all.push_back(slot.serving.get());
  for (const auto* list : {&candidates_, &retired_})
    for (const auto& running : *list) all.push_back(running.get());
  return all;
}

void Supervisor::wait_for_events() {
  charged_until_ = thread_cpu_time();
  std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}, {folders_.event(), POLLIN, 0}};
  const auto all = everything();
  for (const Running* running : all) {
    const HostProcess& process = *running->process;
    const bool rests = running->rests_until.has_value();
    const int events = POLLIN | (process.wants_to_write() ? POLLOUT : 0);
    watched.push_back(
        {running->socket_ended || rests ? -1 : process.socket(), static_cast<short>(events), 0});
    watched.push_back({rests ? -1 : process.output(), POLLIN, 0});
    watched.push_back({process.exit_event(), POLLIN, 0});
  }
  timespec timeout{};
  const auto due = next_due();
  if (due) {
    const auto left = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(*due - Clock::now()));
    timeout.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
    timeout.tv_nsec = (left % std::chrono::seconds(1)).count();
  }
  if (ppoll(watched.data(), watched.size(), due ? &timeout : nullptr, nullptr) <= 0) return;

  if (watched[0].revents != 0) {
    eventfd_t count = 0;
    eventfd_read(wake_.get(), &count);
  }
  if (watched[1].revents != 0) {
    folders_.drain();
    if (!look_at_) look_at_ = Clock::now() + folder_pause;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    Running& running = *all[i];
    const pollfd* events = &watched[2 + 3 * i];
    attend(running, events[0].revents & POLLOUT, events[0].revents & (POLLIN | POLLHUP | POLLERR),
           events[1].revents != 0);
    if (events[2].revents != 0) {
      // What it said before it went still counts.
      attend(running, false, !running.socket_ended, running.process->output() >= 0);
      if (const auto how = running.process->ended()) on_exit(running, *how);
    }
  }
}

void Supervisor::attend(Running& running, bool writable, bool readable, bool printed) {
  if (!writable && !readable && !printed) return;
  if (writable) running.process->write_more();
  if (readable) read_from(running);
  if (printed) {
    std::vector<std::string> lines;
    running.process->read_output(lines);
    for (const auto& line : lines) log_line(running, ASSAY_LOG_INFO, line);
  }
  // With what it cost to wait for it: one that writes a byte at a time wakes us often.
  const auto now = thread_cpu_time();
  charge(running, now - std::exchange(charged_until_, now));
  if (store_ != nullptr && !running.rests_until && store_->is_behind(running.descriptor.id)) {
    running.rests_until = Clock::now() + disk_pause;
    running.has_rested = true;
  }
}

void Supervisor::charge(Running& running, std::chrono::nanoseconds cost) {
  const auto now = Clock::now();
  if (now - running.share_began > share_window) {
    running.share_began = now;
    running.share_used = {};
  }
  running.share_used += cost;
  if (running.share_used <= share_of_window) return;
  // What it used beyond its share, it pays back.
  running.rests_until = running.share_began + running.share_used * (share_window / share_of_window);
  running.has_rested = true;
}

void Supervisor::do_posted() {
  std::vector<std::function<void(Supervisor&)>> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (auto& one : work) one(*this);
}

std::optional<Supervisor::Clock::time_point> Supervisor::next_due() const {
  std::optional<Clock::time_point> due = look_at_;
  const auto sooner = [&due](const std::optional<Clock::time_point>& other) {
    if (other && (!due || *other < *due)) due = other;
  };
  for (const auto& [id, slot] : slots_) sooner(slot.restart_at);
  for (const Running* running : everything()) {
    sooner(running->cancel_at);
    sooner(running->kill_at);
    sooner(running->rests_until);
  }
  return due;
}

void Supervisor::do_due() {
  const auto now = Clock::now();
  if (look_at_ && *look_at_ <= now) look_at_folders();
  for (auto& [id, slot] : slots_) {
    if (!slot.restart_at || *slot.restart_at > now) continue;
    slot.restart_at.reset();
    start(slot.library, id);
  }
  for (Running* running : everything()) {
    if (running->rests_until && *running->rests_until <= now) {
      const bool behind = store_ != nullptr && store_->is_behind(running->descriptor.id);
      running->rests_until = behind ? std::optional(now + disk_pause) : std::nullopt;
    }
    if (running->cancel_at && *running->cancel_at <= now) {
      running->cancel_at.reset();
      running->process->cancel(running->job.id);
    }
    if (running->kill_at && *running->kill_at <= now && was_kept_waiting(*running))
      running->kill_at = now + options_.grace;
    if (running->kill_at && *running->kill_at <= now)
      kill(*running, Outcome::timed_out,
           running->phase == Phase::checking   ? "it took longer than a check may take, and was ended"
           : running->phase == Phase::learning ? "it took longer than a lesson may take, and was ended"
                                               : "it was not ready in time, and was ended");
  }
}

void Supervisor::read_from(Running& running) {
  std::vector<host::Frame> frames;
  const auto result = running.process->read_more(frames);
  for (const auto& frame : frames) handle(running, frame);
  if (result == HostProcess::Read::open) return;
  running.socket_ended = true;
  // Mostly it has ended, and says how in a moment. One that only closed its socket is of no use either.
  if (result == HostProcess::Read::too_long)
    kill(running, Outcome::refused, "it sent more than one answer may hold");
  running.process->kill();
}

void Supervisor::handle(Running& running, const host::Frame& frame) {
  if (!running.killed_because.empty()) return;
  switch (static_cast<host::FromHost>(frame.kind)) {
    case host::FromHost::loaded:
      return on_loaded(running, frame);
    case host::FromHost::refused:
      if (running.phase == Phase::loading || running.phase == Phase::trying)
        return refuse(running, as_utf8(frame.payload, 1'000));
      break;
    case host::FromHost::opened:
      return on_opened(running, frame);
    case host::FromHost::ready:
      return on_ready(running, frame);
    case host::FromHost::answer:
      return on_answer(running, frame);
    case host::FromHost::learned:
      return on_learned(running, frame);
    case host::FromHost::log: {
      host::Reader in(frame.payload);
      const std::uint32_t level = in.u32();
      const auto line = in.text();
      if (in.done()) return log_line(running, level, line);
      break;
    }
    case host::FromHost::get:
    case host::FromHost::put:
    case host::FromHost::term:
      return on_request(running, frame);
  }
  kill(running, Outcome::refused, "it sent what cannot be read");
}

Supervisor::Slot* Supervisor::slot_of(const Running& running) {
  const auto found = slots_.find(running.descriptor.id);
  return found == slots_.end() ? nullptr : &found->second;
}

bool Supervisor::serves(const Running& running) {
  const Slot* slot = slot_of(running);
  return slot != nullptr && slot->serving.get() == &running;
}

void Supervisor::log_line(Running& running, std::uint32_t level, std::string_view raw) {
  const std::string line = as_utf8(raw, host::log_line_bytes_max);
  Slot* const slot = slot_of(running);
  if (slot != nullptr) {
    const std::lock_guard lock(mutex_);
    auto& kept = slot->status.last_log;
    if (kept.size() == log_lines_kept) kept.erase(kept.begin());
    kept.push_back(line);
  }
  const auto now = Clock::now();
  if (now - running.log_second > std::chrono::seconds(1)) {
    running.log_second = now;
    running.log_lines = 0;
  }
  if (++running.log_lines > log_lines_a_second) return;
  const auto as = level >= ASSAY_LOG_ERROR     ? spdlog::level::err
                  : level == ASSAY_LOG_WARNING ? spdlog::level::warn
                  : level == ASSAY_LOG_INFO    ? spdlog::level::info
                                               : spdlog::level::debug;
  spdlog::log(as, "plugin {}: {}",
              slot != nullptr ? running.descriptor.id : running.process->library()->path.filename().string(),
              line);
}

void Supervisor::tell(const Slot& slot) {
  if (changed_state_) changed_state_(slot.status);
}

void Supervisor::note_started() {
  const bool all =
      candidates_.empty() && !look_at_ &&
      std::none_of(slots_.begin(), slots_.end(), [](const auto& one) { return one.second.restart_at; });
  const std::lock_guard lock(mutex_);
  all_started_ = all;
  if (all) started_.notify_all();
}

}  // namespace assay::checks
