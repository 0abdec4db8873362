// RoomCheck: one report's checks: when they are due, what each plugin has seen and said, and what of it is
// still so. Everything here runs on the room's shard and takes time in proportion to the report at most once
// a pause.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/checks/checker.h"
#include "server/checks/kept_findings.h"
#include "server/checks/report_view.h"

namespace assay::checks {

class RoomCheck final : public server::RoomWatch, public std::enable_shared_from_this<RoomCheck> {
 public:
  RoomCheck(server::WatchedRoom& room, Checker& checker, std::shared_ptr<ReportFeed> feed);
  ~RoomCheck() override;

  void loaded() override;
  void changed(server::Touched touched) override;
  void joined(const std::shared_ptr<server::PeerLink>& peer) override;
  // A plugin came, went or has other rules now.
  void plugins_changed();
  // What people ignore or refuse is another than before.
  void ignores_changed();
  void learn_now();

 private:
  struct InFlight {
    std::uint64_t serial = 0;  // of this question
    std::uint64_t number = 0;  // the pool's
    std::shared_ptr<const ReportView> asked;
    std::vector<std::uint32_t> blocks;  // empty: all
    std::uint64_t generation = 0;
  };
  struct Plugin {
    explicit Plugin(const std::string& id) : findings(id) {}
    PluginFacts facts;
    std::unordered_map<std::uint64_t, std::uint64_t> seen;  // blocks by id, with the stamp they had
    std::string seen_data;
    std::uint64_t checked = 0;  // revision of the last complete answer; 0: none
    bool stale = false;         // could not check what is there now
    std::string failed;         // why its last check did not end; empty: it did
    std::string left_out;       // what it was not shown, as a sentence; empty: it was shown all
    bool again = false;         // something changed since the question under way
    std::unique_ptr<InFlight> in_flight;
    KeptFindings findings;
    FindingCounts counts;
    std::string scores = "[]", panel;
    std::vector<Suggestion> suggestions;
    bool has_panel = false, has_suggestions = false;
    std::map<std::string, Message> last;           // by kind of message
    std::map<std::string, std::string> last_core;  // the same without what changes with every check
  };

  void arm();
  void due();
  void check_all();
  void check(const std::string& id, Plugin& plugin);
  void answered(const std::string& id, std::uint64_t serial, Answer answer);
  void take(Plugin& plugin, Answer& answer, const InFlight& asked);
  bool up_to_date(const Plugin& plugin) const;
  bool underway(const Plugin& plugin) const;
  std::string trouble(const Plugin& plugin) const;
  const std::shared_ptr<const ReportView>& view();
  void publish(const std::string& id, Plugin& plugin);
  void say(const std::string& id, Plugin& plugin, const char* kind, const std::string& core,
           std::string rest);
  void send(const std::string& slot, Message message, Message news);
  void tell_state(const std::string& id, Plugin& plugin);
  void settle();
  void note_counts();
  void consider_lesson();
  std::vector<std::string> tags_in_view();

  server::WatchedRoom& room_;
  Checker& checker_;
  const std::shared_ptr<ReportFeed> feed_;
  const std::string report_;

  std::uint64_t revision_ = 0;
  std::shared_ptr<const ReportView> view_;
  server::Touched touched_{true, true};  // since the view was made
  std::uint64_t serial_ = 0;
  std::uint64_t table_ = 0;  // number of the table of plugins that was looked at
  std::map<std::string, Plugin> plugins_;

  bool armed_ = false, waiting_ = false;  // a timer runs; a check is due
  std::int64_t first_ms_ = 0, last_ms_ = 0;
  std::optional<std::optional<FindingCounts>> noted_;

  std::string lesson_mark_;  // what is to be learned
  std::int64_t lesson_since_ms_ = 0;
  bool lesson_armed_ = false;
  bool as_opened_ = false;  // nobody has changed what it teaches since it was loaded
};

}  // namespace assay::checks
