#include "plugins/tags/tagger.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cmath>
#include <limits>

#include "plugins/tags/candidates.h"
#include "plugins/tags/label_model.h"
#include "plugins/tags/lesson.h"
#include "plugins/tags/models.h"
#include "plugins/tags/reasons.h"
#include "plugins/tags/terms.h"

namespace assay::tagging {
namespace {

constexpr std::string_view head_key = "head";
// 0.5 says "assign": where right and wrong assignments weigh the same in F1, at a likelihood of 0.4.
constexpr float assign_shift = 0.4F;
// A suggestion below this is wrong more often than F1 gains by it. Before any report of these writers is
// known the scores say little of how many tags they use, and the list is as long as was asked for.
constexpr float score_min = 0.12F;
constexpr std::size_t style_known_from = 5;  // reports
constexpr std::size_t always_shown = 5;
constexpr std::size_t max_slots = 10'000'000;  // a head that says more is damaged
constexpr std::size_t kept_candidates = 100, sampled_candidates = 40;

std::string record_key(std::size_t slot) { return "r/" + std::to_string(slot); }

// At most `most` bytes, whole code points.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

bool within(const Candidate& inner, const Candidate& outer) {
  const auto end = outer.stems.begin() + std::min<std::ptrdiff_t>(outer.parts, max_phrase_parts);
  const auto count = std::min<std::ptrdiff_t>(inner.parts, max_phrase_parts);
  return inner.parts < outer.parts &&
         std::search(outer.stems.begin(), end, inner.stems.begin(), inner.stems.begin() + count) != end;
}

// Whether a phrase says again what a better one said: it hardly stands but within that one.
bool crowds(const std::vector<Candidate>& candidates, const std::vector<std::uint32_t>& chosen,
            const Candidate& phrase) {
  return std::any_of(chosen.begin(), chosen.end(), [&](std::uint32_t number) {
    const Candidate& better = candidates[number];
    return within(phrase, better) && phrase.occurrences <= better.occurrences;
  });
}

// Bounded, trimmed, one each.
std::vector<std::string> clean(std::span<const std::string> tags) {
  std::vector<std::string> out;
  for (std::string_view tag : tags) {
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (tag.empty() || out.size() == max_tags) continue;
    std::string bounded = cut(tag, max_tag);
    if (std::find(out.begin(), out.end(), bounded) == out.end()) out.push_back(std::move(bounded));
  }
  return out;
}

}  // namespace

struct Tagger::Inside {
  struct Record {
    std::string bytes;  // empty: forgotten
    std::string report;
  };

  Store* store = nullptr;
  Words words;
  CandidateFinder finder;
  Vocabulary vocabulary;
  Models models{vocabulary};
  std::vector<Record> records;  // by slot
  boost::unordered_flat_map<std::string, std::uint32_t> slots;
  std::size_t loaded = 0;   // records[0, loaded) were read from the store, or made here
  std::size_t learned = 0;  // records[0, learned) are in the models
  std::size_t live = 0, oldest = 0;
  std::size_t damaged = 0;
  std::size_t patience = std::numeric_limits<std::size_t>::max();

  void load_head();
  void load_next();
  void load_all();
  void start_over();
  std::size_t catch_up(std::size_t most);
  Lesson lesson_of(std::string_view report, std::string_view title, std::string_view text,
                   std::span<const std::string> kept, std::span<const std::string> refused);
  void choose_rows(const std::vector<Candidate>& candidates, Lesson& lesson);
  bool keep(std::uint32_t slot, std::string bytes);
};

// How many records there are; they are read one by one.
void Tagger::Inside::load_head() {
  if (store == nullptr) return;
  const std::optional<std::string> head = store->get(head_key);
  if (!head) return;
  std::size_t slots_used = 0;
  for (const char c : *head) {
    if (c < '0' || c > '9' || slots_used > max_slots) {
      ++damaged;
      return;
    }
    slots_used = slots_used * 10 + static_cast<std::size_t>(c - '0');
  }
  records.resize(slots_used);
}

// Reads the next record. May throw what the store throws; then nothing has changed.
void Tagger::Inside::load_next() {
  const std::size_t slot = loaded;
  std::optional<std::string> bytes = store->get(record_key(slot));
  ++loaded;
  if (!bytes || bytes->empty()) return;
  const std::optional<Lesson> lesson = decode(*bytes);
  if (!lesson) {
    ++damaged;
    return;
  }
  records[slot].bytes = std::move(*bytes);
  records[slot].report = lesson->report;
  slots[lesson->report] = static_cast<std::uint32_t>(slot);
  ++live;
}

void Tagger::Inside::load_all() {
  while (loaded < records.size()) load_next();
}

void Tagger::Inside::start_over() {
  learned = 0;
  vocabulary.clear_learned();
  models.clear();
}

std::size_t Tagger::Inside::catch_up(std::size_t most) {
  for (; learned < records.size() && most > 0; ++learned) {
    if (learned == loaded) load_next();
    const Record& record = records[learned];
    if (record.bytes.empty()) continue;
    words.start_document();
    if (const std::optional<Lesson> lesson = decode(record.bytes)) models.learn(words, *lesson);
    --most;
  }
  models.refresh();
  return records.size() - learned;
}

// The candidates a lesson keeps: those that were taken, those that the defaults would suggest, and some of
// the others, which stand for all of them.
void Tagger::Inside::choose_rows(const std::vector<Candidate>& candidates, Lesson& lesson) {
  boost::unordered_flat_set<std::uint32_t> wanted, unwanted;
  for (const std::string& tag : lesson.tags) wanted.insert(stems_of(words, tag).key);
  for (const std::string& tag : lesson.refused) unwanted.insert(stems_of(words, tag).key);
  static const OnlineLogistic defaults = phrase_ranker();
  struct Entry {
    float score;
    std::uint32_t at;
  };
  std::vector<Entry> order;
  for (std::uint32_t i = 0; i < candidates.size(); ++i)
    order.push_back({defaults.score(candidates[i].features.data()), i});
  std::sort(order.begin(), order.end(), [](const Entry& a, const Entry& b) {
    return a.score != b.score ? a.score > b.score : a.at < b.at;
  });
  const std::size_t rest = order.size() > kept_candidates ? order.size() - kept_candidates : 0;
  const std::size_t stride = std::max<std::size_t>(1, rest / sampled_candidates);
  for (std::size_t rank = 0; rank < order.size() && lesson.rows.size() < max_rows; ++rank) {
    const Candidate& candidate = candidates[order[rank].at];
    const bool yes = wanted.contains(candidate.key), refused = unwanted.contains(candidate.key);
    const bool sampled = rank >= kept_candidates && (rank - kept_candidates) % stride == stride / 2;
    if (rank >= kept_candidates && !sampled && !yes && !refused) continue;
    LessonRow row;
    row.key = candidate.key;
    row.part_count = static_cast<std::uint8_t>(std::min<std::size_t>(candidate.parts, max_phrase_parts));
    row.parts = candidate.stems;
    row.kinds = candidate.kinds;
    row.yes = yes;
    row.importance = refused && !yes ? 3 : sampled && !yes ? static_cast<float>(stride) : 1;
    row.features = candidate.features;
    quantise(row.features);
    lesson.rows.push_back(row);
  }
}

Lesson Tagger::Inside::lesson_of(std::string_view report, std::string_view title, std::string_view text,
                                 std::span<const std::string> kept, std::span<const std::string> refused) {
  Lesson lesson;
  lesson.report = cut(report, max_name);
  lesson.tags = clean(kept);
  lesson.refused = clean(refused);
  words.start_document();
  const Text read = read_text(words, title, text);
  std::string_view shown = title;
  if (shown.empty()) shown = text.substr(0, std::min(text.find('\n'), text.size()));
  lesson.title = cut(shown, 120);
  lesson.terms = terms_of(read);
  for (Term& term : lesson.terms) term.weight = quantised_weight(term.weight);
  const std::vector<Candidate> candidates = finder.find(read);
  choose_rows(candidates, lesson);
  return lesson;
}

bool Tagger::Inside::keep(std::uint32_t slot, std::string bytes) {
  const bool grows = slot == records.size();
  if (grows) {
    records.emplace_back();
    loaded = records.size();
  }
  bool kept = store == nullptr || store->put(record_key(slot), bytes);
  // The head last: what it does not count is not there.
  if (grows && store != nullptr) kept = store->put(head_key, std::to_string(records.size())) && kept;
  records[slot].bytes = std::move(bytes);
  return kept;
}

Tagger::Tagger(Store* store) : inside_(std::make_unique<Inside>()) {
  inside_->store = store;
  inside_->load_head();
}
Tagger::~Tagger() = default;

void Tagger::add_taxonomy(const TaxonomyEntry& entry) {
  // Labels are numbered taxonomy first: what was learned is numbered again.
  if (inside_->learned > 0) inside_->start_over();
  inside_->words.start_document();
  inside_->vocabulary.add_taxonomy(inside_->words, entry);
}

std::vector<Suggestion> Tagger::suggest(std::string_view title, std::string_view text, std::size_t most,
                                        std::span<const std::string> already) {
  Inside& in = *inside_;
  in.catch_up(in.patience);
  in.words.start_document();
  const Text read = read_text(in.words, title, text);
  std::vector<Candidate> candidates = in.finder.find(read);
  const Terms terms = terms_of(read);
  std::vector<Scored> scored = in.models.score(candidates, terms);
  boost::unordered_flat_set<std::uint32_t> taken;
  for (const std::string& tag : already) taken.insert(stems_of(in.words, tag).stem_set);
  std::vector<Suggestion> out;
  std::vector<std::uint32_t> chosen;  // candidates
  for (const Scored& item : scored) {
    if (out.size() == most) break;
    if (taken.contains(item.stem_set)) continue;
    if (item.label == Vocabulary::none() && crowds(candidates, chosen, candidates[item.candidate])) continue;
    const float score = 1 / (1 + std::exp(-item.log_odds - assign_shift));
    if (in.live >= style_known_from && out.size() >= always_shown && score < score_min) break;
    taken.insert(item.stem_set);
    Suggestion suggestion;
    suggestion.tag = item.label != Vocabulary::none() ? in.vocabulary.spelling(item.label)
                                                      : surface(read, candidates[item.candidate]);
    if (suggestion.tag.empty()) continue;
    suggestion.score = score;
    suggestion.why = reason(read, candidates, terms, item, in.models, in.vocabulary);
    if (item.candidate != Vocabulary::none()) chosen.push_back(item.candidate);
    out.push_back(std::move(suggestion));
  }
  return out;
}

bool Tagger::learn(std::string_view report, std::string_view title, std::string_view text,
                   std::span<const std::string> kept, std::span<const std::string> refused) {
  Inside& in = *inside_;
  in.load_all();
  in.catch_up(in.patience);
  const Lesson lesson = in.lesson_of(report, title, text, kept, refused);
  std::string bytes = encode(lesson);
  const auto known = in.slots.find(lesson.report);
  if (known != in.slots.end()) {
    Inside::Record& record = in.records[known->second];
    if (record.bytes == bytes) return true;  // nothing new
    const bool done = in.keep(known->second, std::move(bytes));
    if (known->second < in.learned) in.start_over();
    return done;
  }
  const auto slot = static_cast<std::uint32_t>(in.records.size());
  bool done = in.keep(slot, std::move(bytes));
  in.records[slot].report = lesson.report;
  in.slots.emplace(lesson.report, slot);
  ++in.live;
  while (in.live > max_reports) {
    while (in.records[in.oldest].bytes.empty()) ++in.oldest;
    in.slots.erase(in.records[in.oldest].report);
    done = in.keep(static_cast<std::uint32_t>(in.oldest), {}) && done;
    --in.live;
  }
  in.catch_up(1);
  return done;
}

bool Tagger::forget(std::string_view report) {
  Inside& in = *inside_;
  in.load_all();
  const auto known = in.slots.find(cut(report, max_name));
  if (known == in.slots.end()) return false;
  const std::uint32_t slot = known->second;
  in.slots.erase(known);
  --in.live;
  const bool done = in.keep(slot, {});
  if (slot < in.learned) in.start_over();
  return done;
}

std::size_t Tagger::catch_up(std::size_t records) { return inside_->catch_up(records); }
void Tagger::set_patience(std::size_t records) { inside_->patience = records; }
std::size_t Tagger::reports() const { return inside_->live; }
std::size_t Tagger::damaged() const { return inside_->damaged; }

}  // namespace assay::tagging
