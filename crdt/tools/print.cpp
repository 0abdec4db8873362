#include "crdt/tools/print.h"

#include <algorithm>
#include <cmath>

namespace assay::crdt::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string to_base64(ByteView bytes) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t present = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < present ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += k <= present ? alphabet[group >> (18 - 6 * k) & 63u] : '=';
  }
  return text;
}

Json number_to_json(double value) {
  constexpr double exact_max = 9'007'199'254'740'992.0;  // 2^53
  if (std::trunc(value) == value && std::abs(value) <= exact_max) return static_cast<std::int64_t>(value);
  return value;  // NaN and the infinities are dumped as null
}

struct ToJson {
  Json operator()(const Undefined&) const { return nullptr; }
  Json operator()(const Null&) const { return nullptr; }
  Json operator()(bool value) const { return value; }
  Json operator()(double value) const { return number_to_json(value); }
  Json operator()(const BigInt& value) const { return std::to_string(value.value); }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const Bytes& value) const { return to_base64(value); }
  Json operator()(const AnyArray& value) const {
    Json json = Json::array();
    for (const Any& element : value) json.push_back(to_json(element));
    return json;
  }
  Json operator()(const AnyObject& value) const {
    Json json = Json::object();
    for (const auto& [key, member] : value) json[key] = to_json(member);
    return json;
  }
};

}  // namespace

Json to_json(const Any& value) { return std::visit(ToJson{}, value.value()); }

TypeKind infer_kind(const Document& document, TypeRef root) {
  const TypeKind kind = document.apparent_kind(root);
  if (kind != TypeKind::undefined || document.entries(root).empty()) return kind;
  return TypeKind::map;  // nothing visible in sequence, but keys
}

Json root_to_json(Document& document, std::string_view name, TypeKind kind) {
  const auto found = document.find_root(name);
  if (kind == TypeKind::undefined && found) kind = infer_kind(document, *found);
  if (kind == TypeKind::undefined) return nullptr;
  return to_json(document.to_any(document.root(name, kind)));
}

std::string root_to_text(Document& document, std::string_view name) {
  return document.text(document.root(name, TypeKind::text));
}

std::string root_to_xml(Document& document, std::string_view name) {
  return document.xml_string(document.root(name, TypeKind::xml_fragment));
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const char* to_string(TypeKind kind) {
  switch (kind) {
    case TypeKind::array:
      return "array";
    case TypeKind::map:
      return "map";
    case TypeKind::text:
      return "text";
    case TypeKind::xml_element:
      return "xml-element";
    case TypeKind::xml_fragment:
      return "xml";
    case TypeKind::xml_hook:
      return "xml-hook";
    case TypeKind::xml_text:
      return "xml-text";
    case TypeKind::undefined:
      return "unknown";
  }
  return "unknown";
}

std::string to_hex(ByteView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2) return std::nullopt;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

}  // namespace assay::crdt::tools
