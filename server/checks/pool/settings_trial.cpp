#include "server/checks/pool/settings_trial.h"

#include <algorithm>

namespace assay::checks {

SettingsTrial::SettingsTrial(Packs in_force, Packs wanted, bool fresh)
    : in_force_(std::move(in_force)), wanted_(std::move(wanted)), stands_(!fresh) {
  if (fresh) {
    if (!wanted_.empty() && !(in_force_.empty())) bases_.emplace_back();
    if (in_force_ != wanted_) bases_.push_back(in_force_);
  }
  if (fresh || in_force_ != wanted_) bases_.push_back(wanted_);
  prepare();
}

const Packs* SettingsTrial::next() const { return trying_ ? &*trying_ : nullptr; }

void SettingsTrial::start_changes() {
  bases_.clear();
  for (const auto& [file, text] : wanted_) {
    const auto before = in_force_.find(file);
    if (before == in_force_.end() || before->second != text) changes_.push_back(file);
  }
  for (const auto& [file, text] : in_force_)
    if (!wanted_.contains(file)) changes_.push_back(file);
  std::reverse(changes_.begin(), changes_.end());
}

void SettingsTrial::prepare() {
  trying_.reset();
  if (!bases_.empty()) {
    trying_ = bases_.back();
  } else if (!changes_.empty()) {
    trying_ = in_force_;
    const auto found = wanted_.find(changes_.back());
    if (found == wanted_.end())
      trying_->erase(changes_.back());
    else
      (*trying_)[changes_.back()] = found->second;
  }
}

void SettingsTrial::result(bool accepted, const std::string& reason) {
  if (!accepted) reason_ = reason;
  if (!bases_.empty()) {
    bases_.pop_back();
    if (accepted) {
      in_force_ = *trying_;
      stands_ = true;
    }
    if (stands_) start_changes();
  } else {
    if (accepted)
      in_force_ = *trying_;
    else
      refused_[changes_.back()] = reason;
    changes_.pop_back();
  }
  prepare();
}

}  // namespace assay::checks
