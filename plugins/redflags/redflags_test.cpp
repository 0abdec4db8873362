// The engine under the packs: words, phrases, packs that are refused, and checks after edits.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <ctime>
#include <functional>
#include <random>

#include "plugins/redflags/report_fixture.h"

namespace assay::redflags {
namespace {

std::string pack(const std::string& rules) { return "[pack]\nid = \"org.example.test\"\n" + rules; }

std::shared_ptr<const RuleSet> with(const std::string& rules) {
  PackError error;
  auto set = RuleSet::make({{"test.toml", pack(rules)}}, error);
  INFO(error.message);
  REQUIRE(set != nullptr);
  return set;
}

std::vector<std::string> marks(const std::shared_ptr<const RuleSet>& rules, const std::string& rule,
                               const std::string& text) {
  Checker checker(rules, {});
  const ReportFixture fixture(text);
  std::vector<std::string> out;
  for (const Finding& finding : checker.check(fixture.input()))
    if (finding.rule->id == rule)
      out.push_back(fixture.text().substr(finding.bytes.begin, finding.bytes.end - finding.bytes.begin));
  return out;
}

std::string refusal(const std::string& rules) {
  PackError error;
  return RuleSet::make({{"x.toml", pack(rules)}}, error) ? "" : error.message;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("Words: typographic marks, possessives, numbers and capitals") {
  WordCache cache;
  std::vector<Token> tokens;
  const std::string text = "India’s so-called 1,200 “U.S.” WHO don’t café";
  tokenise(text, cache, tokens);
  Strings words;
  for (const Token& token : tokens) words.push_back(text.substr(token.begin, token.end - token.begin));
  CHECK(words == Strings{"India", "’s", "so", "called", "1,200", "U.S", "WHO", "don’t", "café"});
  CHECK(tokens[4].shape == Shape::number);
  CHECK(tokens[6].shape == Shape::upper);
}

struct LemmaCase {
  const char* a;
  const char* b;
  bool same;
};
const LemmaCase lemma_cases[] = {{"carries", "carrying", true},  {"said", "says", true},
                                 {"planned", "planning", true},  {"secure", "security", false},
                                 {"analyses", "analysis", true}, {"vessel", "vessels", true}};
TEST_CASE("Words: lemmas lose inflection alone") {
  for (const auto& c : lemma_cases) {
    INFO(c.a << " and " << c.b);
    CHECK((lemma_of(c.a) == lemma_of(c.b)) == c.same);
  }
}

struct PhraseCase {
  const char* phrase;
  const char* text;
  Strings found;
};
const PhraseCase phrase_cases[] = {
    {"red herring", "A red herring, and Red Herrings.", {"red herring"}},
    {"red ~herring", "A red herring, and Red Herrings.", {"red herring", "Red Herrings"}},
    {"{big|very big} ship", "a very big ship", {"very big ship"}},
    {"rests <2> on",
     "it rests in part on sand, and rests, it seems, on hope",
     {"rests in part on", "rests, it seems, on"}},
    {"rests on", "it rests, on sand", {}},
    {"about # ships", "about 12 ships, about nine ships", {"about 12 ships"}},
    {"minister ^", "the minister Lund, the minister left", {"minister Lund"}},
    {"WHO", "The WHO asked who did it.", {"WHO"}},
    {"so-called", "the so‑called plan, the so called plan", {"so‑called", "so called"}},
    {"don't know", "They don’t know.", {"don’t know"}},
    {"art", "the part of Art", {"Art"}},
};
TEST_CASE("Phrases: what each sign of the notation finds") {
  for (const auto& c : phrase_cases) {
    INFO(c.phrase << " in " << c.text);
    const auto rules = with("[[rule]]\nrule = \"t.p\"\nkind = \"phrase\"\nmessage = \"m\"\nany = [\"" +
                            std::string(c.phrase) + "\"]\n");
    CHECK(marks(rules, "t.p", c.text) == c.found);
  }
}

struct KindCase {
  const char* rule;
  const char* text;
  Strings found;
};
const KindCase kind_cases[] = {
    {"kind = \"pattern\"\npattern = 'v\\d+\\b'", "Version v12 and rev7.", {"v12"}},
    {"kind = \"limit\"\nany = [\"may\"]\nmax = 1\nwithin = \"sentence\"",
     "It may and may. It may.",
     {"may and may"}},
    {"kind = \"repeat\"\nwords = 4",
     "The harbour of the harbour, and far away then the harbour.",
     {"harbour"}},
    {"kind = \"pair\"\na = [\"colour\"]\nb = [\"color\"]", "A colour and a color.", {"color"}},
    {"kind = \"require\"\nany = [\"cost\"]\nwith_value = [\"number\"]",
     "The cost is 12. The cost is high.",
     {"cost"}},
    {"kind = \"cooccur\"\nany = [\"tide\"]\nwith = [\"moon\"]\nmarks = \"to-companion\"",
     "The tide and the moon. A tide.",
     {"tide and the moon"}},
    {"kind = \"phrase\"\nany = [\"old\"]\nexcept = [\"old town\"]",
     "The old town and the old mill.",
     {"old"}},
    {"kind = \"phrase\"\nany = [\"old\"]\nunless = [\"new\"]", "The old and the new. The old mill.", {"old"}},
    {"kind = \"phrase\"\nany = [\"evil\"]\nquoted = \"skip\"", "An “evil plan” and an evil one.", {"evil"}},
    {"kind = \"phrase\"\nany = [\"mill\"]\nmarks = \"sentence\"", "The mill. The other.", {"The mill."}},
    {"kind = \"metric\"\nmetric = \"words_per_sentence\"\nmax = 4",
     "One two three four. One two three four five.",
     {"One two three four five."}},
};
TEST_CASE("Kinds: one example each") {
  for (const auto& c : kind_cases) {
    INFO(c.rule);
    CHECK(marks(with("[[rule]]\nrule = \"t.k\"\nmessage = \"m\"\n" + std::string(c.rule) + "\n"), "t.k",
                c.text) == c.found);
  }
}

TEST_CASE("Swap: the fix keeps the capital") {
  const auto rules = with(
      "[[rule]]\nrule = \"t.s\"\nkind = \"swap\"\nmessage = \"{match}: {replacement}\"\nwith = { \"in order "
      "to\" = \"to\" }\n");
  Checker checker(rules, {});
  const ReportFixture fixture("In order to sail. He came in order to sail.");
  const auto findings = checker.check(fixture.input());
  Strings made;
  for (const Finding& finding : findings)
    if (finding.rule->id == "t.s") made.push_back(*finding.replacement);
  CHECK(made == Strings{"To", "to"});
}

TEST_CASE("A pack that is wrong is refused with file, line and reason") {
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  CHECK(refusal(key + " = 1\n") == "x.toml:3: a key of more than 64 dots");
  CHECK(refusal("[" + key + "]\n") == "x.toml:3: a key of more than 64 dots");
  CHECK(refusal("a = " + std::string(100'000, '[') + "\n") == "x.toml:3: brackets more than 64 deep");
  CHECK(refusal("[[rule]\n").starts_with("x.toml:3: "));
  CHECK(refusal("\n[[rule]]\nrule = \"a.b\"\nkind = \"phrase\"\nmessage = \"m\"\nany = [\"{x\"]\n") ==
        "x.toml:8: phrase '{x': a { that is never closed");
  CHECK(refusal("[[rule]]\nrule = \"a.b\"\nkind = \"patern\"\nmessage = \"m\"\n")
            .find("x.toml:5: kind is 'patern', not one of phrase, pattern") == 0);
  CHECK(refusal("[[rule]]\nrule = \"a.b\"\nkind = \"pattern\"\nmessage = \"m\"\npattern = '(a)\\1'\n")
            .find("x.toml:7: pattern /(a)\\1/: ") == 0);
  CHECK(refusal("[[rule]]\nrule = \"language.loaded\"\nkind = \"phrase\"\nmessage = \"m\"\nany = [\"x\"]\n")
            .find("is in language.toml as well") != std::string::npos);
  CHECK(refusal("[[rule]]\nrule = \"a.b\"\nkind = \"phrase\"\nmessage = \"m\"\nany = [\"@nothing\"]\n")
            .find("there is no list 'nothing'") != std::string::npos);
  CHECK(refusal("[[rule]]\nrule = \"a.b\"\nkind = \"phrase\"\nmesage = \"m\"\nany = [\"x\"]\n")
            .find("a rule has no 'mesage'") != std::string::npos);
  CHECK(refusal("[[rule]]\nrule = \"a.b\"\nkind = \"code\"\nmessage = \"m\"\n").find("C++ of its own") !=
        std::string::npos);
}

TEST_CASE("A report that nobody has written in yet gets no findings") {
  const auto rules = with("");
  const std::string blank =
      "head/title> Untitled report\nhead/published> 2026-02-01\n#bluf> BLUF (Bottom Line Up Front)\nbluf>\n"
      "#hypotheses> Competing Hypotheses\nhypotheses>\n#assumptions> Key Assumptions and Red Flags\n"
      "assumptions/assumption>\n#recommendations> Recommendations and Outlook\n##recommendations> Scenario "
      "Projections:\nrecommendations/scenario.best>\n#tags> Thematic Tags\ntags/tag>\n";
  const auto found = [&](const std::string& text) {
    Checker checker(rules, {});
    return checker.check(ReportFixture(text).input()).size();
  };
  CHECK(found(blank) == 0);
  CHECK(found(blank + "bluf> Confidence level:\n") == 0);
  // A title, one word or a heading of somebody's own, and it is checked.
  CHECK(found("head/title> Mast collapses at Tarn" + blank.substr(blank.find('\n'))) > 0);
  CHECK(found(blank + "implications> Storm\n") > 0);
  CHECK(found(blank + "#custom> Weather\n") > 0);
}

TEST_CASE("After an edit only the touched block is read, and the findings are those of a fresh check") {
  PackError error;
  const auto rules = RuleSet::make({}, error);
  REQUIRE(rules != nullptr);
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const Strings pool{"The regime closed the port.",
                     "Exports fell by 40 percent.",
                     "It is believed that the ship left.",
                     "The crew of 14 boats left Tarn on 3 May.",
                     "Captain Ilse Brandt said so.",
                     "The harbour is quiet.",
                     "This proves that it may possibly rain.",
                     "Experts say that 17 boats left Tarn on 5 May."};
  Strings blocks(30);
  for (auto& block : blocks) block = pool[random() % pool.size()];
  Checker kept(rules, {});
  std::size_t read_before = 0;
  for (int step = 0; step < 60; ++step) {
    std::string lines = "head/title> Boats – Tarn Post\nhead/published> 2026-06-01\n";
    for (const auto& block : blocks) lines += "implications> " + block + "\n";
    const ReportFixture fixture(lines + "entities> Key entities include Tarn.\n");
    const auto now = kept.check(fixture.input());
    Checker fresh(rules, {});
    const auto again = fresh.check(fixture.input());
    REQUIRE(now.size() == again.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
      REQUIRE(now[i].rule == again[i].rule);
      REQUIRE(now[i].bytes == again[i].bytes);
      REQUIRE(now[i].message == again[i].message);
    }
    if (step > 0) REQUIRE(kept.blocks_read() <= read_before + 1);
    read_before = kept.blocks_read();
    blocks[random() % blocks.size()] = pool[random() % pool.size()] + " " + std::to_string(step);
  }
}

// ---- What no report looks like

namespace {

std::string many(std::size_t count, const std::function<std::string(std::size_t)>& one) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += one(i);
  return all;
}

// Words of a small vocabulary, so that much is shared; the same for a number.
std::string some_words(std::size_t seed, std::size_t count) {
  static constexpr std::array<const char*, 16> words{
      "likely",  "Rotterdam", "port",   "various", "Russia",     "sources",    "said", "because",
      "anchor,", "evidence",  "shows.", "cable",   "hypothesis", "assumption", "and",  "percent"};
  std::string text;
  for (std::size_t i = 0, at = seed * 2'654'435'761u; i < count; ++i, at = at * 1'103'515'245u + 12'345u)
    text += std::string(i == 0 ? "" : " ") + words[(at >> 16) % words.size()];
  return text;
}

}  // namespace

TEST_CASE("What no report looks like is checked in a moment all the same", "[limits]") {
  const auto number = [](std::size_t i) { return std::to_string(i); };
  const auto hypotheses = [](std::size_t count) {
    return many(count, [](std::size_t i) {
      return "hypotheses/title> " + some_words(i, 5) + "\nhypotheses/statement> " + some_words(i + 1, 20) +
             "\n";
    });
  };
  const struct {
    const char* name;
    std::string text;
  } shapes[] = {
      {"hypotheses", hypotheses(5'000)},
      {"hypotheses and assumptions", hypotheses(2'000) + many(5'000,
                                                              [](std::size_t i) {
                                                                return "assumptions/assumption> " +
                                                                       some_words(i + 7, 20) + "\n";
                                                              })},
      {"entities",
       "bluf> " +
           many(20'000, [&](std::size_t i) { return "The Ministry of Nam" + number(i) + " said it. "; }) +
           "\n" +
           many(20'000, [&](std::size_t i) { return "entities> Ministry of Nam" + number(i) + "\n"; })},
      {"entities in one line",
       "bluf> x\nentities> " + many(50'000, [&](std::size_t i) { return "Aname" + number(i) + ", "; })},
      {"tags", "bluf> " + some_words(1, 20'000) + "\n" +
                   many(20'000, [&](std::size_t i) { return "tags/tag> smuggling" + number(i) + "\n"; })},
      {"a line without a full stop",
       "bluf> " +
           many(60'000,
                [](std::size_t) { return "likely 12 percent Rotterdam said various evidence anchor "; })},
      {"quotations in one line",
       "bluf> " + many(50'000, [](std::size_t) { return "He said: \"we saw the port\". "; })},
      {"dates in one line", "bluf> " + many(50'000,
                                            [&](std::size_t i) {
                                              return "The attack by 3 May killed " + number(i) + " people. ";
                                            })},
      {"acronyms", "bluf> " + many(50'000, [&](std::size_t i) { return "ABC" + number(i) + "X said it. "; })},
  };
  PackError error;
  const auto rules = RuleSet::make({}, error);
  REQUIRE(rules != nullptr);
  for (const auto& shape : shapes) {
    INFO(shape.name);
    const ReportFixture fixture("head/title> Title\n" + shape.text);
    Checker checker(rules, {});
    const auto before = std::clock();
    checker.check(fixture.input());
    // A tenth of it is usual; what each of these once took grew with the square of its size.
    CHECK(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 3);
  }
}

}  // namespace assay::redflags
