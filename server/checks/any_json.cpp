#include "server/checks/any_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace assay::checks {
namespace {

using Json = nlohmann::ordered_json;

constexpr double exact_integer_max = 9007199254740991;  // 2^53 - 1

struct ToJson {
  Json operator()(crdt::Undefined) const { return nullptr; }
  Json operator()(crdt::Null) const { return nullptr; }
  Json operator()(bool value) const { return value; }
  Json operator()(double value) const {
    if (!std::isfinite(value)) return nullptr;
    if (value == std::trunc(value) && std::abs(value) <= exact_integer_max)
      return static_cast<std::int64_t>(value);
    return value;
  }
  Json operator()(const crdt::BigInt& value) const { return std::to_string(value.value); }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const crdt::Bytes&) const { return nullptr; }
  Json operator()(const crdt::AnyArray& values) const {
    Json array = Json::array();
    for (const auto& value : values) array.push_back(any_to_json(value));
    return array;
  }
  Json operator()(const crdt::AnyObject& members) const {
    // What holds members in their order looks for each one by one before it adds it. None comes twice.
    Json object = Json::object();
    std::vector<std::pair<const std::string, Json>>& told = object.get_ref<Json::object_t&>();
    for (const auto& [key, value] : members)
      if (!value.get_if<crdt::Undefined>()) told.emplace_back(key, any_to_json(value));
    return object;
  }
};

}  // namespace

Json any_to_json(const crdt::Any& value) { return std::visit(ToJson{}, value.value()); }

}  // namespace assay::checks
