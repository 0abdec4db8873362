#include "server/checks/kept_findings.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

#include "server/checks/utc.h"

namespace assay::checks {
namespace {

constexpr std::size_t context_units = 32;

std::string base64(const crdt::Bytes& bytes, int variant = sodium_base64_VARIANT_ORIGINAL) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.resize(text.size() - 1);  // its NUL
  return text;
}

void member(std::string& to, const char* name, std::string_view value) {
  if (to.back() != '{') to += ',';
  to += '"';
  to += name;
  to += "\":";
  append_json_string(to, value);
}

std::string_view words_of(const ReportView& view, Span span) {
  return std::string_view(view.view->text).substr(span.begin, span.end - span.begin);
}

const char* to_string(Severity severity) {
  if (severity == Severity::error) return "error";
  return severity == Severity::warning ? "warning" : "hint";
}

std::string short_number(float value) {
  std::array<char, 32> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 3).ptr;
  std::string text(digits.data(), end);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

void append_json_string(std::string& to, std::string_view utf8) {
  constexpr const char* hex = "0123456789abcdef";
  to += '"';
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (c == '\n') {
      to += "\\n";
    } else if (byte < 0x20) {
      to += "\\u00";
      to += hex[byte >> 4];
      to += hex[byte & 15];
    } else {
      to += c;
    }
  }
  to += '"';
}

// Writes places of one view as the wire has them.
class KeptFindings::Writer {
 public:
  Writer(const crdt::Document& document, const ReportView& view) : document_(document), view_(view) {}

  // `"quote", "range", "anchor"`, or `"quote", "field"`. False when the words are not there.
  bool place(std::string& to, const Stretch& at, std::string* quote = nullptr,
             std::string* block_id = nullptr) const {
    const auto found = KeptFindings::span(at, view_);
    if (!found) return false;
    const auto block = *view_.block_of(at.begin.block);
    const auto& where = view_.places[block];
    const auto words = words_of(view_, *found);
    if (quote) *quote = words;
    if (block_id) *block_id = where.field.empty() ? where.id : "field:" + where.field;
    member(to, "quote", words);
    if (!where.field.empty()) {
      member(to, "field", where.field);
      return true;
    }
    const bool empty = found->begin == found->end;
    auto start = position_at(document_, view_, found->begin, Edge::start);
    auto end = position_at(document_, view_, found->end, Edge::end);
    if (empty && !start) start = end;
    if (empty) end = start;
    if (!start || !end) {  // at an edge where no words are: the quote and its context find it
      to += ",\"range\":null";
      return anchor(to, *found, where, "", "");
    }
    const auto first = base64(crdt::encode_relative_position(*start));
    const auto last = base64(crdt::encode_relative_position(*end));
    to += ",\"range\":{";
    member(to, "start", first);
    member(to, "end", last);
    to += '}';
    return anchor(to, *found, where, first, last);
  }

 private:
  bool anchor(std::string& to, Span span, const BlockPlace& where, const std::string& start,
              const std::string& end) const {
    to += ",\"anchor\":{";
    member(to, "start", start);
    member(to, "end", end);
    member(to, "before", words_before(view_, span.begin, context_units));
    member(to, "after", words_after(view_, span.end, context_units));
    id(to, "block", where.id);
    id(to, "section", where.section);
    to += '}';
    return true;
  }
  static void id(std::string& to, const char* name, const std::string& value) {
    if (!value.empty()) return member(to, name, value);
    to += ",\"";
    to += name;
    to += "\":null";
  }

  const crdt::Document& document_;
  const ReportView& view_;
};

KeptFindings::Stretch KeptFindings::stretch(Span span, const ReportView& in) {
  const auto place = [&in](std::uint32_t byte) -> Place {
    const auto block = in.block_at(byte);
    if (!block) return {};
    const auto& found = in.view->blocks[*block];
    return {found.id, byte - found.span.begin};
  };
  Stretch at{place(span.begin), place(span.end)};
  if (span.begin == span.end) at.end = at.begin;
  return at;
}

std::optional<Span> KeptFindings::span(const Stretch& at, const ReportView& in) {
  const auto byte = [&in](const Place& place) -> std::optional<std::uint32_t> {
    const auto block = in.block_of(place.block);
    if (!block) return std::nullopt;
    const auto& span = in.view->blocks[*block].span;
    std::uint32_t at_byte = std::min(span.begin + place.offset, span.end);
    // The end may lie in a block that changed since: never inside a character.
    const auto& text = in.view->text;
    while (at_byte > span.begin && at_byte < text.size() &&
           (static_cast<unsigned char>(text[at_byte]) & 0xC0) == 0x80)
      --at_byte;
    return at_byte;
  };
  const auto begin = byte(at.begin), end = byte(at.end);
  if (!begin || !end || *end < *begin) return std::nullopt;
  return Span{*begin, *end};
}

KeptFindings::Kept KeptFindings::keep(Finding found, const ReportView& in) const {
  Kept kept;
  kept.severity = found.severity;
  // Line ends between blocks are no words.
  const auto& text = in.view->text;
  while (found.span.begin < found.span.end && text[found.span.end - 1] == '\n') --found.span.end;
  while (found.span.begin < found.span.end && text[found.span.begin] == '\n') ++found.span.begin;
  kept.at = stretch(found.span, in);
  if (const auto block = in.block_of(kept.at.begin.block)) kept.stamp = in.places[*block].stamp;
  for (const auto& fix : found.fixes) {
    Kept::Fix to{fix.title, {}};
    for (const auto& edit : fix.edits) to.edits.push_back({stretch(edit.span, in), edit.replacement});
    kept.fixes.push_back(std::move(to));
  }
  for (const auto& related : found.related)
    kept.related.push_back({stretch(related.span, in), related.message});
  kept.said = "{";
  member(kept.said, "rule", found.rule);
  member(kept.said, "severity", to_string(found.severity));
  member(kept.said, "message", found.message);
  member(kept.said, "hint", found.hint);
  if (!found.help_url.empty()) member(kept.said, "help", found.help_url);
  kept.said += ",\"confidence\":" + short_number(found.confidence);
  kept.rule = std::move(found.rule);
  return kept;
}

void KeptFindings::take(std::vector<Finding> found, const ReportView& asked, const ReportView& now,
                        const std::vector<std::uint32_t>& blocks) {
  // Blocks whose findings the answer replaces: asked about, and the same now.
  std::unordered_set<std::uint64_t> answered;
  const auto consider = [&](std::size_t i) {
    const auto id = asked.view->blocks[i].id;
    const auto here = now.block_of(id);
    if (here && now.places[*here].stamp == asked.places[i].stamp) answered.insert(id);
  };
  if (blocks.empty())
    for (std::size_t i = 0; i < asked.places.size(); ++i) consider(i);
  else
    for (const auto i : blocks) consider(i);
  std::erase_if(kept_, [&](const Kept& kept) { return answered.contains(kept.at.begin.block); });
  for (auto& one : found) {
    auto kept = keep(std::move(one), asked);
    if (answered.contains(kept.at.begin.block)) kept_.push_back(std::move(kept));
  }
  drop_gone(now);
  if (kept_.size() <= kept_max) return;
  // The worst are kept, then those further up.
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const Kept& a, const Kept& b) { return a.severity > b.severity; });
  kept_.resize(kept_max);
}

void KeptFindings::drop_gone(const ReportView& now) {
  std::erase_if(kept_, [&](const Kept& kept) { return !now.block_of(kept.at.begin.block); });
}

std::string KeptFindings::write(const crdt::Document& document, const ReportView& now,
                                const ReportIgnores& said,
                                const std::function<std::string(const std::string&)>& name_of,
                                FindingCounts& counts) {
  const auto order = [&now](const Kept& kept) {
    const auto block = now.block_of(kept.at.begin.block);
    return block ? now.view->blocks[*block].span.begin + kept.at.begin.offset : 0;
  };
  for (auto& kept : kept_) kept.order = order(kept);
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const Kept& a, const Kept& b) { return a.order < b.order; });

  std::unordered_set<std::string> there;
  if (!said.ignores.empty())
    for (const auto& place : now.places)
      there.insert(place.field.empty() ? place.id : "field:" + place.field);
  const auto is_there = [&there](const std::string& block) { return there.contains(block); };
  const Writer writer(document, now);
  std::unordered_map<std::uint64_t, unsigned> equals;
  std::string all = "[";
  for (auto& kept : kept_) {
    const auto block = now.block_of(kept.at.begin.block);
    if (!block) continue;
    // A block that changed since the answer: its places are those of before, and so is what was written.
    const bool same = now.places[*block].stamp == kept.stamp;
    if (same) {
      std::string wire = kept.said;
      if (!writer.place(wire, kept.at, &kept.quote, &kept.block)) continue;
      std::string fixes;
      for (const auto& fix : kept.fixes) {
        std::string one = "{";
        member(one, "title", fix.title);
        one += ",\"edits\":[";
        bool whole = !fix.edits.empty();
        for (const auto& edit : fix.edits) {
          if (one.back() == '}') one += ',';
          one += '{';
          member(one, "replacement", edit.replacement);
          whole = whole && writer.place(one, edit.at);
          one += '}';
        }
        if (whole) fixes += (fixes.empty() ? "" : ",") + one + "]}";
      }
      if (!fixes.empty()) wire += ",\"fixes\":[" + fixes + "]";
      std::string related;
      for (const auto& other : kept.related) {
        std::string one = "{";
        member(one, "message", other.message);
        if (writer.place(one, other.at)) related += (related.empty() ? "" : ",") + one + "}";
      }
      if (!related.empty()) wire += ",\"related\":[" + related + "]";
      kept.wire = std::move(wire);
    }
    if (kept.wire.empty()) continue;
    const std::string key = plugin_ + '\n' + kept.rule + '\n' + kept.block + '\n' + kept.quote;
    const auto number = id_number(key);
    const unsigned again = equals[number]++;
    const auto name = again == 0 ? number : id_number(key + '\n' + std::to_string(again));
    crdt::Bytes bytes;
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<std::uint8_t>(name >> shift));
    kept.id = base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

    if (all.size() > 1) all += ',';
    all += kept.wire;
    member(all, "id", kept.id);
    if (const auto* ignore = find_ignore(said, plugin_, kept.rule, kept.block, kept.quote, is_there)) {
      all += ",\"ignored\":{";
      member(all, "id", ignore->id);
      member(all, "scope", ignore->whole_report ? "report" : "here");
      member(all, "reason", ignore->reason);
      all += ",\"by\":{";
      member(all, "id", ignore->by);
      member(all, "name", name_of(ignore->by));
      all += '}';
      member(all, "at", iso_time(ignore->at_ms));
      all += '}';
    } else {
      ++(kept.severity == Severity::error     ? counts.errors
         : kept.severity == Severity::warning ? counts.warnings
                                              : counts.hints);
    }
    all += '}';
  }
  return all + "]";
}

std::vector<KeptFindings::Known> KeptFindings::known() const {
  std::vector<Known> known;
  for (const auto& kept : kept_)
    if (!kept.id.empty()) known.push_back({kept.id, kept.rule, kept.quote, kept.block});
  return known;
}

}  // namespace assay::checks
