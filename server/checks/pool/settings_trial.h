// Which rule packs a plugin takes: tries them all at once, and when it refuses, one by one on top of what was
// in force, so that one broken file leaves the others, and its own text before, where they were. No I/O: the
// caller makes the trials.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::checks {

using Packs = std::map<std::string, std::string>;  // text by file name

class SettingsTrial {
 public:
  // `in_force`: what the plugin took before; `wanted`: what lies in the folder now. `fresh`: no instance
  // stands yet, so at least one trial has to succeed, be it with no pack at all.
  SettingsTrial(Packs in_force, Packs wanted, bool fresh);

  // What to try next; none when it is settled.
  const Packs* next() const;
  // What the plugin said to it.
  void result(bool accepted, const std::string& reason);

  const Packs& in_force() const { return in_force_; }
  const std::map<std::string, std::string>& refused() const { return refused_; }  // why, by file name
  // Nothing was accepted, not even no pack: the plugin cannot be used. `reason` is the last one given.
  bool failed() const { return !stands_ && bases_.empty(); }
  const std::string& reason() const { return reason_; }

 private:
  void start_changes();
  void prepare();

  Packs in_force_, wanted_;
  bool stands_;                       // an instance with what is in force exists
  std::vector<Packs> bases_;          // whole sets to try, the next one last
  std::vector<std::string> changes_;  // then files to add, replace or take away, the next one last
  std::optional<Packs> trying_;
  std::map<std::string, std::string> refused_;
  std::string reason_;
};

}  // namespace assay::checks
