#include "plugins/tags/lesson.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace assay::tagging {
namespace {

constexpr std::uint8_t version = 2, version_without_kinds = 1;
constexpr std::size_t features_without_kinds = 49, rows_without_kinds = 260;
constexpr float weight_steps = 16, feature_steps = 63, importance_steps = 4;

float clamp_step(float value, float steps, float least, float most) {
  return std::clamp(std::round(value * steps), least, most);
}

class Writer {
 public:
  void byte(std::uint8_t value) { out_ += static_cast<char>(value); }
  void number(std::uint32_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }
  void pair(std::uint16_t value) {
    byte(static_cast<std::uint8_t>(value));
    byte(static_cast<std::uint8_t>(value >> 8));
  }
  void hash(std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    out_ += value;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Reads or says no; after the first no everything is 0 and ok() false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) {
      ok_ = false;
      return 0;
    }
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::uint32_t number(std::uint32_t most) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if ((next & 0x80) == 0) break;
    }
    if (value > most) ok_ = false;
    return ok_ ? static_cast<std::uint32_t>(value) : 0;
  }
  std::uint16_t pair() {
    const std::uint8_t low = byte();
    return static_cast<std::uint16_t>(low | byte() << 8);
  }
  std::uint32_t hash() {
    std::uint32_t value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= static_cast<std::uint32_t>(byte()) << shift;
    return value;
  }
  std::string text(std::size_t most) {
    const std::uint32_t size = number(static_cast<std::uint32_t>(most));
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// A stem is its place among the terms, from 1, or 0 and itself.
void write_row(Writer& out, const LessonRow& row, const Terms& terms) {
  out.byte(static_cast<std::uint8_t>(row.part_count | (row.yes ? 0x80 : 0)));
  for (std::size_t i = 0; i < row.part_count; ++i) {
    const auto at = std::lower_bound(terms.begin(), terms.end(), row.parts[i],
                                     [](const Term& term, std::uint32_t stem) { return term.stem < stem; });
    if (at != terms.end() && at->stem == row.parts[i]) {
      out.number(static_cast<std::uint32_t>(at - terms.begin()) + 1);
    } else {
      out.number(0);
      out.hash(row.parts[i]);
    }
  }
  for (const std::uint16_t kind : row.kinds) out.pair(kind);
  out.number(static_cast<std::uint32_t>(clamp_step(row.importance, importance_steps, 1, 65535)));
  std::array<std::int8_t, feature_count> values{};
  for (std::size_t i = 0; i < feature_count; ++i)
    values[i] = static_cast<std::int8_t>(clamp_step(row.features[i], feature_steps, -127, 127));
  for (std::size_t i = 0; i < feature_count; i += 8) {  // which are there
    std::uint8_t bits = 0;
    for (std::size_t k = i; k < std::min<std::size_t>(i + 8, feature_count); ++k)
      bits = static_cast<std::uint8_t>(bits | (values[k] != 0 ? 1 << (k - i) : 0));
    out.byte(bits);
  }
  for (const std::int8_t value : values)
    if (value != 0) out.byte(static_cast<std::uint8_t>(value));
}

LessonRow read_row(Reader& in, const Terms& terms) {
  LessonRow row;
  const std::uint8_t parts = in.byte();
  row.yes = (parts & 0x80) != 0;
  row.part_count = std::min<std::uint8_t>(parts & 0x7f, max_phrase_parts);
  for (std::size_t i = 0; i < row.part_count; ++i) {
    const std::uint32_t place = in.number(static_cast<std::uint32_t>(terms.size()));
    row.parts[i] = place == 0 ? in.hash() : terms[place - 1].stem;
    row.key = phrase_hash(row.key, row.parts[i]);
  }
  for (std::uint16_t& kind : row.kinds) kind = in.pair();
  row.importance = static_cast<float>(in.number(65535)) / importance_steps;
  std::array<std::uint8_t, (feature_count + 7) / 8> bits{};
  for (std::uint8_t& byte : bits) byte = in.byte();
  for (std::size_t i = 0; i < feature_count; ++i)
    if ((bits[i / 8] >> (i % 8) & 1) != 0)
      row.features[i] = static_cast<float>(static_cast<std::int8_t>(in.byte())) / feature_steps;
  return row;
}

// A row as format 1 has it.
void skip_row(Reader& in, const Terms& terms) {
  const std::size_t parts = std::min<std::size_t>(in.byte() & 0x7f, max_phrase_parts);
  for (std::size_t i = 0; i < parts; ++i)
    if (in.number(static_cast<std::uint32_t>(terms.size())) == 0) in.hash();
  in.number(65535);
  std::size_t values = 0;
  for (std::size_t i = 0; i < features_without_kinds; i += 8)
    values += static_cast<std::size_t>(std::popcount(in.byte()));
  for (std::size_t i = 0; i < values; ++i) in.byte();
}

void write_list(Writer& out, const std::vector<std::string>& list) {
  out.number(static_cast<std::uint32_t>(list.size()));
  for (const std::string& item : list) out.text(item);
}

std::vector<std::string> read_list(Reader& in) {
  std::vector<std::string> list;
  const std::uint32_t size = in.number(max_tags);
  for (std::uint32_t i = 0; i < size && in.ok(); ++i) list.push_back(in.text(max_tag));
  return list;
}

}  // namespace

float quantised_weight(float weight) { return clamp_step(weight, weight_steps, 1, 255) / weight_steps; }
void quantise(Features& features) {
  for (float& value : features) value = clamp_step(value, feature_steps, -127, 127) / feature_steps;
}

std::string encode(const Lesson& lesson) {
  Writer out;
  out.byte(version);
  out.text(lesson.report);
  out.text(lesson.title);
  write_list(out, lesson.tags);
  write_list(out, lesson.refused);
  out.number(static_cast<std::uint32_t>(lesson.terms.size()));
  std::uint32_t before = 0;
  for (const Term& term : lesson.terms) {  // sorted: the differences are small
    out.number(term.stem - before);
    before = term.stem;
    out.byte(static_cast<std::uint8_t>(clamp_step(term.weight, weight_steps, 1, 255)));
  }
  out.number(static_cast<std::uint32_t>(lesson.rows.size()));
  for (const LessonRow& row : lesson.rows) write_row(out, row, lesson.terms);
  return out.take();
}

std::optional<Lesson> decode(std::string_view bytes) {
  Reader in(bytes);
  const std::uint8_t format = in.byte();
  if (format != version && format != version_without_kinds) return std::nullopt;
  Lesson lesson;
  lesson.report = in.text(max_name);
  lesson.title = in.text(max_tag);
  lesson.tags = read_list(in);
  lesson.refused = read_list(in);
  const std::uint32_t terms = in.number(1000);
  std::uint32_t stem = 0;
  for (std::uint32_t i = 0; i < terms && in.ok(); ++i) {
    const std::uint32_t step = in.number(0xffffffff);
    if (i > 0 && step == 0) return std::nullopt;
    stem += step;
    lesson.terms.push_back({stem, static_cast<float>(in.byte()) / weight_steps});
  }
  if (format == version_without_kinds) {
    const std::uint32_t rows = in.number(rows_without_kinds);
    for (std::uint32_t i = 0; i < rows && in.ok(); ++i) skip_row(in, lesson.terms);
  } else {
    const std::uint32_t rows = in.number(max_rows);
    for (std::uint32_t i = 0; i < rows && in.ok(); ++i) lesson.rows.push_back(read_row(in, lesson.terms));
  }
  if (!in.done()) return std::nullopt;
  return lesson;
}

}  // namespace assay::tagging
