// Any: the values that Yjs puts into maps, arrays, attributes and awareness ("lib0 any"), and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crdt/ids.h"

namespace assay::crdt {

class Any;
struct Undefined {
  bool operator==(const Undefined&) const = default;
};
struct Null {
  bool operator==(const Null&) const = default;
};
struct BigInt {
  std::int64_t value = 0;
  bool operator==(const BigInt&) const = default;
};
using AnyArray = std::vector<Any>;
// In the order of the sender, as JavaScript keeps it; keys are unique (the last one of a doubled key wins, in
// the first one's place).
using AnyObject = std::vector<std::pair<std::string, Any>>;

// A number is a double, as in JavaScript; the encoder chooses integer, float32 or float64 as lib0 does.
class Any {
 public:
  using Value = std::variant<Undefined, Null, bool, double, BigInt, std::string, Bytes, AnyArray, AnyObject>;
  Any() = default;
  Any(Value value) : value_(std::move(value)) {}
  Any(bool value) : value_(value) {}
  Any(double value) : value_(value) {}
  Any(int value) : value_(static_cast<double>(value)) {}
  Any(const char* value) : value_(std::string(value)) {}
  Any(std::string value) : value_(std::move(value)) {}

  const Value& value() const { return value_; }
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&value_);
  }
  // The member of an object, or nullptr: also when this is no object.
  const Any* member(std::string_view key) const;
  bool operator==(const Any&) const = default;

 private:
  Value value_;
};

}  // namespace assay::crdt
