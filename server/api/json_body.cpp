#include "server/api/json_body.h"

namespace assay::server::api {
namespace {

// Stops at the bound; the parser itself keeps no stack of ours, so depth costs nothing before it is known.
class NestingCheck final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= json_nesting_max; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return --depth_, true; }
  bool start_array(std::size_t) override { return ++depth_ <= json_nesting_max; }
  bool end_array() override { return --depth_, true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  std::size_t depth_ = 0;
};

const Json no_object = Json::object();

}  // namespace

crdt::Result<Json, HttpResponse> parse_object(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max)
    return error(413, "too-large", "A question has at most " + std::to_string(bytes_max) + " bytes.");
  NestingCheck check;
  if (!Json::sax_parse(text, &check)) return malformed("The body is not JSON, or nested too deep.");
  auto parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_object()) return malformed("The body is not a JSON object.");
  return parsed;
}

const Json* Members::take(const char* name) {
  taken_.emplace(name);
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

void Members::expect(const char* name, const char* type) {
  if (mistake_.empty()) mistake_ = "The member \"" + std::string(name) + "\" must be " + type + ".";
}

std::string Members::string(const char* name) {
  auto value = optional_string(name);
  if (!value) expect(name, "a string");
  return value.value_or("");
}

std::optional<std::string> Members::optional_string(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  expect(name, "a string");
  return std::nullopt;
}

bool Members::boolean(const char* name, bool otherwise) { return optional_boolean(name).value_or(otherwise); }

std::optional<bool> Members::optional_boolean(const char* name) {
  const auto* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  expect(name, "true or false");
  return std::nullopt;
}

const Json& Members::object(const char* name) {
  const auto* value = take(name);
  if (value != nullptr && value->is_object()) return *value;
  expect(name, "an object");
  return no_object;
}

std::optional<HttpResponse> Members::refused() const {
  if (!mistake_.empty()) return malformed(mistake_);
  for (const auto& [name, value] : object_.items())
    if (!taken_.contains(name))
      return malformed("The member \"" + name.substr(0, 64) + "\" is not known here.");
  return std::nullopt;
}

}  // namespace assay::server::api
