// <assay/plugin.hpp>: comfort for plugins in C++20, header only, on top of <assay/plugin.h>, which is the
// contract. Text is std::string_view, exceptions become status codes, and a class becomes the table of
// functions:
//
//   class VeryWords {
//    public:
//     VeryWords(assay::Host host, std::string_view settings);   // throws assay::BadSettings
//     void check(assay::Check& check) {
//       for (std::uint32_t index : check.document().changed()) { ... check.finding({...}); }
//     }
//   };
//   ASSAY_PLUGIN(VeryWords, .id = "org.example.very-words", .name = "Very words", .version = "1.0.0")
//
// One instance a document. Offsets are bytes of UTF-8, half-open, on code point starts. A string_view that a
// call is given is valid until the call returns. Optional members of the class: `void learn(const
// assay::Lesson&)` and `void forget(std::string_view report)`, both or neither.
#ifndef ASSAY_PLUGIN_HPP
#define ASSAY_PLUGIN_HPP

#include <assay/plugin.h>

#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

inline std::string_view view(assay_str s) {
  return s.size == 0 ? std::string_view() : std::string_view(s.data, s.size);
}
inline assay_str str(std::string_view s) { return {s.data(), s.size()}; }

// ---- What a plugin throws
// ---------------------------------------------------------------------------------------

// create: the settings do not fit; the message says which and why.
class BadSettings : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// check: this document is not for this plugin.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// check: the answer is no longer wanted. Thrown by the calls below; let it pass.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

// ---- What a plugin is given
// -------------------------------------------------------------------------------------

// A frozen document. Borrows; valid until check returns.
class Document {
 public:
  explicit Document(const assay_document& document) : document_(&document) {}

  std::uint64_t revision() const { return document_->revision; }
  std::string_view language() const { return view(document_->language); }
  std::string_view text() const { return view(document_->text); }
  std::string_view text(assay_span span) const { return text().substr(span.begin, span.end - span.begin); }
  std::string_view text(const assay_block& block) const { return text(block.span); }
  static std::string_view section(const assay_block& block) { return view(block.section); }
  std::span<const assay_block> blocks() const { return {document_->blocks, document_->block_count}; }
  // Indexes into blocks() of what this instance has not yet seen in its present form.
  std::span<const std::uint32_t> changed() const { return {document_->changed, document_->changed_count}; }
  // The tables and maps as JSON, with ASSAY_WANTS_DATA; else empty.
  std::string_view data() const { return view(document_->data); }
  const assay_document& raw() const { return *document_; }

 private:
  const assay_document* document_;
};

// What the server offers. Cheap to copy; lives as long as the process.
class Host {
 public:
  explicit Host(const assay_host* host) : host_(host) {}

  // [any thread]
  void log(std::uint32_t level, std::string_view message) const noexcept {
    if (const auto* service = find<assay_log>(ASSAY_LOG)) service->write(host_, level, str(message));
  }
  // The plugin's own store. Throws Cancelled when the check was ended meanwhile, std::runtime_error when it
  // fails.
  std::optional<std::string> get(std::string_view key) const {
    const auto* service = find<assay_kv>(ASSAY_KV);
    if (service == nullptr) return std::nullopt;
    std::optional<std::string> value;
    const auto found = [](void* user, assay_str bytes) {
      *static_cast<std::optional<std::string>*>(user) = std::string(view(bytes));
    };
    settle(service->get(host_, str(key), found, &value), "the key-value store could not be read");
    return value;
  }
  void put(std::string_view key, std::string_view value) const {
    const auto* service = find<assay_kv>(ASSAY_KV);
    if (service == nullptr) throw std::runtime_error("this host keeps no values");
    settle(service->put(host_, str(key), str(value)), "the key-value store could not be written");
  }
  // None when this host counts no terms.
  std::optional<assay_term> term(std::string_view language, std::string_view words) const {
    const auto* service = find<assay_corpus>(ASSAY_CORPUS);
    if (service == nullptr) return std::nullopt;
    assay_term counts{};
    settle(service->term(host_, str(language), str(words), &counts), "the corpus could not be asked");
    return counts;
  }
  // Whether values are kept at all.
  bool keeps() const { return find<assay_kv>(ASSAY_KV) != nullptr; }

 private:
  template <class Service>
  const Service* find(const char* id) const {
    return static_cast<const Service*>(host_->service(host_, id));
  }
  static void settle(assay_status status, const char* trouble) {
    if (status == ASSAY_CANCELLED) throw Cancelled();
    if (status != ASSAY_OK) throw std::runtime_error(trouble);
  }
  const assay_host* host_;
};

// ---- What a plugin gives back
// -----------------------------------------------------------------------------------

struct Edit {
  assay_span span{};
  std::string replacement;
};
// Its edits apply together or not at all, and do not overlap.
struct Fix {
  std::string title;
  std::vector<Edit> edits;
};
struct Related {
  assay_span span{};
  std::string message;
};
struct Finding {
  assay_severity severity = ASSAY_HINT;
  assay_span span{};
  std::string rule{};     // stable across releases
  std::string message{};  // one sentence for the writer
  std::string hint{};
  std::string help_url{};
  float confidence = 1;
  std::vector<Fix> fixes{};
  std::vector<Related> related{};
};
struct Score {
  float value = 0, low = 0, high = 1;
  std::string name{}, label{};
  assay_span span{};
};

// One check: what is asked, and where to answer. Every call may throw Cancelled.
class Check {
 public:
  explicit Check(const assay_request& request) : request_(&request), document_(*request.document) {}

  const Document& document() const { return document_; }
  std::uint64_t budget_ns() const { return request_->budget_ns; }
  bool cancelled() const { return request_->cancelled(request_) != 0; }
  void stop_if_cancelled() const {
    if (cancelled()) throw Cancelled();
  }

  void finding(const Finding& finding) {
    std::vector<assay_edit> edits;
    for (const auto& fix : finding.fixes)
      for (const auto& edit : fix.edits) edits.push_back({edit.span, str(edit.replacement)});
    std::vector<assay_fix> fixes;
    std::size_t used = 0;
    for (const auto& fix : finding.fixes) {
      fixes.push_back({str(fix.title), edits.data() + used, fix.edits.size()});
      used += fix.edits.size();
    }
    std::vector<assay_related> related;
    for (const auto& place : finding.related) related.push_back({place.span, str(place.message)});
    assay_finding raw{};
    raw.size = sizeof raw;
    raw.severity = finding.severity;
    raw.span = finding.span;
    raw.rule = str(finding.rule);
    raw.message = str(finding.message);
    raw.hint = str(finding.hint);
    raw.help_url = str(finding.help_url);
    raw.confidence = finding.confidence;
    raw.fix_count = static_cast<std::uint32_t>(fixes.size());
    raw.fixes = fixes.data();
    raw.related = related.data();
    raw.related_count = related.size();
    settle(request_->sink->finding(request_->sink, &raw));
  }
  void score(const Score& score) {
    assay_score raw{};
    raw.size = sizeof raw;
    raw.value = score.value;
    raw.low = score.low;
    raw.high = score.high;
    raw.name = str(score.name);
    raw.label = str(score.label);
    raw.span = score.span;
    settle(request_->sink->score(request_->sink, &raw));
  }
  void suggestion(std::string_view kind, std::string_view value, std::string_view label, float confidence) {
    const assay_suggestion raw{sizeof raw, confidence, str(kind), str(value), str(label)};
    settle(request_->sink->suggestion(request_->sink, &raw));
  }
  // JSON that fits the panel's schema. The last one counts.
  void panel(std::string_view json) { settle(request_->sink->panel(request_->sink, str(json))); }

  const assay_request& raw() const { return *request_; }

 private:
  static void settle(assay_status status) {
    if (status == ASSAY_CANCELLED) throw Cancelled();
    if (status != ASSAY_OK) throw std::runtime_error("the host did not take what the plugin reported");
  }
  const assay_request* request_;
  Document document_;
};

// What writers decided about one report.
struct Lesson {
  std::string_view report, title, text;
  std::vector<std::string_view> kept, refused;
};

// ---- The table
// --------------------------------------------------------------------------------------------------

struct Description {
  const char* id = nullptr;
  const char* name = nullptr;
  const char* version = nullptr;
  const char* settings_schema = nullptr;
  const char* panel_schema = nullptr;
  std::uint32_t capabilities = 0;
};

namespace detail {

// Cuts on a code point, for a message may be in any language.
inline void say(assay_error* error, std::string_view message) noexcept {
  if (error == nullptr) return;
  std::size_t size = message.size() < sizeof error->message ? message.size() : sizeof error->message - 1;
  while (size > 0 && size < message.size() && (static_cast<unsigned char>(message[size]) & 0xC0u) == 0x80u)
    --size;
  if (size > 0) std::memcpy(error->message, message.data(), size);
  error->message[size] = '\0';
}

template <class Work>
assay_status guarded(assay_error* error, Work work) noexcept {
  try {
    work();
    return ASSAY_OK;
  } catch (const Cancelled&) {
    return ASSAY_CANCELLED;
  } catch (const BadSettings& trouble) {
    say(error, trouble.what());
    return ASSAY_BAD_SETTINGS;
  } catch (const Unsupported& trouble) {
    say(error, trouble.what());
    return ASSAY_UNSUPPORTED;
  } catch (const std::bad_alloc&) {
    say(error, "out of memory");
  } catch (const std::exception& trouble) {
    say(error, trouble.what());
  } catch (...) {
    say(error, "an exception of an unknown type");
  }
  return ASSAY_FAILED;
}

template <class Plugin>
assay_status create(const assay_host* host, assay_str settings, void** instance, assay_error* error) {
  return guarded(error, [&] { *instance = std::make_unique<Plugin>(Host(host), view(settings)).release(); });
}
template <class Plugin>
void destroy(void* instance) {
  delete static_cast<Plugin*>(instance);
}
template <class Plugin>
assay_status check(void* instance, const assay_request* request, assay_error* error) {
  return guarded(error, [&] {
    Check asked(*request);
    static_cast<Plugin*>(instance)->check(asked);
  });
}

template <class Plugin>
concept Learns = requires(Plugin& plugin, const Lesson& lesson, std::string_view report) {
  plugin.learn(lesson);
  plugin.forget(report);
};
template <class Plugin>
assay_status learn(void* instance, const assay_lesson* raw, assay_error* error) {
  return guarded(error, [&] {
    Lesson lesson{view(raw->report), view(raw->title), view(raw->text), {}, {}};
    for (std::uint32_t i = 0; i < raw->kept_count; ++i) lesson.kept.push_back(view(raw->kept[i]));
    for (std::uint64_t i = 0; i < raw->refused_count; ++i) lesson.refused.push_back(view(raw->refused[i]));
    static_cast<Plugin*>(instance)->learn(lesson);
  });
}
template <class Plugin>
assay_status forget(void* instance, assay_str report, assay_error* error) {
  return guarded(error, [&] { static_cast<Plugin*>(instance)->forget(view(report)); });
}
template <class Plugin>
const void* extension([[maybe_unused]] void* instance, [[maybe_unused]] const char* id) {
  if constexpr (Learns<Plugin>) {
    static const assay_learner learner{sizeof(assay_learner), 0, learn<Plugin>, forget<Plugin>};
    if (std::strcmp(id, ASSAY_LEARNER) == 0) return &learner;
  }
  return nullptr;
}

}  // namespace detail

template <class Plugin>
assay_plugin table(const Description& description) {
  assay_plugin plugin{};
  plugin.size = sizeof plugin;
  plugin.abi_minor = ASSAY_ABI_MINOR;
  plugin.id = description.id;
  plugin.name = description.name;
  plugin.version = description.version;
  plugin.settings_schema = description.settings_schema;
  plugin.panel_schema = description.panel_schema;
  plugin.capabilities = description.capabilities;
  plugin.create = detail::create<Plugin>;
  plugin.destroy = detail::destroy<Plugin>;
  plugin.check = detail::check<Plugin>;
  plugin.extension = detail::extension<Plugin>;
  return plugin;
}

}  // namespace assay

// Once a library, at namespace scope: the class, then members of assay::Description by name.
#define ASSAY_PLUGIN(Class, ...)                                                                 \
  extern "C" ASSAY_EXPORT const assay_plugin* assay_plugin_v1(void) {                            \
    static const assay_plugin plugin = ::assay::table<Class>(::assay::Description{__VA_ARGS__}); \
    return &plugin;                                                                              \
  }

#endif
