// Result: a value, or why there is none. For mistakes a peer or a file can make; ours are asserts.
// Spelled like std::expected, to become it with a later standard.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace assay::crdt {

enum class DecodeError {
  truncated,       // the bytes end in the middle of a value
  too_large,       // a number over its type's or its place's range
  too_deep,        // nesting over the bound
  bad_tag,         // an unknown content, value or message kind
  bad_utf8,        // a string that is not UTF-8
  trailing_bytes,  // well-formed, and then more
};

// A short English clause for logs and close reasons, without a full stop.
const char* to_string(DecodeError error);

template <class T, class E = DecodeError>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}
  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & {
    assert(*this);
    return *std::get_if<0>(&state_);
  }
  const T& operator*() const& {
    assert(*this);
    return *std::get_if<0>(&state_);
  }
  T&& operator*() && {
    assert(*this);
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }
  const E& error() const {
    assert(!*this);
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, E> state_;
};

}  // namespace assay::crdt
