// Tagger: suggests tags for a report, and learns from what its writers decide. Starts untrained. What it
// knows lies in a key-value space, one small record a report, and is a function of these records in order:
// the same reports learned again give the same tagger, and a report forgotten is as if it had never been
// learned. One thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/tags/vocabulary.h"

namespace assay::tagging {

// Where the records are kept. get: nothing for what was never put. put: false when it could not be kept.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;
  virtual bool put(std::string_view key, std::string_view value) = 0;
};

struct Suggestion {
  std::string tag;
  float score = 0;  // likelihood that the writers would take it: 0.5 and more means "assign"
  std::string why;  // for the writers, one phrase
};

class Tagger {
 public:
  // Reports beyond this push out the oldest.
  static constexpr std::size_t max_reports = 20'000;

  // Keeps nothing without a store; reads what the store has, record by record, and learns it at the next call
  // (catch_up). Records that cannot be read are left out; damaged() counts them.
  explicit Tagger(Store* store = nullptr);
  ~Tagger();
  Tagger(const Tagger&) = delete;
  Tagger& operator=(const Tagger&) = delete;

  void add_taxonomy(const TaxonomyEntry& entry);

  // The `most` best, best first, no two of one stem set, none of `already`.
  std::vector<Suggestion> suggest(std::string_view title, std::string_view text, std::size_t most,
                                  std::span<const std::string> already = {});

  // What the writers of a report took or typed, and what they refused. A report learned before is learned
  // anew in its old place. False when it could not be kept (it is learned all the same).
  bool learn(std::string_view report, std::string_view title, std::string_view text,
             std::span<const std::string> kept, std::span<const std::string> refused = {});
  // False for a report that was never learned, and when its record could not be removed.
  bool forget(std::string_view report);

  // After start, forget, and learning anew the models are made again from the records, at most `records` a
  // call; suggest and learn do all of it first. Returns how many are left.
  std::size_t catch_up(std::size_t records);
  // How many records suggest() and learn() may make good first; the rest waits for the next call. Default:
  // all.
  void set_patience(std::size_t records);

  std::size_t reports() const;
  std::size_t damaged() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace assay::tagging
