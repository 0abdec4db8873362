// The thread that keeps plugins running: starts their processes, gives each one check at a time, ends those
// that take too long, starts those that died, and replaces those whose library changed. plugin_pool.h is the
// door; what is public here is for that door alone.
//
// A process goes through: candidate (loading, trying settings, becoming ready) -> serving in its slot ->
// retired (finishing its check, or killed and not yet gone). A slot is a plugin by its id, whatever process
// serves it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server/checks/pool/host_process.h"
#include "server/checks/pool/plugin_folders.h"
#include "server/checks/pool/plugin_pool.h"
#include "server/checks/pool/settings_trial.h"
#include "server/checks/pool/skip_list.h"

namespace assay::checks {

class Supervisor {
 public:
  using Clock = std::chrono::steady_clock;
  struct Job {
    std::uint64_t id = 0;
    std::string document;
    std::shared_ptr<const View> view;
    std::vector<std::uint32_t> changed;
    PluginPool::Answered answered;
  };
  struct LessonJob {
    std::optional<Lesson> lesson;  // or, without one:
    std::string forget;
  };

  Supervisor(PoolOptions options, KeyValueStore* store, Corpus* corpus,
             std::function<void(const PluginStatus&)> changed_state);
  ~Supervisor();

  // [any thread]
  std::vector<PluginStatus> plugins() const;
  bool wait_until_started(std::chrono::nanoseconds longest) const;
  void post(std::function<void(Supervisor&)> work);
  std::uint64_t next_check() { return ++last_check_; }

  // [the pool's thread], by post()
  void check(const std::string& plugin, Job job);
  void cancel(std::uint64_t check);
  void close(const std::string& document);
  void teach(const std::string& plugin, LessonJob job);
  void look_at_folders();
  void switch_on(const std::string& plugin, bool on);

 private:
  enum class Phase { loading, trying, beginning, idle, checking, learning };
  struct Running {
    std::unique_ptr<HostProcess> process;
    host::Descriptor descriptor;
    Phase phase = Phase::loading;
    std::string restart_of;  // the id of the plugin that this candidate is to serve again
    bool learns = false;
    bool socket_ended = false;
    std::optional<SettingsTrial> trial;
    Packs packs;                                     // those it was last accepted with
    std::string settings;                            // the JSON of the same
    std::map<std::string, std::uint32_t> instances;  // by document
    std::uint32_t next_instance = 1;
    // The command under way:
    Job job;
    SkipList::Shown shown;
    bool job_cancelled = false, incremental = false;
    Clock::time_point sent;
    std::size_t unsent_command_bytes = 0;  // when it was sent: answers may queue up behind it
    std::chrono::nanoseconds cpu_at_start{0};
    std::optional<Clock::time_point> cancel_at, kill_at;
    std::string killed_because;  // empty: it was not killed for what it did
    Outcome killed_outcome = Outcome::crashed;
    std::string open_trouble;  // why no instance could be made for the check under way
    // Its share of this thread. One that has used it up is not read until `rests_until`, and waits at its own
    // end of the socket; `has_rested`: since the command under way began.
    Clock::time_point share_began;
    std::chrono::nanoseconds share_used{0};
    std::optional<Clock::time_point> rests_until;
    bool has_rested = false;
    Clock::time_point log_second;
    unsigned log_lines = 0;
  };
  struct Slot {
    PluginStatus status;  // written under mutex_
    std::shared_ptr<const Library> library;
    std::unique_ptr<Running> serving;
    std::deque<Job> waiting;
    std::deque<LessonJob> lessons;
    bool lesson_next = false;
    bool switched_off = false;
    bool packs_changed = false;
    std::string passed_over;  // why a newer version was refused, while the one before serves
    Packs packs;              // in force
    SkipList skips;
    std::deque<Clock::time_point> deaths;
    unsigned deaths_in_a_row = 0;
    std::optional<Clock::time_point> restart_at;
    std::deque<std::uint64_t> took_us;
    Clock::time_point memory_read;
  };

  // supervisor.cpp: the loop
  void run();
  void wait_for_events();
  void attend(Running& running, bool writable, bool readable, bool printed);
  void charge(Running& running, std::chrono::nanoseconds cost);
  void do_posted();
  void do_due();
  std::optional<Clock::time_point> next_due() const;
  void read_from(Running& running);
  void handle(Running& running, const host::Frame& frame);
  void log_line(Running& running, std::uint32_t level, std::string_view line);
  template <class Work>
  void update(Slot& slot, Work work);  // changes its status, and tells
  void tell(const Slot& slot);
  void note_started();
  std::vector<Running*> everything() const;
  Slot* slot_of(const Running& running);
  bool serves(const Running& running);

  // supervisor_lives.cpp: from a library to a serving process, and its end
  Running* start(std::shared_ptr<const Library> library, const std::string& restart_of);
  void look_at_libraries();
  void look_at_packs();
  void library_gone(const std::filesystem::path& path);
  void on_loaded(Running& running, const host::Frame& frame);
  void on_opened(Running& running, const host::Frame& frame);
  void on_ready(Running& running, const host::Frame& frame);
  void try_settings(Running& running);
  void settings_settled(Running& running);
  void refuse(Running& running, const std::string& reason);
  void refuse_name(std::shared_ptr<const Library> library);
  void retire(Running& running);
  void on_exit(Running& running, const std::string& how);
  void died(Slot& slot, const std::string& how);
  static void forgive(Slot& slot);
  void start_afresh(const std::string& plugin, Slot& slot);
  void stop(Slot& slot, PluginState state, const std::string& reason);
  std::unique_ptr<Running> take(Running& running);
  std::string settings_json(const std::string& plugin, const Packs* packs) const;
  std::map<std::string, std::string> refused_packs(const Running& running) const;
  static bool takes_packs(const std::string& schema);

  // supervisor_checks.cpp: what a serving process is asked
  void pump(Slot& slot);
  void start_check(Slot& slot);
  void start_lesson(Slot& slot);
  void on_answer(Running& running, const host::Frame& frame);
  void on_learned(Running& running, const host::Frame& frame);
  void on_request(Running& running, const host::Frame& frame);
  void finish(Running& running, Answer answer);
  bool was_kept_waiting(const Running& running) const;
  void kill(Running& running, Outcome outcome, const std::string& reason);
  void answer_all_unavailable(Slot& slot, const std::string& reason);

  const PoolOptions options_;
  KeyValueStore* const store_;
  Corpus* const corpus_;
  const std::function<void(const PluginStatus&)> changed_state_;
  PluginFolders folders_;
  Descriptor wake_;
  std::chrono::nanoseconds charged_until_{0};  // of this thread's processor time

  std::map<std::string, Slot> slots_;  // its shape and the statuses: changed under mutex_
  std::vector<std::unique_ptr<Running>> candidates_, retired_, gone_;
  std::map<std::filesystem::path, std::shared_ptr<const Library>> libraries_;  // as last seen
  std::map<std::filesystem::path, std::string> shadowed_;                      // plugin id by path
  Packs packs_;
  std::map<std::string, std::string> packs_left_out_;  // why, by name: no plugin is shown them
  std::optional<Clock::time_point> look_at_;
  std::atomic<std::uint64_t> last_check_{0};

  mutable std::mutex mutex_;
  mutable std::condition_variable started_;
  std::vector<std::function<void(Supervisor&)>> posted_;
  bool all_started_ = false;
  bool ending_ = false;
  std::thread thread_;
};

template <class Work>
void Supervisor::update(Slot& slot, Work work) {
  {
    const std::lock_guard lock(mutex_);
    work(slot.status);
  }
  tell(slot);
}

}  // namespace assay::checks
