#include "server/checks/pool/plugin_pool.h"

#include "server/checks/pool/supervisor.h"

namespace assay::checks {

PluginPool::PluginPool(PoolOptions options, KeyValueStore* store, Corpus* corpus,
                       std::function<void(const PluginStatus&)> changed_state)
    : supervisor_(std::make_unique<Supervisor>(std::move(options), store, corpus, std::move(changed_state))) {
}

PluginPool::~PluginPool() = default;

std::vector<PluginStatus> PluginPool::plugins() const { return supervisor_->plugins(); }

bool PluginPool::wait_until_started(std::chrono::nanoseconds longest) const {
  return supervisor_->wait_until_started(longest);
}

std::uint64_t PluginPool::check(std::string_view plugin, std::string_view document,
                                std::shared_ptr<const View> view, std::vector<std::uint32_t> changed,
                                Answered answered) {
  const std::uint64_t id = supervisor_->next_check();
  supervisor_->post([plugin = std::string(plugin),
                     job = Supervisor::Job{id, std::string(document), std::move(view), std::move(changed),
                                           std::move(answered)}](Supervisor& supervisor) mutable {
    supervisor.check(plugin, std::move(job));
  });
  return id;
}

void PluginPool::cancel(std::uint64_t check) {
  supervisor_->post([check](Supervisor& supervisor) { supervisor.cancel(check); });
}

void PluginPool::close(std::string_view document) {
  supervisor_->post(
      [document = std::string(document)](Supervisor& supervisor) { supervisor.close(document); });
}

void PluginPool::learn(std::string_view plugin, Lesson lesson) {
  supervisor_->post(
      [plugin = std::string(plugin), lesson = std::move(lesson)](Supervisor& supervisor) mutable {
        supervisor.teach(plugin, {std::move(lesson), {}});
      });
}

void PluginPool::forget(std::string_view plugin, std::string_view report) {
  supervisor_->post([plugin = std::string(plugin), report = std::string(report)](Supervisor& supervisor) {
    supervisor.teach(plugin, {std::nullopt, report});
  });
}

void PluginPool::reload() {
  supervisor_->post([](Supervisor& supervisor) { supervisor.look_at_folders(); });
}

void PluginPool::switch_on(std::string_view plugin, bool on) {
  supervisor_->post(
      [plugin = std::string(plugin), on](Supervisor& supervisor) { supervisor.switch_on(plugin, on); });
}

}  // namespace assay::checks
