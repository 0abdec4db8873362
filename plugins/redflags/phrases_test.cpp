// The automaton of phrases against matching each of them, written out, at every word.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "plugins/redflags/phrase_builder.h"

namespace assay::redflags {
namespace {

using Strings = std::vector<std::string>;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

// A phrase as the parts it is made of: of each one alternative, which is words separated by spaces.
struct Phrase {
  CueId cue = 0;
  std::uint32_t number = 0;
  std::vector<Strings> parts;

  std::string text() const {
    std::string out;
    for (const Strings& part : parts) {
      if (!out.empty()) out += ' ';
      if (part.size() == 1) {
        out += part[0];
        continue;
      }
      out += '{';
      for (std::size_t i = 0; i < part.size(); ++i) out += (i ? "|" : "") + part[i];
      out += '}';
    }
    return out;
  }
  // All it stands for.
  std::vector<Strings> written_out() const {
    std::vector<Strings> all(1);
    for (const Strings& part : parts) {
      std::vector<Strings> next;
      for (const Strings& before : all)
        for (const std::string& alternative : part) {
          Strings more = before;
          for (std::size_t i = 0; i < alternative.size();) {
            const std::size_t end = std::min(alternative.find(' ', i), alternative.size());
            more.push_back(alternative.substr(i, end - i));
            i = end + 1;
          }
          next.push_back(std::move(more));
        }
      all = std::move(next);
    }
    return all;
  }
};

class Model {
 public:
  Model(const std::string& text, const std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

  // Where the elements from `element` on may end, the word `at` being the next.
  void ends(const Strings& elements, std::size_t element, std::size_t at, std::size_t first, bool commas,
            std::set<std::size_t>& out) const {
    if (element == elements.size()) {
      out.insert(at);
      return;
    }
    const std::string& wanted = elements[element];
    if (wanted[0] == '<') {
      for (std::size_t n = 0; n <= static_cast<std::size_t>(wanted[1] - '0'); ++n) {
        if (at + n >= tokens_.size() || tokens_[at + n].gap == Gap::other) return;
        ends(elements, element + 1, at + n, first, true, out);
      }
      return;
    }
    if (at >= tokens_.size()) return;
    const Gap gap = tokens_[at].gap;
    if (at != first && (gap == Gap::other || (gap == Gap::comma && !commas))) return;
    if (fits(wanted, at, at == first)) ends(elements, element + 1, at + 1, first, false, out);
  }

 private:
  bool fits(const std::string& wanted, std::size_t at, bool first) const {
    const Token& token = tokens_[at];
    const std::string word = text_.substr(token.begin, token.end - token.begin);
    if (wanted == "#") return token.shape == Shape::number;
    if (wanted == "^") {
      if (token.function) return false;
      if (token.shape == Shape::upper) return true;
      const bool opens = token.gap == Gap::start || token.gap == Gap::other;
      return token.shape == Shape::capital && !(first && opens);
    }
    if (wanted[0] == '~') return lemma_of(lower(word)) == lemma_of(wanted.substr(1));
    if (wanted != lower(wanted)) return word == wanted;
    return lower(word) == wanted;
  }
  const std::string& text_;
  const std::vector<Token>& tokens_;
};

// Of the hits of each cue that begin at one word the longest, of equals the first phrase; of those that
// overlap the longest, of equals the first.
std::vector<Hit> settle(std::vector<Hit> all, CueId cues) {
  std::vector<Hit> out;
  for (CueId cue = 0; cue < cues; ++cue) {
    std::vector<Hit> own;
    for (const Hit& hit : all)
      if (hit.cue == cue) own.push_back(hit);
    std::sort(own.begin(), own.end(), [](const Hit& a, const Hit& b) {
      if (a.first != b.first) return a.first < b.first;
      return a.last != b.last ? a.last > b.last : a.phrase < b.phrase;
    });
    std::vector<Hit> kept;
    for (const Hit& hit : own) {
      if (!kept.empty() && hit.first < kept.back().last) {
        if (hit.last - hit.first <= kept.back().last - kept.back().first) continue;
        kept.pop_back();
      }
      kept.push_back(hit);
    }
    out.insert(out.end(), kept.begin(), kept.end());
  }
  std::sort(out.begin(), out.end(), [](const Hit& a, const Hit& b) {
    return a.first != b.first ? a.first < b.first : a.cue < b.cue;
  });
  return out;
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  // At least 0, at most `largest`.
  std::size_t upto(std::size_t largest) { return engine_() % (largest + 1); }

 private:
  std::mt19937 engine_;
};

const std::string& one_of(Random& random, const Strings& of) { return of[random.upto(of.size() - 1)]; }

const Strings words{"mill",    "say", "says", "saying", "old", "report",
                    "reports", "WHO", "who",  "water",  "the"};
const Strings in_text{"mill", "say",   "Says", "saying", "Old",  "report", "reports", "WHO", "who",
                      "Who",  "water", "the",  "The",    "1998", "12",     "Mill",    "NATO"};

std::string element(Random& random) {
  switch (random.upto(7)) {
    case 0:
      return "#";
    case 1:
      return "^";
    case 2:
      return "~" + lower(one_of(random, words));
    default:
      return one_of(random, words);
  }
}

Phrase phrase(Random& random, CueId cue, std::uint32_t number) {
  Phrase out{cue, number, {}};
  const std::size_t count = 1 + random.upto(3);
  for (std::size_t p = 0; p < count; ++p) {
    Strings part;
    const std::size_t most = random.upto(2) == 0 ? 9 : 2;
    for (std::size_t n = 1 + random.upto(most - 1); n > 0; --n) {
      std::string alternative = element(random);
      if (random.upto(3) == 0) alternative += ' ' + element(random);
      part.push_back(alternative);
    }
    // Not at the ends: there every phrase has a word.
    if (p > 0 && p + 1 < count && part.size() > 1 && random.upto(2) == 0) part.push_back("");
    out.parts.push_back(part);
    if (p + 1 < count && random.upto(2) == 0)
      out.parts.push_back({"<" + std::to_string(1 + random.upto(2)) + ">"});
  }
  return out;
}

std::string sentence(Random& random) {
  static const Strings between{" ", " ", " ", " ", " ", ", ", ". ", "-", "; "};
  std::string text;
  for (std::size_t n = 5 + random.upto(39); n > 0; --n)
    text += one_of(random, in_text) + (n > 1 ? one_of(random, between) : "");
  return text;
}

}  // namespace

TEST_CASE("phrases are found where one of what they stand for is") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  Random random(seed);
  WordCache cache;
  std::size_t found = 0, with_joins = 0;
  for (int round = 0; round < 300; ++round) {
    const CueId cues = 1 + static_cast<CueId>(random.upto(5));
    PhraseBuilder builder;
    std::vector<Phrase> phrases;
    for (std::uint32_t n = 0; n < 30; ++n) {
      const Phrase made = phrase(random, static_cast<CueId>(random.upto(cues - 1)), n);
      PhraseError error;
      INFO(made.text());
      REQUIRE(builder.add(made.cue, made.number, made.text(), error));
      std::size_t ways = 1;
      for (const Strings& part : made.parts) ways *= part.size();
      with_joins += ways > 128;
      phrases.push_back(made);
    }
    const PhraseSet set = builder.build();
    for (int t = 0; t < 6; ++t) {
      const std::string text = sentence(random);
      std::vector<Token> tokens;
      tokenise(text, cache, tokens);
      std::vector<Hit> hits, all;
      set.find(tokens, hits);
      const Model model(text, tokens);
      for (const Phrase& one : phrases)
        for (const Strings& elements : one.written_out())
          for (std::size_t first = 0; first < tokens.size(); ++first) {
            std::set<std::size_t> ends;
            model.ends(elements, 0, first, first, false, ends);
            for (const std::size_t end : ends)
              all.push_back(
                  {one.cue, one.number, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
          }
      const std::vector<Hit> expected = settle(all, cues);
      std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
        return a.first != b.first ? a.first < b.first : a.cue < b.cue;
      });
      INFO("round " << round << ": " << text);
      REQUIRE(hits.size() == expected.size());
      for (std::size_t i = 0; i < hits.size(); ++i) {
        INFO("cue " << hits[i].cue << " at " << hits[i].first << ": " << phrases[hits[i].phrase].text()
                    << " or " << phrases[expected[i].phrase].text());
        REQUIRE(hits[i].cue == expected[i].cue);
        REQUIRE(hits[i].first == expected[i].first);
        REQUIRE(hits[i].last == expected[i].last);
        REQUIRE(hits[i].phrase == expected[i].phrase);
      }
      found += hits.size();
    }
  }
  CHECK(found > 5'000);
  CHECK(with_joins > 100);
}

}  // namespace assay::redflags
