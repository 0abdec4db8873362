// Dates and numbers in a block's words.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <unordered_map>

#include "plugins/redflags/block_facts.h"

namespace assay::redflags {
namespace {

struct Month {
  std::string_view name;
  int number;
};
constexpr std::array<Month, 24> months{
    {{"january", 1}, {"february", 2}, {"march", 3},     {"april", 4},    {"may", 5},       {"june", 6},
     {"july", 7},    {"august", 8},   {"september", 9}, {"october", 10}, {"november", 11}, {"december", 12},
     {"jan", 1},     {"feb", 2},      {"mar", 3},       {"apr", 4},      {"jun", 6},       {"jul", 7},
     {"aug", 8},     {"sep", 9},      {"sept", 9},      {"oct", 10},     {"nov", 11},      {"dec", 12}}};

int month_of(const Token& token) {
  if (token.shape != Shape::capital) return 0;
  static const std::unordered_map<WordHash, int> by_hash = [] {
    std::unordered_map<WordHash, int> all{{hash_word("may (month)"), 5}};
    for (const Month& month : months) all.emplace(hash_word(month.name), month.number);
    return all;
  }();
  const auto at = by_hash.find(token.word);
  return at == by_hash.end() ? 0 : at->second;
}

// The token's digits, if it is a plain number of at most `digits_max` digits, perhaps with an ordinal's
// ending; else -1.
int integer_of(std::string_view text, std::size_t digits_max) {
  for (const std::string_view end : {"st", "nd", "rd", "th"})
    if (text.size() > 2 && text.ends_with(end)) {
      text.remove_suffix(2);
      break;
    }
  if (text.empty() || text.size() > digits_max) return -1;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}
bool is_year(int value) { return value >= 1900 && value <= 2100; }

class DateFinder {
 public:
  explicit DateFinder(BlockFacts& facts) : facts_(facts) {}
  void run() {
    facts_.dates.clear();
    for (std::size_t i = 0; i < facts_.tokens.size();) {
      const std::size_t next = iso(i) ? end_ : month_first(i) ? end_ : day_first(i) ? end_ : i + 1;
      i = next;
    }
  }

 private:
  int integer(std::size_t i, std::size_t digits_max) const {
    if (i >= facts_.tokens.size() || facts_.tokens[i].shape != Shape::number) return -1;
    return integer_of(facts_.at(facts_.tokens[i]), digits_max);
  }
  int month(std::size_t i) const { return i < facts_.tokens.size() ? month_of(facts_.tokens[i]) : 0; }
  bool joined(std::size_t i) const { return i < facts_.tokens.size() && facts_.tokens[i].gap <= Gap::comma; }
  void add(std::size_t first, std::size_t end, int year, int month, int day) {
    end_ = end;
    const Extent words{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)};
    facts_.dates.push_back({year, month, day, facts_.bytes_of(words), words});
  }
  // 2026-10-19
  bool iso(std::size_t i) {
    const int year = integer(i, 4), month = integer(i + 1, 2), day = integer(i + 2, 2);
    if (!is_year(year) || month < 1 || month > 12 || day < 1 || day > 31) return false;
    const auto& t = facts_.tokens;
    if (t[i + 1].begin - t[i].end != 1 || facts_.text[t[i].end] != '-') return false;
    if (t[i + 2].begin - t[i + 1].end != 1) return false;
    add(i, i + 3, year, month, day);
    return true;
  }
  // March 2026, March 4, March 4, 2026
  bool month_first(std::size_t i) {
    const int m = month(i);
    if (m == 0) return false;
    if (const int year = integer(i + 1, 4); is_year(year) && joined(i + 1))
      return add(i, i + 2, year, m, 0), true;
    const int day = integer(i + 1, 4);
    if (day >= 1 && day <= 31 && facts_.tokens[i + 1].gap == Gap::space) {
      const int year = joined(i + 2) ? integer(i + 2, 4) : -1;
      return is_year(year) ? add(i, i + 3, year, m, day) : add(i, i + 2, 0, m, day), true;
    }
    // "May" and "March" alone are words as well.
    if ((m == 3 || m == 5) && !after_preposition(i)) return false;
    return add(i, i + 1, 0, m, 0), true;
  }
  bool after_preposition(std::size_t i) const {
    if (i == 0) return false;
    const std::string before = fold(facts_.at(facts_.tokens[i - 1]));
    for (const std::string_view word : {"in", "of", "since", "until", "by", "late", "early", "mid", "from",
                                        "to", "last", "next", "and", "through"})
      if (before == word) return true;
    return false;
  }
  // 4 March, 4 March 2026, 4th of March; of "11 and 12 October" and "9 to 13 October" both days
  bool day_first(std::size_t i) {
    const int day = integer(i, 4);
    if (day < 1 || day > 31) {
      if (is_year(integer(i, 4)) && facts_.at(facts_.tokens[i]).size() == 4 && year_alone(i))
        return add(i, i + 1, integer(i, 4), 0, 0), true;
      return false;
    }
    std::size_t m = i + 1;
    if (m < facts_.tokens.size() && facts_.at(facts_.tokens[m]) == "of") ++m;
    if (month(m) != 0 && facts_.tokens[m].gap == Gap::space) {
      const int year = joined(m + 1) ? integer(m + 1, 4) : -1;
      return is_year(year) ? add(i, m + 2, year, month(m), day) : add(i, m + 1, 0, month(m), day), true;
    }
    for (const std::size_t skip : {std::size_t{1}, std::size_t{2}}) {
      const std::size_t second = i + skip;
      const int other = integer(second, 4);
      if (other < 1 || other > 31 || month(second + 1) == 0 || facts_.tokens[second + 1].gap != Gap::space)
        continue;
      if (skip == 2) {
        const std::string_view word = facts_.at(facts_.tokens[i + 1]);
        if (word != "and" && word != "to" && word != "or" && word != "until") continue;
      }
      const int year = joined(second + 2) ? integer(second + 2, 4) : -1;
      add(i, i + 1, is_year(year) ? year : 0, month(second + 1), day);
      end_ = second;
      return true;
    }
    return false;
  }
  // A bare year: after a preposition or in brackets; not 2,000 and not "2000 tonnes".
  bool year_alone(std::size_t i) const {
    if (i + 1 < facts_.tokens.size() && facts_.tokens[i + 1].gap == Gap::space &&
        facts_.tokens[i + 1].shape == Shape::lower && !facts_.tokens[i + 1].function && i > 0 &&
        !facts_.tokens[i - 1].function)
      return false;
    return facts_.text.substr(facts_.tokens[i].end, 1) != "%";
  }

  BlockFacts& facts_;
  std::size_t end_ = 0;
};

constexpr std::array<std::string_view, 6> currency_marks{"$", "€", "£", "¥", "₹", "US$"};
constexpr std::array<std::string_view, 24> currency_words{
    "dollars", "dollar",  "euros",  "euro",   "pounds",    "yen",  "yuan", "rupees",
    "rubles",  "roubles", "crowns", "kronor", "francs",    "usd",  "eur",  "gbp",
    "pesos",   "rand",    "dinars", "riyals", "shillings", "lira", "won",  "kroner"};

bool is_one_of(std::string_view word, const auto& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class NumberFinder {
 public:
  explicit NumberFinder(BlockFacts& facts) : facts_(facts) {}
  void run() {
    facts_.numbers.clear();
    for (std::size_t i = 0; i < facts_.tokens.size(); ++i)
      if (facts_.tokens[i].shape == Shape::number) {
        if (!in_date(i)) i = number(i) - 1;
      } else if (facts_.tokens[i].shape == Shape::lower && i > 0) {
        if (const double factor = factor_of(facts_.tokens[i].word); factor != 0) i = in_words(i, factor);
      }
    std::stable_sort(facts_.numbers.begin(), facts_.numbers.end(),
                     [](const Number& a, const Number& b) { return a.words.begin < b.words.begin; });
  }

 private:
  static double factor_of(WordHash word) {
    static const std::array<std::pair<WordHash, double>, 7> words{{{hash_word("hundred"), 1e2},
                                                                   {hash_word("thousand"), 1e3},
                                                                   {hash_word("million"), 1e6},
                                                                   {hash_word("billion"), 1e9},
                                                                   {hash_word("trillion"), 1e12},
                                                                   {hash_word("percent"), 1},
                                                                   {hash_word("per"), 1}}};
    for (const auto& [name, factor] : words)
      if (name == word) return factor;
    return 0;
  }
  static double word_value(const std::string& word) {
    static constexpr std::array<std::string_view, 21> ones{
        "zero",     "one",     "two",     "three",     "four",     "five",     "six",
        "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
    static constexpr std::array<std::string_view, 7> tens{"thirty",  "forty",  "fifty", "sixty",
                                                          "seventy", "eighty", "ninety"};
    for (std::size_t i = 0; i < ones.size(); ++i)
      if (ones[i] == word) return static_cast<double>(i);
    for (std::size_t i = 0; i < tens.size(); ++i)
      if (tens[i] == word) return 30 + 10 * static_cast<double>(i);
    return 0;
  }
  // "two million", "half a million", "forty per cent": from the word before the magnitude at `i`. Returns the
  // last word it read.
  std::size_t in_words(std::size_t i, double factor) {
    std::size_t first = i - 1, last = i;
    if (facts_.tokens[i].gap != Gap::space) return i;
    double value = word_value(fold(facts_.at(facts_.tokens[first])));
    if (value == 0 && factor > 1 && fold(facts_.at(facts_.tokens[first])) == "a") {
      value = 1;
      if (first > 0 && fold(facts_.at(facts_.tokens[first - 1])) == "half") value = 0.5, --first;
    }
    if (value == 0) return i;
    if (value < 10 && first > 0 && facts_.text[facts_.tokens[first - 1].end] == '-')
      if (const double tens = word_value(fold(facts_.at(facts_.tokens[first - 1]))); tens >= 20)
        value += tens, --first;
    value *= factor;
    Number number;
    number.plain = false;
    number.digits = factor >= 1e2 ? 3 : 2;
    number.magnitude = factor >= 1e6;
    if (factor == 1) {
      if (facts_.at(facts_.tokens[i]) == "per") {
        if (folded(i + 1) != "cent") return i;
        ++last;
      }
      number.unit = Unit::percent;
    } else {
      if (const std::string word = folded(last + 1); word == "thousand" || word == "million") {
        value *= word == "million" ? 1e6 : 1e3;
        number.magnitude = number.magnitude || word == "million";
        ++last;
      }
      if (is_one_of(folded(last + 1), currency_words)) number.unit = Unit::currency, ++last;
    }
    number.value = number.high = value;
    number.bytes = {facts_.tokens[first].begin, facts_.tokens[last].end};
    number.words = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last + 1)};
    facts_.numbers.push_back(number);
    return last;
  }
  bool in_date(std::size_t i) const {
    const auto dates = holding(facts_.dates, static_cast<std::uint32_t>(i));
    return !dates.empty() && !(dates[0].month == 0 && followed_by_unit(i));
  }
  bool followed_by_unit(std::size_t i) const { return facts_.text.substr(facts_.tokens[i].end, 1) == "%"; }
  static bool parse(std::string_view text, Number& number) {
    std::string digits;
    for (const char c : text) {
      if (c == ',')
        number.plain = false;
      else if (c == '.')
        number.plain = false, digits += c;
      else if (c >= '0' && c <= '9')
        digits += c, ++number.digits;
      else
        return false;
    }
    if (digits.empty()) return false;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number.value);
    number.high = number.value;
    return error == std::errc() && end == digits.data() + digits.size() && number.digits <= 18;
  }
  std::string folded(std::size_t i) const {
    return i < facts_.tokens.size() && facts_.tokens[i].gap == Gap::space ? fold(facts_.at(facts_.tokens[i]))
                                                                          : std::string();
  }
  // Returns the word after the number.
  std::size_t number(std::size_t i) {
    Number number;
    const Token& token = facts_.tokens[i];
    // "2bn", "18m"
    std::string_view digits = facts_.at(token);
    double suffix = 1;
    for (const auto& [mark, factor] :
         {std::pair<std::string_view, double>{"bn", 1e9}, {"mn", 1e6}, {"m", 1e6}})
      if (digits.ends_with(mark) && digits.size() > mark.size()) {
        const bool money = token.begin > 0 && facts_.text[token.begin - 1] != ' ';
        if (mark == "m" && !money) break;
        digits.remove_suffix(mark.size());
        suffix = factor;
        break;
      }
    if (!parse(digits, number)) return i + 1;
    if (suffix > 1)
      number.value *= suffix, number.high *= suffix, number.magnitude = true, number.plain = false;
    std::size_t next = i + 1;
    std::uint32_t begin = token.begin, end = token.end;
    range(next, number, end);
    for (const auto mark : currency_marks)
      if (begin >= mark.size() && facts_.text.compare(begin - mark.size(), mark.size(), mark) == 0) {
        number.unit = Unit::currency;
        begin -= static_cast<std::uint32_t>(mark.size());
        if (begin >= 2 && facts_.text.compare(begin - 2, 2, "US") == 0) begin -= 2;
        break;
      }
    if (const std::string word = folded(next); word == "thousand" || word == "million" || word == "billion" ||
                                               word == "trillion" || word == "bn" || word == "m") {
      if (word != "m" || number.unit == Unit::currency) {
        number.magnitude = true;
        number.plain = false;
        const double factor = word == "thousand"                 ? 1e3
                              : word == "million" || word == "m" ? 1e6
                              : word == "trillion"               ? 1e12
                                                                 : 1e9;
        number.value *= factor;
        number.high *= factor;
        end = facts_.tokens[next++].end;
      }
    }
    if (facts_.text.compare(end, 1, "%") == 0) {
      number.unit = Unit::percent;
      ++end;
    } else if (facts_.text.compare(end, 2, " %") == 0) {
      number.unit = Unit::percent;
      end += 2;
    } else if (const std::string word = folded(next);
               word == "percent" || word == "per" || word == "percentage") {
      const bool per = word == "per", cent = per && folded(next + 1) == "cent";
      if (!per || cent) {
        number.unit = Unit::percent;
        next += cent ? 2 : 1;
        end = facts_.tokens[next - 1].end;
      }
    } else if (is_one_of(word, currency_words)) {
      number.unit = Unit::currency;
      end = facts_.tokens[next++].end;
    }
    number.bytes = {begin, end};
    number.words = {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(next)};
    facts_.numbers.push_back(number);
    return next;
  }
  // "20 to 40", "20-40", "20–40", "between 20 and 40"
  void range(std::size_t& next, Number& number, std::uint32_t& end) {
    std::size_t second = next;
    if (const std::string word = folded(second); word == "to" || word == "and") {
      if (word == "and" && (next < 2 || fold(facts_.at(facts_.tokens[next - 2])) != "between")) return;
      ++second;
    } else {
      const std::string between = second < facts_.tokens.size()
                                      ? fold(facts_.text.substr(end, facts_.tokens[second].begin - end))
                                      : "";
      if (between != "-" && between != "%-") return;
    }
    Number other;
    if (second >= facts_.tokens.size() || facts_.tokens[second].shape != Shape::number || in_date(second) ||
        facts_.tokens[second].gap == Gap::comma || !parse(facts_.at(facts_.tokens[second]), other) ||
        other.value < number.value)
      return;
    number.high = other.value;
    number.digits = std::max(number.digits, other.digits);
    number.plain = number.plain && other.plain;
    end = facts_.tokens[second].end;
    next = second + 1;
  }

  BlockFacts& facts_;
};

}  // namespace

void find_dates(BlockFacts& facts) { DateFinder(facts).run(); }
void find_numbers(BlockFacts& facts) { NumberFinder(facts).run(); }

}  // namespace assay::redflags
