#include "plugins/redflags/words.h"

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace assay::redflags {
namespace {

constexpr std::size_t cache_words_max = 400'000;
constexpr std::size_t word_bytes_max = 64;  // of a longer word only its beginning is compared

const std::unordered_set<std::string_view>& function_words() {
  static const std::unordered_set<std::string_view> words{
      "a",       "about",   "above",      "across",   "after",   "again",   "against", "all",    "almost",
      "along",   "already", "also",       "although", "am",      "among",   "an",      "and",    "any",
      "are",     "around",  "as",         "at",       "away",    "be",      "because", "been",   "before",
      "behind",  "being",   "below",      "between",  "both",    "but",     "by",      "can",    "cannot",
      "could",   "did",     "do",         "does",     "doing",   "done",    "down",    "due",    "during",
      "each",    "either",  "else",       "even",     "ever",    "every",   "few",     "for",    "from",
      "further", "had",     "has",        "have",     "having",  "he",      "her",     "here",   "him",
      "his",     "how",     "however",    "i",        "if",      "in",      "into",    "is",     "it",
      "its",     "itself",  "just",       "less",     "may",     "me",      "might",   "more",   "most",
      "much",    "must",    "my",         "neither",  "no",      "nor",     "not",     "now",    "of",
      "off",     "often",   "on",         "once",     "one",     "only",    "onto",    "or",     "other",
      "others",  "our",     "out",        "over",     "own",     "per",     "rather",  "same",   "shall",
      "she",     "should",  "since",      "so",       "some",    "such",    "than",    "that",   "the",
      "their",   "them",    "themselves", "then",     "there",   "these",   "they",    "this",   "those",
      "though",  "through", "thus",       "to",       "too",     "toward",  "towards", "two",    "under",
      "unless",  "until",   "up",         "upon",     "us",      "very",    "via",     "was",    "we",
      "were",    "what",    "when",       "where",    "whether", "which",   "while",   "who",    "whom",
      "whose",   "why",     "will",       "with",     "within",  "without", "would",   "yet",    "you",
      "your",    "'s",      "don't",      "isn't",    "won't",   "can't",   "it's",    "doesn't"};
  return words;
}

// Inflections that no rule of spelling gives.
const std::unordered_map<std::string_view, std::string_view>& irregular() {
  static const std::unordered_map<std::string_view, std::string_view> words{{"said", "say"},
                                                                            {"told", "tell"},
                                                                            {"was", "be"},
                                                                            {"were", "be"},
                                                                            {"is", "be"},
                                                                            {"are", "be"},
                                                                            {"been", "be"},
                                                                            {"being", "be"},
                                                                            {"am", "be"},
                                                                            {"had", "have"},
                                                                            {"has", "have"},
                                                                            {"did", "do"},
                                                                            {"does", "do"},
                                                                            {"done", "do"},
                                                                            {"thought", "think"},
                                                                            {"held", "hold"},
                                                                            {"went", "go"},
                                                                            {"gone", "go"},
                                                                            {"goes", "go"},
                                                                            {"came", "come"},
                                                                            {"became", "become"},
                                                                            {"saw", "see"},
                                                                            {"seen", "see"},
                                                                            {"knew", "know"},
                                                                            {"known", "know"},
                                                                            {"wrote", "write"},
                                                                            {"written", "write"},
                                                                            {"gave", "give"},
                                                                            {"given", "give"},
                                                                            {"took", "take"},
                                                                            {"taken", "take"},
                                                                            {"made", "make"},
                                                                            {"found", "find"},
                                                                            {"felt", "feel"},
                                                                            {"fell", "fall"},
                                                                            {"fallen", "fall"},
                                                                            {"rose", "rise"},
                                                                            {"risen", "rise"},
                                                                            {"led", "lead"},
                                                                            {"met", "meet"},
                                                                            {"sent", "send"},
                                                                            {"spent", "spend"},
                                                                            {"sold", "sell"},
                                                                            {"bought", "buy"},
                                                                            {"brought", "bring"},
                                                                            {"built", "build"},
                                                                            {"sought", "seek"},
                                                                            {"meant", "mean"},
                                                                            {"lost", "lose"},
                                                                            {"left", "leave"},
                                                                            {"kept", "keep"},
                                                                            {"began", "begin"},
                                                                            {"begun", "begin"},
                                                                            {"ran", "run"},
                                                                            {"shown", "show"},
                                                                            {"drove", "drive"},
                                                                            {"driven", "drive"},
                                                                            {"flew", "fly"},
                                                                            {"flown", "fly"},
                                                                            {"struck", "strike"},
                                                                            {"won", "win"},
                                                                            {"paid", "pay"},
                                                                            {"laid", "lay"},
                                                                            {"stood", "stand"},
                                                                            {"understood", "understand"},
                                                                            {"broke", "break"},
                                                                            {"broken", "break"},
                                                                            {"chose", "choose"},
                                                                            {"chosen", "choose"},
                                                                            {"grew", "grow"},
                                                                            {"grown", "grow"},
                                                                            {"drew", "draw"},
                                                                            {"drawn", "draw"},
                                                                            {"sank", "sink"},
                                                                            {"sunk", "sink"},
                                                                            {"men", "man"},
                                                                            {"women", "woman"},
                                                                            {"people", "person"},
                                                                            {"children", "child"},
                                                                            {"hypotheses", "hypothesis"},
                                                                            {"analyses", "analysis"},
                                                                            {"crises", "crisis"},
                                                                            {"media", "media"},
                                                                            {"series", "series"},
                                                                            {"news", "news"},
                                                                            {"proven", "prove"},
                                                                            {"quoted", "quote"},
                                                                            {"using", "use"},
                                                                            {"used", "use"},
                                                                            {"lying", "lie"}};
  return words;
}

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'; }
bool has_vowel(std::string_view s) { return std::any_of(s.begin(), s.end(), is_vowel); }

// After -ed or -ing is gone: "planned" to "plan", "making" to the key of "make"; but "added" is of "add".
void mend(std::string& word) {
  const std::size_t n = word.size();
  if (n > 3 && word[n - 1] == word[n - 2] && !is_vowel(word[n - 1]) && word[n - 1] != 'l' &&
      word[n - 1] != 's' && word[n - 1] != 'z')
    word.pop_back();
}

UChar32 fold_one(UChar32 c) {
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x02BC:
    case 0x2032:
      return '\'';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
      return '-';
    case 0x00A0:
    case 0x202F:
    case 0x2007:
    case 0x2009:
      return ' ';
    default:
      return c;
  }
}

// ASCII, which most of a text is, without a call.
bool is_digit(UChar32 c) { return c < 0x80 ? c >= '0' && c <= '9' : u_isdigit(c) != 0; }
bool is_upper(UChar32 c) { return c < 0x80 ? c >= 'A' && c <= 'Z' : u_isupper(c) != 0; }
bool is_letter(UChar32 c) {
  return c < 0x80 ? (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') : u_isalpha(c) != 0;
}
bool is_word_character(UChar32 c) {
  if (c < 0x80) return is_letter(c) || is_digit(c);
  return u_isalnum(c) || (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_MC_MASK)) != 0;
}

void append(std::string& out, UChar32 c) {
  const auto byte = [&](UChar32 bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) return byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F));
  if (c < 0x10000) return byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F));
  byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F));
}

// One pass over the text, a word at a time.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool next(Token& token, std::string& folded) {
    Gap gap = at_ == 0 ? Gap::start : Gap::space;
    UChar32 c = 0;
    std::size_t start = at_;
    for (;; start = at_) {
      if (at_ >= text_.size()) return false;
      c = read();
      if (is_word_character(c)) break;
      if (c == '\'' && started_ && clitic(start, token, folded)) return true;
      // "stargazers' forum": the apostrophe of a plural parts nothing.
      if (c == '\'' && start == last_end_ && start > 0 && text_[start - 1] == 's' && peek() == ' ') continue;
      note(c, gap);
    }
    started_ = true;
    token.begin = static_cast<std::uint32_t>(start);
    token.gap = gap;
    word(c, token, folded);
    return true;
  }

 private:
  // The next character, folded in form but not in case.
  UChar32 read() {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte < 0x80) {
      ++at_;
      return byte;
    }
    UChar32 c = 0;
    auto i = static_cast<std::int32_t>(at_);
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text_.data()), i, static_cast<std::int32_t>(text_.size()),
            c);
    at_ = static_cast<std::size_t>(i);
    return c < 0 ? 0xFFFD : fold_one(c);
  }
  UChar32 peek() {
    const std::size_t keep = at_;
    const UChar32 c = at_ < text_.size() ? read() : 0;
    at_ = keep;
    return c;
  }
  static void note(UChar32 c, Gap& gap) {
    if (c == ' ' || c == '-' || c == '\t' || c == '*' || c == '"' || c == 0x201C || c == 0x201D) return;
    if (c == ',' && gap != Gap::other)
      gap = Gap::comma;
    else
      gap = Gap::other;
  }
  // "'s" after a word: at the apostrophe.
  bool clitic(std::size_t start, Token& token, std::string& folded) {
    if (start == 0 || start != last_end_) return false;
    const std::size_t keep = at_;
    const UChar32 c = at_ < text_.size() ? read() : 0;
    if ((c == 's' || c == 'S') && !is_word_character(peek())) {
      token.begin = static_cast<std::uint32_t>(start);
      token.end = static_cast<std::uint32_t>(at_);
      token.gap = Gap::space;
      token.shape = Shape::clitic;
      folded = "'s";
      last_end_ = at_;
      return true;
    }
    at_ = keep;
    return false;
  }
  void word(UChar32 c, Token& token, std::string& folded) {
    folded.clear();
    unsigned letters = 0, capitals = 0, small_end = 0;
    const bool number = is_digit(c);
    const bool capital = is_upper(c) || (c >= 0x80 && u_istitle(c));
    for (;;) {
      if (is_letter(c)) ++letters;
      if (is_upper(c)) ++capitals;
      small_end = c == 's' ? 1 : 0;
      if (folded.size() < word_bytes_max) {
        if (c < 0x80)
          folded += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        else
          append(folded, u_foldCase(c, U_FOLD_CASE_DEFAULT));
      }
      if (at_ >= text_.size()) break;
      const auto next = static_cast<unsigned char>(text_[at_]);
      if (next == ' ') break;
      if (next >= 0x80 || !is_word_character(next)) {
        if (!goes_on(c)) break;
      }
      c = read();
      if (c == '\'' || c == '.' || c == ',') {
        if (c != ',') folded += static_cast<char>(c);
        c = read();
      }
    }
    token.end = static_cast<std::uint32_t>(at_);
    last_end_ = at_;
    token.shape = number ? Shape::number
                  : capitals >= 2 && (capitals == letters || (capitals + 1 == letters && small_end))
                      ? Shape::upper
                  : capital ? Shape::capital
                            : Shape::lower;
  }
  // Whether the word goes on after `before`: a letter; an apostrophe that is no 's; a point in a number or
  // initials.
  bool goes_on(UChar32 before) {
    const std::size_t keep = at_;
    const UChar32 c = read();
    bool on = is_word_character(c);
    if (!on && at_ < text_.size()) {
      const UChar32 after = peek();
      if (c == '\'' && is_letter(after)) {
        read();
        const bool last = at_ >= text_.size() || !is_word_character(peek());
        on = !((after == 's' || after == 'S') && last);
      } else if ((c == '.' || c == ',') && is_digit(before)) {
        on = is_digit(after);
      } else if (c == '.' && is_upper(before) && is_upper(after)) {
        read();
        on = at_ < text_.size() && peek() == '.';
      }
    }
    at_ = keep;
    return on;
  }

  std::string_view text_;
  std::size_t at_ = 0, last_end_ = 0;
  bool started_ = false;
};

// "May" the month is not "may" the verb: it stands beside a number or after a preposition.
void name_months(std::vector<Token>& tokens) {
  static const WordHash may = hash_word("may"), month = hash_word("may (month)");
  static const std::vector<WordHash> before =
      hash_words({"in", "of", "since", "until", "by", "late", "early", "mid", "last", "next", "from",
                  "before", "after", "on", "this", "and", "to"});
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    Token& token = tokens[i];
    if (token.word != may || token.shape != Shape::capital) continue;
    const bool after_number = i > 0 && tokens[i - 1].shape == Shape::number;
    const bool before_number =
        i + 1 < tokens.size() && tokens[i + 1].shape == Shape::number && tokens[i + 1].gap == Gap::space;
    const bool placed = i > 0 && std::binary_search(before.begin(), before.end(), tokens[i - 1].word);
    if (!after_number && !before_number && !placed) continue;
    token.word = token.lemma = token.stem = month;
    token.function = false;
  }
}

}  // namespace

struct WordCache::Stemmer {
  sb_stemmer* stemmer = sb_stemmer_new("english", nullptr);
  ~Stemmer() { sb_stemmer_delete(stemmer); }
};

WordCache::WordCache() : slots_(1u << 12), stemmer_(new Stemmer) {}
WordCache::~WordCache() { delete stemmer_; }

const WordCache::Entry& WordCache::look_up(WordHash word, std::string_view folded) {
  if (used_ * 2 > slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = word & mask;
  while (slots_[i].word != 0 && slots_[i].word != word) i = (i + 1) & mask;
  Entry& entry = slots_[i];
  if (entry.word == word) return entry;
  ++used_;
  entry.word = word;
  entry.lemma = hash_word(lemma_of(folded));
  const sb_symbol* stem = sb_stemmer_stem(
      stemmer_->stemmer, reinterpret_cast<const sb_symbol*>(folded.data()), static_cast<int>(folded.size()));
  entry.stem = stem == nullptr ? word
                               : hash_word({reinterpret_cast<const char*>(stem),
                                            static_cast<std::size_t>(sb_stemmer_length(stemmer_->stemmer))});
  entry.function = function_words().contains(folded);
  return entry;
}

void WordCache::grow() {
  if (used_ > cache_words_max) {
    slots_.assign(1u << 12, {});
    used_ = 0;
    return;
  }
  std::vector<Entry> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.word == 0) continue;
    std::size_t i = entry.word & mask;
    while (slots_[i].word != 0) i = (i + 1) & mask;
    slots_[i] = entry;
  }
}

WordHash hash_word(std::string_view folded) {
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (const char c : folded) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9ull;
  h ^= h >> 32;
  return h == 0 ? 1 : h;
}

std::vector<WordHash> hash_words(std::initializer_list<std::string_view> folded) {
  std::vector<WordHash> hashes;
  for (const std::string_view word : folded) hashes.push_back(hash_word(word));
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

std::string lemma_of(std::string_view folded) {
  if (const auto found = irregular().find(folded); found != irregular().end()) folded = found->second;
  std::string word(folded);
  const auto ends = [&](std::string_view end) { return word.size() > end.size() + 1 && word.ends_with(end); };
  if (ends("ies") && word.size() > 4)
    word.replace(word.size() - 3, 3, "y");
  else if (ends("ied") && word.size() > 4)
    word.replace(word.size() - 3, 3, "y");
  else if (ends("sses") || ends("shes") || ends("ches") || ends("xes") || ends("zes"))
    word.resize(word.size() - 2);
  else if (ends("s") && !ends("ss") && !ends("us") && !ends("is"))
    word.pop_back();
  if (ends("ed") && word.size() > 4 && !ends("eed") &&
      has_vowel(std::string_view(word).substr(0, word.size() - 2))) {
    word.resize(word.size() - 2);
    mend(word);
  } else if (ends("ing") && word.size() > 5 && has_vowel(std::string_view(word).substr(0, word.size() - 3))) {
    word.resize(word.size() - 3);
    mend(word);
  }
  if (word.size() > 3 && word.back() == 'e') word.pop_back();
  return word;
}

std::string stem_of(std::string_view folded) {
  thread_local const struct Own {
    sb_stemmer* stemmer = sb_stemmer_new("english", nullptr);
    Own() = default;
    Own(const Own&) = delete;
    Own& operator=(const Own&) = delete;
    ~Own() { sb_stemmer_delete(stemmer); }
  } own;
  const sb_symbol* stem = sb_stemmer_stem(own.stemmer, reinterpret_cast<const sb_symbol*>(folded.data()),
                                          static_cast<int>(folded.size()));
  if (stem == nullptr) return std::string(folded);
  return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(own.stemmer))};
}

void tokenise(std::string_view text, WordCache& cache, std::vector<Token>& tokens) {
  tokens.clear();
  Scanner scanner(text);
  Token token;
  std::string folded;
  while (scanner.next(token, folded)) {
    token.word = hash_word(folded);
    const auto& entry = cache.look_up(token.word, folded);
    token.lemma = entry.lemma;
    token.stem = entry.stem;
    token.function = entry.function;
    tokens.push_back(token);
  }
  name_months(tokens);
}

std::string fold(std::string_view text, std::vector<std::uint32_t>* offsets, bool fold_case) {
  std::string out;
  out.reserve(text.size());
  if (offsets) offsets->clear();
  // A word of ASCII, as rules ask for by the thousand.
  if (offsets == nullptr && fold_case &&
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    for (const char c : text) out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    return out;
  }
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(text.size());) {
    const auto start = static_cast<std::uint32_t>(i);
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), i, static_cast<std::int32_t>(text.size()), c);
    if (c < 0) c = 0xFFFD;
    c = fold_one(c);
    if (c == 0x201C || c == 0x201D || c == 0x201E) c = '"';
    if (fold_case) c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
    append(out, c);
    if (offsets) offsets->resize(out.size(), start);
  }
  if (offsets) offsets->push_back(static_cast<std::uint32_t>(text.size()));
  return out;
}

}  // namespace assay::redflags
