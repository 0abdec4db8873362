// Bytes of text that many items share: appended to, read anywhere, never moved within. Like a std::string
// that may copy sixteen bytes where fewer are meant, which is how short texts are copied without asking how
// short.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace assay::crdt {

// Copies a text, and sixteen bytes where it is shorter: as many can be read and written. How long it is
// nobody can foresee, so short ones are copied without asking.
inline void copy_near(char* to, const char* from, std::size_t size) {
  constexpr std::size_t step = 16, by_steps_max = 256;
  std::memcpy(to, from, step);
  if (size <= step) return;
  if (size > by_steps_max) {
    std::memcpy(to + step, from + step, size - step);
    return;
  }
  for (std::size_t at = step; at + step < size; at += step) std::memcpy(to + at, from + at, step);
  std::memcpy(to + size - step, from + size - step, step);
}

class TextArena {
 public:
  static constexpr std::size_t slack = 16;

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  // With `slack` bytes more behind the last one, once anything was appended.
  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::string_view view() const { return {bytes_.get(), size_}; }
  std::string_view view(std::size_t offset, std::size_t size) const {
    assert(offset + size <= size_);
    return {bytes_.get() + offset, size};
  }

  // Room for `capacity` bytes in all.
  void reserve(std::size_t capacity) {
    if (capacity <= capacity_ && bytes_) return;
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity + slack);
    if (size_) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }
  // Not of this arena.
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void append_own(std::size_t offset, std::size_t size) {
    assert(offset + size <= size_);
    char* const at = room(size);
    if (size) std::memcpy(at, bytes_.get() + offset, size);
    size_ += size;
  }
  void append_zeros(std::size_t count) {
    std::memset(room(count), 0, count);
    size_ += count;
  }

  // Appends many texts; nothing else may touch the arena meanwhile.
  class Writing {
   public:
    explicit Writing(TextArena& arena) : arena_(arena) { begin(); }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() { arena_.size_ = size(); }
    std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }
    // Sixteen bytes from text.data() on can be read.
    void append_near(std::string_view text) {
      if (text.size() > static_cast<std::size_t>(end_ - at_)) more(text.size());
      copy_near(at_, text.data(), text.size());
      at_ += text.size();
    }

   private:
    void begin() {
      if (!arena_.bytes_) arena_.reserve(0);
      begin_ = arena_.bytes_.get();
      at_ = begin_ + arena_.size_;
      end_ = begin_ + arena_.capacity_;
    }
    void more(std::size_t size) {
      arena_.size_ = this->size();
      arena_.grow(size);
      begin();
    }
    TextArena& arena_;
    char* begin_ = nullptr;
    char* at_ = nullptr;
    char* end_ = nullptr;
  };

 private:
  char* room(std::size_t size) {
    if (capacity_ - size_ < size || !bytes_) grow(size);
    return bytes_.get() + size_;
  }
  void grow(std::size_t size) { reserve(std::max(size_ + size, capacity_ * 2)); }

  std::unique_ptr<char[]> bytes_;  // capacity_ and slack
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace assay::crdt
