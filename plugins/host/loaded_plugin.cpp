#include "plugins/host/loaded_plugin.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstring>

#include "plugins/host/answer_sink.h"

namespace assay::host {
namespace {

std::string_view text_of(assay_str s) {
  return s.size == 0 ? std::string_view() : std::string_view(s.data, s.size);
}
assay_str str(std::string_view s) { return {s.data(), s.size()}; }

std::string message_of(const assay_error& error) {
  return std::string(error.message, strnlen(error.message, sizeof error.message));
}

// A C string of the descriptor, which is foreign memory: bounded, and named when it is too long.
std::string bounded(const char* text, std::size_t bytes_max, const char* name) {
  if (text == nullptr) return {};
  const std::size_t size = strnlen(text, bytes_max + 1);
  if (size > bytes_max)
    throw LoadError(std::string("its ") + name + " is longer than " + std::to_string(bytes_max) + " bytes");
  return std::string(text, size);
}

bool is_id(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  for (const char c : id)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) return false;
  return id.front() != '.';
}

const assay_plugin* find_table(const std::filesystem::path& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw LoadError(std::string("it cannot be loaded: ") + dlerror());
  void* symbol = dlsym(handle, "assay_plugin_v1");
  if (symbol == nullptr)
    throw LoadError("it exports no assay_plugin_v1: it is no Assay plugin, or one of another major version");
  using Entry = const assay_plugin* (*)(void);
  const assay_plugin* table = reinterpret_cast<Entry>(symbol)();
  if (table == nullptr) throw LoadError("assay_plugin_v1() gave nothing");
  constexpr std::size_t required = offsetof(assay_plugin, check) + sizeof table->check;
  if (table->size < required)
    throw LoadError("its table has " + std::to_string(table->size) + " bytes, and needs at least " +
                    std::to_string(required));
  if (table->create == nullptr || table->destroy == nullptr || table->check == nullptr)
    throw LoadError("its table lacks create, destroy or check");
  return table;
}

Services& services_of(const assay_host* host) { return *static_cast<Services*>(host->host_data); }

const assay_log log_service{sizeof(assay_log), 0,
                            [](const assay_host* host, std::uint32_t level, assay_str message) {
                              services_of(host).log(level, text_of(message));
                            }};
const assay_kv kv_service{
    sizeof(assay_kv), 0,
    [](const assay_host* host, assay_str key, void (*found)(void*, assay_str), void* user) -> assay_status {
      std::optional<std::string> value;
      const assay_status status = services_of(host).get(text_of(key), value);
      if (status == ASSAY_OK && value) found(user, str(*value));
      return status;
    },
    [](const assay_host* host, assay_str key, assay_str value) -> assay_status {
      return services_of(host).put(text_of(key), text_of(value));
    }};
const assay_corpus corpus_service{
    sizeof(assay_corpus), 0,
    [](const assay_host* host, assay_str language, assay_str term, assay_term* out) -> assay_status {
      return services_of(host).term(text_of(language), text_of(term), *out);
    }};

}  // namespace

const void* LoadedPlugin::find_service(const assay_host*, const char* id) {
  if (std::strcmp(id, ASSAY_LOG) == 0) return &log_service;
  if (std::strcmp(id, ASSAY_KV) == 0) return &kv_service;
  if (std::strcmp(id, ASSAY_CORPUS) == 0) return &corpus_service;
  return nullptr;
}

LoadedPlugin::LoadedPlugin(const std::filesystem::path& library, Services& services)
    : services_(services), plugin_(find_table(library)) {
  descriptor_.id = bounded(plugin_->id, 64, "id");
  if (!is_id(descriptor_.id))
    throw LoadError("its id is not of the letters a-z, digits, '.' and '-', at most 64");
  descriptor_.name = bounded(plugin_->name, 200, "name");
  descriptor_.version = bounded(plugin_->version, 64, "version");
  if (descriptor_.name.empty()) descriptor_.name = descriptor_.id;
  descriptor_.settings_schema = bounded(plugin_->settings_schema, schema_bytes_max, "settings schema");
  descriptor_.panel_schema = bounded(plugin_->panel_schema, schema_bytes_max, "panel schema");
  descriptor_.abi_minor = plugin_->abi_minor;
  descriptor_.capabilities = plugin_->capabilities;
  host_ = {sizeof(assay_host), ASSAY_ABI_MINOR, &services_, find_service};
}

LoadedPlugin::~LoadedPlugin() {
  for (const auto& [number, instance] : instances_) plugin_->destroy(instance);
}

Outcome LoadedPlugin::open(std::uint32_t instance, const std::string& settings) {
  assay_error error{};
  void* made = nullptr;
  const assay_status status = plugin_->create(&host_, str(settings), &made, &error);
  if (status != ASSAY_OK) return {instance, status, message_of(error)};
  close(instance);
  instances_[instance] = made;
  return {instance, ASSAY_OK, {}};
}

void LoadedPlugin::close(std::uint32_t instance) {
  const auto found = instances_.find(instance);
  if (found == instances_.end()) return;
  plugin_->destroy(found->second);
  instances_.erase(found);
}

const assay_learner* LoadedPlugin::learner() {
  constexpr std::size_t needed = offsetof(assay_plugin, extension) + sizeof plugin_->extension;
  const auto sample = instances_.find(0);
  if (plugin_->size < needed || plugin_->extension == nullptr || sample == instances_.end()) return nullptr;
  const auto* learner = static_cast<const assay_learner*>(plugin_->extension(sample->second, ASSAY_LEARNER));
  if (learner == nullptr || learner->size < sizeof(assay_learner)) return nullptr;
  return learner;
}

bool LoadedPlugin::learns() { return learner() != nullptr; }

Outcome LoadedPlugin::learn(const LessonCommand& command) {
  const assay_learner* learner = this->learner();
  if (learner == nullptr) return {0, ASSAY_UNSUPPORTED, "it does not learn"};
  std::vector<assay_str> kept, refused;
  for (const auto& tag : command.kept) kept.push_back(str(tag));
  for (const auto& tag : command.refused) refused.push_back(str(tag));
  assay_lesson lesson{};
  lesson.size = sizeof lesson;
  lesson.report = str(command.report);
  lesson.title = str(command.title);
  lesson.text = str(command.text);
  lesson.kept = kept.data();
  lesson.kept_count = static_cast<std::uint32_t>(kept.size());
  lesson.refused = refused.data();
  lesson.refused_count = refused.size();
  assay_error error{};
  const assay_status status = learner->learn(instances_.at(0), &lesson, &error);
  return {0, status, message_of(error)};
}

Outcome LoadedPlugin::forget(std::string_view report) {
  const assay_learner* learner = this->learner();
  if (learner == nullptr) return {0, ASSAY_UNSUPPORTED, "it does not learn"};
  assay_error error{};
  const assay_status status = learner->forget(instances_.at(0), str(report), &error);
  return {0, status, message_of(error)};
}

AnswerMessage LoadedPlugin::check(std::uint32_t instance, const checks::View& view,
                                  const std::vector<std::uint32_t>& changed, std::uint64_t check,
                                  std::uint64_t budget_ns, const std::function<bool()>& cancelled) {
  AnswerMessage message;
  message.check = check;
  const auto found = instances_.find(instance);
  if (found == instances_.end()) {
    message.status = ASSAY_FAILED;
    message.answer.message = "no instance was made for this document";
    return message;
  }
  std::vector<assay_block> blocks;
  blocks.reserve(view.blocks.size());
  for (const auto& block : view.blocks)
    blocks.push_back(
        {block.id, {block.span.begin, block.span.end}, block.kind, block.level, str(block.section)});
  assay_document document{};
  document.size = sizeof document;
  document.block_count = static_cast<std::uint32_t>(blocks.size());
  document.revision = view.revision;
  document.language = str(view.language);
  document.text = str(view.text);
  document.blocks = blocks.data();
  document.changed = changed.data();
  document.changed_count = static_cast<std::uint32_t>(changed.size());
  if ((descriptor_.capabilities & ASSAY_WANTS_DATA) != 0) document.data = str(view.data);

  AnswerSink sink(message.answer, cancelled);
  assay_request request{};
  request.size = sizeof request;
  request.document = &document;
  request.sink = sink.table();
  request.budget_ns = budget_ns;
  request.host_data = const_cast<std::function<bool()>*>(&cancelled);
  request.cancelled = [](const assay_request* asked) -> int {
    return (*static_cast<const std::function<bool()>*>(asked->host_data))() ? 1 : 0;
  };
  assay_error error{};
  message.status = plugin_->check(found->second, &request, &error);
  message.answer.message = message_of(error);
  if (message.status == ASSAY_OK && sink.overflowed()) {
    message.status = ASSAY_FAILED;
    message.answer.message = "it reported more than one answer may hold";
  }
  return message;
}

}  // namespace assay::host
