#include "plugins/tags/text.h"

#include <catch2/catch.hpp>

#include "plugins/tags/candidates.h"
#include "plugins/tags/lexicon/lexicon.h"
#include "plugins/tags/reasons.h"

using namespace assay::tagging;

namespace {

std::vector<std::string> words_of(std::string_view text) {
  Words words;
  std::vector<std::string> out;
  for (const Token& token : read_text(words, "", text).tokens) out.push_back(token.word->text);
  return out;
}

std::vector<std::string> phrases_of(std::string_view title, std::string_view text) {
  Words words;
  const Text read = read_text(words, title, text);
  CandidateFinder finder;
  std::vector<std::string> out;
  for (const Candidate& candidate : finder.find(read))
    if (!candidate.alone) out.push_back(surface(read, candidate));
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("Text: words") {
  CHECK(words_of("Two men, one boat.") == Strings{"two", "men", "one", "boat"});
  CHECK(words_of("web-based TCP/IP AT&T") == Strings{"web-based", "tcp/ip", "at&t"});
  CHECK(words_of("1,200 tons; 3.5 mln") == Strings{"1,200", "tons", "3.5", "mln"});
  CHECK(words_of("The U.S. Navy") == Strings{"the", "u.s", "navy"});
  CHECK(words_of("Müller’s café") == Strings{"müller's", "café"});
  CHECK(words_of("ÉTAT d'urgence") == Strings{"état", "d'urgence"});
  CHECK(words_of("--- *** ...").empty());
  CHECK(words_of("ab\xFF\xFE"
                 "cd") == Strings{"ab", "cd"});
}

TEST_CASE("Text: a title that the text repeats counts once") {
  Words words;
  const Text read = read_text(words, "Strike in the harbour", "Strike in the harbour\nDockers went home.");
  CHECK(read.tokens.size() == 7);
  CHECK(read.tokens[3].in_title);
  CHECK_FALSE(read.tokens[4].in_title);
  CHECK(read.tokens[4].break_before);
}

TEST_CASE("Text: a line that goes on is no end of a phrase, a short line and a blank one are") {
  CHECK(
      has(phrases_of("", "The committee discussed the new naval\nexercise in the southern waters at length."),
          "naval exercise"));
  CHECK_FALSE(has(phrases_of("", "Weapon\nExercise areas were closed."), "weapon exercise"));
  CHECK_FALSE(
      has(phrases_of("", "They spoke for hours about every sort of long weapon\n\nexercise was not named."),
          "weapon exercise"));
}

TEST_CASE("Candidates: noun phrases, their parts, and names") {
  const auto phrases =
      phrases_of("", "The prime minister visited the offshore wind farm near New York on Tuesday.");
  CHECK(has(phrases, "prime minister"));
  CHECK(has(phrases, "offshore wind farm"));
  CHECK(has(phrases, "wind farm"));
  CHECK(has(phrases, "New York"));
  CHECK_FALSE(has(phrases, "the prime minister"));
  CHECK_FALSE(has(phrases, "minister visited"));
  CHECK_FALSE(has(phrases, "Tuesday"));
}

TEST_CASE("Candidates: verbs by their neighbours") {
  const auto phrases = phrases_of("", "They plan to ship weapons. The ship sank. The plan failed.");
  CHECK_FALSE(has(phrases, "ship weapons"));
  CHECK(has(phrases, "weapons"));
  CHECK(has(phrases, "ship"));
}

TEST_CASE("Candidates: counted by their stems") {
  Words words;
  const Text read =
      read_text(words, "", "Oil tankers sank. An oil tanker burned. Another oil tanker was sold.");
  CandidateFinder finder;
  for (const Candidate& candidate : finder.find(read))
    if (surface(read, candidate) == "oil tankers") {
      CHECK(candidate.occurrences == 3);
      return;
    }
  FAIL("no oil tankers");
}

TEST_CASE("Lexicon: what WordNet says") {
  const Lexicon& lexicon = Lexicon::english();
  REQUIRE(lexicon.find("harbour") != nullptr);
  CHECK(lexicon.find("harbour")->noun > 0);
  CHECK(lexicon.find("quickly")->adverb > 0);
  CHECK(lexicon.find("quickly")->noun == 0);
  CHECK(lexicon.find("mice")->inflected == inflected_noun);
  CHECK(lexicon.find("xyzzyq") == nullptr);
  CHECK(lexicon.find("") == nullptr);
  CHECK(lexicon.glosses() > 100'000);
  CHECK(lexicon.glosses_with(stem_hash("person")) > lexicon.glosses_with(stem_hash("harbour")));
  Stemmer stemmer;
  const std::uint32_t prime = stem_hash(stemmer.stem("prime")),
                      minister = stem_hash(stemmer.stem("minister"));
  CHECK(lexicon.compound(phrase_hash(phrase_hash(0, prime), minister)));
  CHECK_FALSE(lexicon.compound(phrase_hash(phrase_hash(0, minister), prime)));
}
