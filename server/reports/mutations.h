// Random reports for tests: a text of the layout with lines deleted, swapped, doubled and marked, and
// characters of all kinds put in. Any sequence of numbers gives the same texts again.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace assay::server::reports {

class Mutations {
 public:
  explicit Mutations(unsigned seed) : random_(seed) {}
  // One to forty changes to `text`; always UTF-8.
  std::string operator()(const std::string& text);

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  void change(std::vector<std::string>& lines);
  void insert_in_line(std::string& line);

  std::mt19937 random_;
};

}  // namespace assay::server::reports
