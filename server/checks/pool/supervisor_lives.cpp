// From a library in a folder to a process that serves, and to its end.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include <assay/plugin.h>

#include "server/checks/pool/answer_reader.h"
#include "server/checks/pool/supervisor.h"

namespace assay::checks {

// ---- What lies in the folders
// ---------------------------------------------------------------------------------

void Supervisor::look_at_folders() {
  look_at_.reset();
  folders_.watch();
  look_at_packs();
  look_at_libraries();
}

void Supervisor::look_at_libraries() {
  auto now = folders_.libraries();
  for (auto at = libraries_.begin(); at != libraries_.end();) {
    if (now.contains(at->first)) {
      ++at;
      continue;
    }
    const auto path = at->first;
    at = libraries_.erase(at);
    library_gone(path);
  }
  for (const auto& [path, library] : now) {
    const auto before = libraries_.find(path);
    if (before != libraries_.end() && before->second->is_same_file(*library)) continue;
    libraries_[path] = library;
    shadowed_.erase(path);
    // A newer file of this name makes a candidate from the older one pointless.
    for (auto& candidate : candidates_)
      if (candidate->process->library()->path == path && candidate->restart_of.empty())
        candidate->process->kill();
    start(library, {});
  }
}

void Supervisor::library_gone(const std::filesystem::path& path) {
  shadowed_.erase(path);
  for (auto& candidate : candidates_)
    if (candidate->process->library()->path == path) candidate->process->kill();
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&](const auto& one) {
    return one.second.library && one.second.library->path == path;
  });
  if (found == slots_.end()) return;
  const std::string id = found->first;
  Slot& slot = found->second;
  if (slot.serving) retire(*slot.serving);
  slot.restart_at.reset();
  answer_all_unavailable(slot, "the plugin was removed");
  spdlog::info("plugin {}: removed ({})", id, slot.status.library.string());
  PluginStatus last = slot.status;
  last.state = PluginState::stopped;
  last.reason = "removed";
  last.removed = true;
  {
    const std::lock_guard lock(mutex_);
    slots_.erase(found);
  }
  if (changed_state_) changed_state_(last);
  // What it hid comes to light again.
  for (auto shadow = shadowed_.begin(); shadow != shadowed_.end();) {
    if (shadow->second != id) {
      ++shadow;
      continue;
    }
    const auto library = libraries_.find(shadow->first);
    shadow = shadowed_.erase(shadow);
    if (library != libraries_.end()) start(library->second, {});
  }
}

void Supervisor::look_at_packs() {
  std::map<std::string, std::string> left_out;
  Packs now = folders_.packs(left_out);
  if (now == packs_ && left_out == packs_left_out_) return;
  for (const auto& [name, why] : left_out)
    if (!packs_left_out_.contains(name)) spdlog::warn("rule pack {} is left out: {}", name, why);
  packs_ = std::move(now);
  packs_left_out_ = std::move(left_out);
  for (auto& [id, slot] : slots_) {
    if (!takes_packs(slot.status.settings_schema)) continue;
    // Its deaths may have been a pack's doing.
    if (!slot.switched_off && slot.status.state == PluginState::stopped) start_afresh(id, slot);
    slot.packs_changed = true;
    pump(slot);
  }
}

bool Supervisor::takes_packs(const std::string& schema) {
  const auto parsed = nlohmann::json::parse(schema, nullptr, false);
  if (!parsed.is_object()) return false;
  const auto properties = parsed.find("properties");
  return properties != parsed.end() && properties->is_object() && properties->contains("packs");
}

std::string Supervisor::settings_json(const std::string& plugin, const Packs* packs) const {
  auto settings = nlohmann::json::object();
  if (const auto given = options_.settings.find(plugin); given != options_.settings.end()) {
    auto parsed = nlohmann::json::parse(given->second, nullptr, false);
    if (parsed.is_object()) settings = std::move(parsed);
  }
  if (packs != nullptr) {
    auto list = nlohmann::json::array();
    for (const auto& [file, text] : *packs) list.push_back({{"file", as_utf8(file, 255)}, {"text", text}});
    settings["packs"] = std::move(list);
  }
  // A file that is no UTF-8 reaches the plugin with replacement characters; what it makes of them it says
  // itself.
  return settings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::map<std::string, std::string> Supervisor::refused_packs(const Running& running) const {
  auto refused = running.trial->refused();
  if (takes_packs(running.descriptor.settings_schema))
    refused.insert(packs_left_out_.begin(), packs_left_out_.end());
  return refused;
}

// ---- Candidates
// -----------------------------------------------------------------------------------------------

Supervisor::Running* Supervisor::start(std::shared_ptr<const Library> library,
                                       const std::string& restart_of) {
  if (!is_library_name(library->path.filename().string())) {
    refuse_name(std::move(library));
    return nullptr;
  }
  auto running = std::make_unique<Running>();
  running->restart_of = restart_of;
  try {
    running->process = std::make_unique<HostProcess>(options_.host_program, std::move(library),
                                                     options_.address_space_bytes);
  } catch (const std::system_error& error) {
    spdlog::error("plugin process not started: {}", error.what());
    if (const auto slot = slots_.find(restart_of); slot != slots_.end()) died(slot->second, error.what());
    return nullptr;
  }
  running->kill_at = Clock::now() + options_.start_budget;
  candidates_.push_back(std::move(running));
  return candidates_.back().get();
}

void Supervisor::on_loaded(Running& running, const host::Frame& frame) {
  auto descriptor = host::decode_descriptor(frame.payload);
  if (running.phase != Phase::loading || !descriptor)
    return kill(running, Outcome::refused, "it sent what cannot be read");
  for (const auto* text :
       {&descriptor->name, &descriptor->version, &descriptor->settings_schema, &descriptor->panel_schema})
    if (!is_utf8(*text)) return refuse(running, "its description is not valid UTF-8");
  for (const auto* schema : {&descriptor->settings_schema, &descriptor->panel_schema})
    if (!schema->empty() && !nlohmann::json::accept(*schema))
      return refuse(running, "one of its schemas is no JSON");
  if (!running.restart_of.empty() && running.restart_of != descriptor->id)
    return refuse(running, "it now calls itself " + descriptor->id);
  running.descriptor = std::move(*descriptor);
  const std::string& id = running.descriptor.id;
  const auto& library = running.process->library();
  const bool is_new = !slots_.contains(id);
  Slot* slot = nullptr;
  {
    const std::lock_guard lock(mutex_);
    slot = &slots_[id];
  }
  if (!is_new && slot->library && slot->library->path != library->path) {
    if (slot->library->folder == library->folder) {
      spdlog::error("plugin {}: {} is left out, for {} has the same id", id, library->path.string(),
                    slot->library->path.string());
      return retire(running);
    }
    const bool loses = slot->library->folder > library->folder;
    shadowed_[loses ? library->path : slot->library->path] = id;
    if (loses) return retire(running);
  }
  if (slot->switched_off) {
    slot->library = library;
    return retire(running);
  }
  if (is_new) {
    slot->library = library;
    update(*slot, [&](PluginStatus& status) {
      status.id = id;
      status.name = running.descriptor.name;
      status.version = running.descriptor.version;
      status.library = library->path;
      status.state = PluginState::starting;
    });
  }
  const bool packs = takes_packs(running.descriptor.settings_schema);
  running.trial.emplace(packs ? slot->packs : Packs(), packs ? packs_ : Packs(), true);
  running.phase = Phase::trying;
  try_settings(running);
}

void Supervisor::try_settings(Running& running) {
  const Packs* packs = running.trial->next();
  if (packs == nullptr) return settings_settled(running);
  const bool takes = takes_packs(running.descriptor.settings_schema);
  running.settings = settings_json(running.descriptor.id, takes ? packs : nullptr);
  host::Writer out;
  out.u32(0);
  out.text(running.settings);
  running.process->send(host::ToHost::open, out.bytes());
  running.unsent_command_bytes = running.process->unsent_bytes();
}

void Supervisor::on_opened(Running& running, const host::Frame& frame) {
  const auto outcome = host::decode_outcome(frame.payload);
  if (!outcome) return kill(running, Outcome::refused, "it sent what cannot be read");
  const std::string message = as_utf8(outcome->message, 1'000);
  if (running.phase == Phase::checking && outcome->instance != 0) {
    if (outcome->status != ASSAY_OK)
      running.open_trouble = message.empty() ? "it could not be made ready for this document" : message;
    return;
  }
  if (running.phase != Phase::trying || outcome->instance != 0)
    return kill(running, Outcome::refused, "it answered what was not asked");
  running.trial->result(outcome->status == ASSAY_OK,
                        message.empty() ? "it refused its settings without a reason" : message);
  try_settings(running);
}

void Supervisor::settings_settled(Running& running) {
  const SettingsTrial& trial = *running.trial;
  if (trial.failed()) return refuse(running, trial.reason());
  const bool takes = takes_packs(running.descriptor.settings_schema);
  running.packs = trial.in_force();
  running.settings = settings_json(running.descriptor.id, takes ? &running.packs : nullptr);
  for (const auto& [file, reason] : trial.refused())
    spdlog::warn("plugin {}: rule pack {} is refused: {}", running.descriptor.id, file, reason);
  if (!serves(running)) {
    running.phase = Phase::beginning;
    return running.process->send(host::ToHost::begin, {});
  }
  Slot& slot = *slot_of(running);
  running.phase = Phase::idle;
  running.kill_at.reset();
  const bool changed = slot.packs != running.packs;
  slot.packs = running.packs;
  if (changed) {
    forgive(slot);
    for (const auto& [document, instance] : running.instances) {
      host::Writer out;
      out.u32(instance);
      running.process->send(host::ToHost::close, out.bytes());
    }
    running.instances.clear();
  }
  update(slot, [&](PluginStatus& status) {
    status.refused_packs = refused_packs(running);
    if (changed) ++status.generation;
  });
  pump(slot);
}

void Supervisor::on_ready(Running& running, const host::Frame& frame) {
  host::Reader in(frame.payload);
  running.learns = in.u8() == 1;
  Slot* slot = slot_of(running);
  if (running.phase != Phase::beginning || !in.done() || slot == nullptr)
    return kill(running, Outcome::refused, "it sent what cannot be read");
  running.phase = Phase::idle;
  running.kill_at.reset();
  if (slot->serving) retire(*slot->serving);
  const bool same_file = slot->library && slot->library->is_same_file(*running.process->library());
  if (!same_file || slot->packs != running.packs) forgive(*slot);
  slot->library = running.process->library();
  slot->serving = take(running);
  slot->packs = running.packs;
  slot->restart_at.reset();
  // Packs may have changed while it started.
  slot->packs_changed = takes_packs(running.descriptor.settings_schema) && running.trial->refused().empty() &&
                        running.packs != packs_;
  if (running.restart_of.empty()) slot->passed_over.clear();
  update(*slot, [&](PluginStatus& status) {
    const host::Descriptor& descriptor = running.descriptor;
    status.id = descriptor.id;
    status.name = descriptor.name;
    status.version = descriptor.version;
    status.settings_schema = descriptor.settings_schema;
    status.panel_schema = descriptor.panel_schema;
    status.incremental = (descriptor.capabilities & ASSAY_INCREMENTAL) != 0;
    status.wants_data = (descriptor.capabilities & ASSAY_WANTS_DATA) != 0;
    status.learns = running.learns;
    status.library = slot->library->path;
    status.state = PluginState::running;
    status.reason = slot->passed_over;
    status.refused_packs = refused_packs(running);
    ++status.generation;
  });
  spdlog::info("plugin {} {}: ready", running.descriptor.id, running.descriptor.version);
  pump(*slot);
}

// ---- Ends
// -----------------------------------------------------------------------------------------------------

std::unique_ptr<Supervisor::Running> Supervisor::take(Running& running) {
  for (auto* list : {&candidates_, &retired_}) {
    const auto found =
        std::find_if(list->begin(), list->end(), [&](const auto& one) { return one.get() == &running; });
    if (found == list->end()) continue;
    auto taken = std::move(*found);
    list->erase(found);
    return taken;
  }
  return std::move(slot_of(running)->serving);
}

void Supervisor::retire(Running& running) {
  auto taken = take(running);
  if (taken->phase != Phase::checking) taken->process->kill();
  retired_.push_back(std::move(taken));
}

void Supervisor::refuse(Running& running, const std::string& reason) {
  const auto path = running.process->library()->path;
  spdlog::error("plugin {}: refused: {}", path.string(), reason);
  const std::string id = !running.descriptor.id.empty() ? running.descriptor.id
                         : !running.restart_of.empty()  ? running.restart_of
                                                        : path.stem().string();
  Slot* slot = nullptr;
  {
    const std::lock_guard lock(mutex_);
    slot = &slots_[id];
    if (!slot->library) slot->library = running.process->library();
  }
  if (slot->serving && slot->serving.get() != &running) {
    // The version before stays; what is wrong with the new one is for administrators to see.
    slot->passed_over = path.filename().string() + " was refused: " + reason;
    update(*slot, [&](PluginStatus& status) { status.reason = slot->passed_over; });
  } else if (slot->library->path == path) {
    slot->library = running.process->library();
    update(*slot, [&](PluginStatus& status) {
      status.id = id;
      status.library = path;
      if (status.name.empty()) status.name = running.descriptor.name.empty() ? id : running.descriptor.name;
    });
    stop(*slot, PluginState::refused, reason);
  }
  retire(running);
}

// Listed under a name that can be shown; the plugin's own would only be known once it was loaded.
void Supervisor::refuse_name(std::shared_ptr<const Library> library) {
  const std::filesystem::path shown =
      library->path.parent_path() / escaped_name(library->path.filename().string());
  const std::string id = shown.stem().string();
  const std::string reason = "its file name may hold letters, digits, '.', '-' and '_' alone";
  spdlog::error("plugin {}: refused: {}", shown.string(), reason);
  Slot* slot = nullptr;
  {
    const std::lock_guard lock(mutex_);
    slot = &slots_[id];
  }
  slot->library = std::move(library);
  update(*slot, [&](PluginStatus& status) {
    status.id = status.name = id;
    status.library = shown;
  });
  stop(*slot, PluginState::refused, reason);
}

void Supervisor::stop(Slot& slot, PluginState state, const std::string& reason) {
  slot.restart_at.reset();
  answer_all_unavailable(slot, reason);
  update(slot, [&](PluginStatus& status) {
    status.state = state;
    status.reason = reason;
  });
}

void Supervisor::on_exit(Running& running, const std::string& how) {
  const bool served = serves(running);
  const bool candidate = std::any_of(candidates_.begin(), candidates_.end(),
                                     [&](const auto& one) { return one.get() == &running; });
  const std::string reason = running.killed_because.empty() ? how : running.killed_because;
  Slot* slot = slot_of(running);
  if (running.phase == Phase::checking) {
    Answer answer;
    answer.outcome = running.killed_because.empty() ? Outcome::crashed : running.killed_outcome;
    answer.message = reason;
    if (slot != nullptr && served)
      slot->skips.note_death(running.job.document, *running.shown.view, running.shown.changed);
    finish(running, std::move(answer));
  }
  const std::string restart_of = running.restart_of;
  const auto library = running.process->library();
  if (candidate && restart_of.empty()) {
    const auto known = libraries_.find(library->path);
    // Ended because its file went or was replaced: no fault of its own.
    if (known != libraries_.end() && known->second == library)
      refuse(running, reason + " while it was starting");
  }
  gone_.push_back(take(running));
  if (served) died(*slot, reason);
  if (candidate && !restart_of.empty())
    if (const auto found = slots_.find(restart_of); found != slots_.end() && !found->second.switched_off)
      died(found->second, reason);
}

// What it did before is forgotten, and what it was not shown because of that.
void Supervisor::forgive(Slot& slot) {
  slot.skips.clear();
  slot.deaths.clear();
  slot.deaths_in_a_row = 0;
}

void Supervisor::died(Slot& slot, const std::string& how) {
  const auto now = Clock::now();
  if (slot.deaths.empty() || now - slot.deaths.back() > std::chrono::minutes(1)) slot.deaths_in_a_row = 0;
  slot.deaths.push_back(now);
  while (now - slot.deaths.front() > options_.deaths_window) slot.deaths.pop_front();
  spdlog::warn("plugin {} {}: {}", slot.status.id, slot.status.version, how);
  {
    const std::lock_guard lock(mutex_);
    ++slot.status.deaths;
  }
  if (slot.switched_off) return;
  if (options_.deaths_max != 0 && slot.deaths.size() >= options_.deaths_max) {
    spdlog::error("plugin {} {}: switched off after {} deaths", slot.status.id, slot.status.version,
                  slot.deaths.size());
    return stop(
        slot, PluginState::stopped,
        "switched off: it ended " + std::to_string(slot.deaths.size()) + " times. The last time " + how);
  }
  auto pause = options_.restart_first;
  for (unsigned i = 0; i < slot.deaths_in_a_row && pause < options_.restart_longest; ++i) pause *= 2;
  ++slot.deaths_in_a_row;
  slot.restart_at = now + std::min(pause, options_.restart_longest);
  update(slot, [&](PluginStatus& status) {
    status.state = PluginState::restarting;
    status.reason = how;
  });
}

void Supervisor::switch_on(const std::string& plugin, bool on) {
  const auto found = slots_.find(plugin);
  if (found == slots_.end()) return;
  Slot& slot = found->second;
  slot.switched_off = !on;
  if (!on) {
    if (slot.serving) retire(*slot.serving);
    for (auto& candidate : candidates_)
      if (candidate->restart_of == plugin || candidate->descriptor.id == plugin) candidate->process->kill();
    return stop(slot, PluginState::stopped, "switched off by an administrator");
  }
  start_afresh(plugin, slot);
}

// Unless it runs, or is on its way.
void Supervisor::start_afresh(const std::string& plugin, Slot& slot) {
  const bool starting = std::any_of(candidates_.begin(), candidates_.end(), [&](const auto& one) {
    return one->descriptor.id == plugin || one->restart_of == plugin;
  });
  if (slot.serving || starting) return;
  forgive(slot);
  slot.restart_at.reset();
  update(slot, [](PluginStatus& status) {
    status.state = PluginState::starting;
    status.reason.clear();
  });
  // A library that was never told to be this plugin may call itself otherwise.
  start(slot.library, slot.status.version.empty() ? std::string() : plugin);
}

}  // namespace assay::checks
