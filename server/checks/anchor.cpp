#include "server/checks/anchor.h"

#include <algorithm>
#include <numeric>

namespace assay::checks {
namespace {

// Without white space: a quote this long speaks for itself, a shorter one needs so much of its context to
// agree.
constexpr std::size_t plain_quote_min = 24;
constexpr std::size_t context_min = 8;
// Longer differing parts are not compared letter by letter; what they share at both ends decides.
constexpr std::size_t compared_max = 2048;

std::size_t distance(std::u16string_view a, std::u16string_view b) {
  std::vector<std::size_t> row(b.size() + 1), next(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = row[j - 1] + (a[i - 1] != b[j - 1]);
      next[j] = std::min({changed, row[j] + 1, next[j - 1] + 1});
    }
    std::swap(row, next);
  }
  return row[b.size()];
}

bool is_white(char16_t unit) {
  return unit == u' ' || unit == u'\n' || unit == u'\t' || unit == u'\r' || unit == u'\u00a0';
}

struct Squeezed {
  std::u16string text;
  std::vector<std::size_t> at;  // where each unit stood
};

Squeezed squeeze(std::u16string_view text) {
  Squeezed squeezed;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_white(text[i])) continue;
    squeezed.text += text[i];
    squeezed.at.push_back(i);
  }
  return squeezed;
}

class Search {
 public:
  Search(const AnchorText& in, const Anchor& anchor, std::u16string quote)
      : in_(in),
        anchor_(anchor),
        quote_(std::move(quote)),
        all_(squeeze(in.text)),
        before_(squeeze(anchor.before).text),
        after_(squeeze(anchor.after).text) {}

  // Of occurrences with the same context the first one.
  std::optional<UnitRange> best(UnitRange scope) const {
    std::optional<UnitRange> best;
    std::size_t best_context = 0;
    for (auto from = all_.text.find(quote_); from != std::u16string::npos;
         from = all_.text.find(quote_, from + 1)) {
      const UnitRange range{all_.at[from], all_.at[from + quote_.size() - 1] + 1};
      if (range.start < scope.start || range.end > scope.end) continue;
      const std::size_t agrees = context(from);
      if ((best && agrees <= best_context) || !enough(agrees, range)) continue;
      best = range;
      best_context = agrees;
    }
    return best;
  }

 private:
  // How many units of the context agree, counted from the quote outwards.
  std::size_t context(std::size_t from) const {
    const std::size_t to = from + quote_.size();
    std::size_t before = 0, after = 0;
    while (before < before_.size() && before < from &&
           all_.text[from - 1 - before] == before_[before_.size() - 1 - before])
      ++before;
    while (after < after_.size() && to + after < all_.text.size() && all_.text[to + after] == after_[after])
      ++after;
    return before + after;
  }

  bool enough(std::size_t context, UnitRange range) const {
    if (quote_.size() >= plain_quote_min) return true;
    if (context >= std::min(context_min, before_.size() + after_.size())) return true;
    // All of the block it was made in.
    const auto block = std::find_if(in_.blocks.begin(), in_.blocks.end(), [&](const AnchorBlock& candidate) {
      return candidate.range.start <= range.start && range.end <= candidate.range.end;
    });
    if (block == in_.blocks.end() || !block->id || block->id != anchor_.block) return false;
    return squeeze(std::u16string_view(in_.text).substr(block->range.start,
                                                        block->range.end - block->range.start))
               .text == quote_;
  }

  const AnchorText& in_;
  const Anchor& anchor_;
  std::u16string quote_;
  Squeezed all_;
  std::u16string before_, after_;
};

std::vector<UnitRange> scopes(const AnchorText& in, const Anchor& anchor) {
  std::vector<UnitRange> found;
  const auto of_block = [&](const AnchorBlock& block) { return block.id == anchor.block; };
  if (anchor.block)
    if (const auto block = std::find_if(in.blocks.begin(), in.blocks.end(), of_block);
        block != in.blocks.end())
      found.push_back(block->range);
  std::optional<UnitRange> section;
  for (const auto& block : in.blocks) {
    if (!anchor.section || block.section != anchor.section) continue;
    if (!section) section = block.range;
    section->end = block.range.end;
  }
  if (section) found.push_back(*section);
  found.push_back({0, in.text.size()});
  return found;
}

}  // namespace

double likeness(std::u16string_view a, std::u16string_view b) {
  if (a == b) return 1;
  const std::size_t longer = std::max(a.size(), b.size()), shorter = std::min(a.size(), b.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const auto left = a.substr(head, a.size() - tail - head), right = b.substr(head, b.size() - tail - head);
  const auto share = [longer](std::size_t part) {
    return static_cast<double>(part) / static_cast<double>(longer);
  };
  if (std::max(left.size(), right.size()) > compared_max) return share(head + tail);
  return 1 - share(distance(left, right));
}

std::optional<AnchorFound> resolve_anchor(const AnchorText& in, const Anchor& anchor,
                                          std::optional<UnitRange> positions) {
  if (positions && positions->start < positions->end && positions->start <= in.text.size()) {
    const auto words =
        std::u16string_view(in.text).substr(positions->start, positions->end - positions->start);
    if (likeness(words, anchor.quote) >= likeness_min) return AnchorFound{*positions, false};
  }
  auto quote = squeeze(anchor.quote).text;
  if (quote.empty()) return std::nullopt;
  const Search search(in, anchor, std::move(quote));
  for (const auto& scope : scopes(in, anchor))
    if (const auto found = search.best(scope)) return AnchorFound{*found, true};
  return std::nullopt;
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string units;
  units.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const auto byte = [&](std::size_t i) {
      return at + i < utf8.size() ? static_cast<unsigned char>(utf8[at + i]) & 0x3Fu : 0u;
    };
    const auto lead = static_cast<unsigned char>(utf8[at]);
    char32_t point = lead;
    std::size_t size = 1;
    if (lead >= 0xF0) {
      point = (lead & 0x07u) << 18 | byte(1) << 12 | byte(2) << 6 | byte(3);
      size = 4;
    } else if (lead >= 0xE0) {
      point = (lead & 0x0Fu) << 12 | byte(1) << 6 | byte(2);
      size = 3;
    } else if (lead >= 0xC0) {
      point = (lead & 0x1Fu) << 6 | byte(1);
      size = 2;
    }
    if (point >= 0x10000) {
      units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    } else {
      units += static_cast<char16_t>(point);
    }
    at += size;
  }
  return units;
}

}  // namespace assay::checks
