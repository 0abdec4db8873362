#include "plugins/tags/tagger.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

using namespace assay::tagging;

namespace {

struct MemoryStore final : Store {
  std::map<std::string, std::string, std::less<>> values;
  bool writable = true;
  std::optional<std::string> get(std::string_view key) override {
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  bool put(std::string_view key, std::string_view value) override {
    if (writable) values[std::string(key)] = value;
    return writable;
  }
};

struct Report {
  std::string id, title, text;
  std::vector<std::string> tags;
};

// Small texts on three subjects, each in words of its own, put together from a seed.
std::vector<Report> reports(unsigned seed, std::size_t count) {
  struct Subject {
    std::string tag;
    std::vector<std::string> sentences;
  };
  const std::vector<Subject> subjects = {
      {"maritime security",
       {"Patrol boats stopped two trawlers near the strait.", "The frigate escorted tankers past the reef.",
        "Harbour pilots reported jamming of navigation signals.",
        "Coast guard crews boarded a freighter at night.",
        "Insurers raised premiums for tankers in the strait."}},
      {"food prices",
       {"Bakers in the capital cut loaf sizes after the harvest failed.",
        "Flour imports fell while bread queues grew.", "The ministry capped the price of cooking oil.",
        "Wholesale grain traders hoarded wheat before the holiday.",
        "Queues formed outside subsidised bakeries."}},
      {"cyber operations",
       {"Phishing mails carried a loader that stole passwords.", "The malware used a forged certificate.",
        "Investigators traced the botnet to rented servers.", "A wiper erased backups at two utilities.",
        "The intruders moved laterally with stolen credentials."}}};
  std::mt19937 random(seed);
  std::vector<Report> made;
  for (std::size_t i = 0; i < count; ++i) {
    const Subject& subject = subjects[i % subjects.size()];
    Report report;
    report.id = "report-" + std::to_string(i);
    std::vector<std::string> sentences = subject.sentences;
    std::shuffle(sentences.begin(), sentences.end(), random);
    report.title = sentences[0].substr(0, sentences[0].find(' ', 12));
    for (std::size_t k = 0; k < 4; ++k) report.text += sentences[k] + " ";
    report.tags = {subject.tag};
    made.push_back(report);
  }
  return made;
}

void teach(Tagger& tagger, const Report& report) {
  tagger.learn(report.id, report.title, report.text, report.tags);
}

std::vector<std::string> names(const std::vector<Suggestion>& suggestions) {
  std::vector<std::string> out;
  for (const Suggestion& suggestion : suggestions) out.push_back(suggestion.tag);
  return out;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool same(const std::vector<Suggestion>& a, const std::vector<Suggestion>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Suggestion& x, const Suggestion& y) {
    return x.tag == y.tag && x.score == y.score && x.why == y.why;
  });
}

const std::string pipeline_title = "Northern pipeline sabotage";
const std::string pipeline_text =
    "The northern pipeline was damaged on Tuesday. Investigators believe that limpet mines were used against "
    "the "
    "northern pipeline. Gas flows through the Baltic terminal stopped, and the gas flows did not resume. The "
    "operator "
    "said repairs of the compressor station would take six weeks.";

}  // namespace

TEST_CASE("Tagger: untrained, the phrases a text is about") {
  Tagger tagger;
  const auto suggestions = tagger.suggest(pipeline_title, pipeline_text, 8);
  const auto tags = names(suggestions);
  INFO(tags.size());
  CHECK(contains(tags, "northern pipeline"));
  CHECK(contains(tags, "gas flows"));
  CHECK_FALSE(contains(tags, "Tuesday"));
  CHECK_FALSE(contains(tags, "weeks"));
  for (std::size_t i = 0; i < suggestions.size(); ++i) {
    CHECK(suggestions[i].score > 0);
    CHECK(suggestions[i].score < 1);
    CHECK_FALSE(suggestions[i].why.empty());
    if (i > 0) CHECK(suggestions[i - 1].score >= suggestions[i].score);
  }
}

TEST_CASE("Tagger: as many as were asked for, none that is there, one a stem set") {
  Tagger tagger;
  CHECK(tagger.suggest(pipeline_title, pipeline_text, 3).size() == 3);
  CHECK(tagger.suggest(pipeline_title, pipeline_text, 0).empty());
  CHECK(tagger.suggest("", "", 10).empty());
  CHECK(tagger.suggest("", " \n\t\n", 10).empty());
  const std::vector<std::string> there = {"Northern Pipelines"};
  CHECK_FALSE(contains(names(tagger.suggest(pipeline_title, pipeline_text, 10, there)), "northern pipeline"));
  const auto twice = names(
      tagger.suggest("", "The export bans hit exporters. The export ban was lifted. A ban of exports.", 20));
  CHECK(std::count_if(twice.begin(), twice.end(), [](const std::string& tag) {
          return tag == "export ban" || tag == "export bans";
        }) == 1);
}

TEST_CASE("Tagger: headings of the template are no tags") {
  Tagger tagger;
  const auto tags = names(tagger.suggest(
      "Harbour strike",
      "1. BLUF (Bottom Line Up Front)\nThe harbour strike will go on.\n2. Competing Hypotheses\nThe dockers "
      "want more "
      "pay.\n3. Key Assumptions and Red Flags\nThe union speaks for all dockers.\n7. Thematic Tags\n",
      30));
  CHECK(contains(tags, "harbour strike"));
  for (const char* heading : {"bottom line", "Bottom Line", "competing hypotheses", "Competing Hypotheses",
                              "Key Assumptions", "Red Flags", "BLUF", "Thematic Tags"})
    CHECK_FALSE(contains(tags, heading));
}

TEST_CASE("Tagger: learns tags that are not in the text") {
  Tagger tagger;
  const auto taught = reports(1, 24), fresh = reports(2, 6);
  for (const Report& report : taught) teach(tagger, report);
  for (const Report& report : fresh) {
    const auto suggestions = tagger.suggest(report.title, report.text, 5);
    REQUIRE_FALSE(suggestions.empty());
    CHECK(suggestions.front().tag == report.tags.front());
    CHECK(suggestions.front().score >= 0.5F);
    CHECK(suggestions.front().why.find("used in 8 reports") != std::string::npos);
    for (std::size_t i = 1; i < suggestions.size(); ++i) CHECK(suggestions[i].score < 0.5F);
  }
}

// The first report of a team, imported with three tags that are not among its words.
TEST_CASE("Tagger: one report whose tags are not in its text does not end the suggestions") {
  Tagger tagger;
  const auto before = tagger.suggest(pipeline_title, pipeline_text, 5);
  REQUIRE(before.size() >= 3);
  tagger.learn("first", pipeline_title, pipeline_text,
               std::vector<std::string>{"energy security", "hybrid threats"});
  const auto after =
      tagger.suggest("A note", "Dockers at the grain terminal struck over the cargo inspection fee.", 5);
  REQUIRE_FALSE(after.empty());
  CHECK(after.front().score > 0.2F);
  const auto again = tagger.suggest(pipeline_title, pipeline_text, 10);
  CHECK(contains(names(again), before.front().tag));
}

TEST_CASE("Tagger: what writers refuse fades") {
  const auto all = reports(3, 30);
  Tagger kept, refusing;
  for (const Report& report : all) {
    teach(kept, report);
    if (report.tags.front() == "food prices")
      refusing.learn(report.id, report.title, report.text, {}, report.tags);
    else
      teach(refusing, report);
  }
  const Report& food = all[1];
  CHECK(names(kept.suggest(food.title, food.text, 3)).front() == "food prices");
  CHECK_FALSE(contains(names(refusing.suggest(food.title, food.text, 3)), "food prices"));
}

TEST_CASE("Tagger: the spelling that is used most") {
  Tagger tagger;
  const auto some = reports(4, 9);
  for (std::size_t i = 0; i < some.size(); ++i) {
    const std::vector<std::string> tags = {i % 3 == 0 ? "Arms Embargo" : "arms embargo"};
    tagger.learn(some[i].id, some[i].title, some[i].text, tags);
  }
  const auto tags =
      names(tagger.suggest("Embargo", "The arms embargos were broken. The arms embargo is weak.", 5));
  CHECK(contains(tags, "arms embargo"));
  CHECK_FALSE(contains(tags, "Arms Embargo"));
  CHECK_FALSE(contains(tags, "arms embargos"));
}

TEST_CASE("Tagger: a taxonomy's tag by its label or another word for it") {
  Tagger tagger;
  tagger.add_taxonomy({"money-fx", "Foreign Exchange", {"currency market"}});
  tagger.add_taxonomy({"veg-oil", "Vegetable Oil", {}});
  const auto suggestions = tagger.suggest(
      "", "Dealers in the currency market sold the franc. The currency market was nervous.", 10);
  const auto found = std::find_if(suggestions.begin(), suggestions.end(),
                                  [](const Suggestion& suggestion) { return suggestion.tag == "money-fx"; });
  REQUIRE(found != suggestions.end());
  CHECK(found->why.find("Foreign Exchange") != std::string::npos);
  CHECK_FALSE(contains(names(suggestions), "veg-oil"));
}

TEST_CASE("Tagger: forgetting is as if it had never been learned") {
  const auto all = reports(5, 18);
  Tagger never, forgot;
  for (std::size_t i = 0; i < all.size(); ++i) {
    teach(forgot, all[i]);
    if (i % 3 != 1) teach(never, all[i]);
  }
  for (std::size_t i = 1; i < all.size(); i += 3) CHECK(forgot.forget(all[i].id));
  CHECK_FALSE(forgot.forget(all[1].id));
  CHECK(forgot.reports() == never.reports());
  for (const Report& report : all)
    CHECK(same(forgot.suggest(report.title, report.text, 15), never.suggest(report.title, report.text, 15)));
  CHECK_FALSE(contains(names(forgot.suggest(all[1].title, all[1].text, 30)), "food prices"));
}

TEST_CASE("Tagger: learning again, in the same words or in others, leaves no trace of before") {
  const auto all = reports(6, 12);
  Tagger once, again;
  for (const Report& report : all) teach(once, report);
  for (const Report& report : all) teach(again, report);
  teach(again, all[3]);
  const std::vector<std::string> other = {"another tag"};
  again.learn(all[4].id, all[4].title, all[4].text, other);
  teach(again, all[4]);
  CHECK(again.reports() == all.size());
  for (const Report& report : all)
    CHECK(same(again.suggest(report.title, report.text, 15), once.suggest(report.title, report.text, 15)));
}

TEST_CASE("Tagger: what is in the store is the whole state") {
  MemoryStore store;
  const auto all = reports(7, 15);
  std::vector<std::vector<Suggestion>> before;
  {
    Tagger tagger(&store);
    for (const Report& report : all) teach(tagger, report);
    tagger.forget(all[2].id);
    for (const Report& report : all) before.push_back(tagger.suggest(report.title, report.text, 10));
  }
  for (const auto& [key, value] : store.values) CHECK(value.size() < 40'000);
  Tagger tagger(&store);
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(same(tagger.suggest(all[i].title, all[i].text, 10), before[i]));
  CHECK(tagger.reports() == all.size() - 1);
  CHECK(tagger.damaged() == 0);
}

TEST_CASE("Tagger: catching up in steps ends where catching up at once does") {
  MemoryStore store;
  const auto all = reports(8, 20);
  {
    Tagger tagger(&store);
    for (const Report& report : all) teach(tagger, report);
  }
  Tagger patient(&store), at_once(&store);
  patient.set_patience(3);
  std::size_t steps = 1;
  while (patient.catch_up(3) > 0) ++steps;
  CHECK(steps >= all.size() / 3);
  for (const Report& report : all)
    CHECK(
        same(patient.suggest(report.title, report.text, 10), at_once.suggest(report.title, report.text, 10)));
}

TEST_CASE("Tagger: past the lessons that are fitted at once, the store is still the whole state") {
  MemoryStore store;
  const auto all = reports(11, 230);
  Tagger learned(&store);
  for (const Report& report : all) {
    teach(learned, report);
    if (report.id == "report-99" || report.id == "report-110") learned.suggest(report.title, report.text, 1);
  }
  Tagger read(&store);
  read.set_patience(7);
  while (read.catch_up(7) > 0) {
  }
  for (std::size_t i = 0; i < all.size(); i += 10)
    CHECK(same(read.suggest(all[i].title, all[i].text, 10), learned.suggest(all[i].title, all[i].text, 10)));
  CHECK(learned.forget(all[5].id));
  Tagger never;
  for (const Report& report : all)
    if (report.id != all[5].id) teach(never, report);
  for (std::size_t i = 0; i < all.size(); i += 10)
    CHECK(same(never.suggest(all[i].title, all[i].text, 10), learned.suggest(all[i].title, all[i].text, 10)));
}

TEST_CASE("Tagger: damaged records are left out, whatever is in them") {
  MemoryStore store;
  const auto all = reports(9, 10);
  {
    Tagger tagger(&store);
    for (const Report& report : all) teach(tagger, report);
  }
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    MemoryStore broken = store;
    for (int i = 0; i < 4; ++i) {
      auto at =
          std::next(broken.values.begin(), static_cast<std::ptrdiff_t>(random() % broken.values.size()));
      std::string& value = at->second;
      if (value.empty() || random() % 4 == 0)
        value.resize(random() % 300, static_cast<char>(random()));
      else
        value[random() % value.size()] = static_cast<char>(random());
    }
    if (const auto head = broken.get("head"); head && head->size() > 4)
      continue;  // millions of slots, all absent: slow
    Tagger tagger(&broken);
    tagger.suggest(all[0].title, all[0].text, 5);
    CHECK(tagger.reports() + tagger.damaged() <= all.size() + 1);
  }
}

TEST_CASE("Tagger: a store that cannot be written is told") {
  MemoryStore store;
  store.writable = false;
  Tagger tagger(&store);
  const auto some = reports(10, 1);
  CHECK_FALSE(tagger.learn(some[0].id, some[0].title, some[0].text, some[0].tags));
  CHECK(tagger.reports() == 1);
}

TEST_CASE("Tagger: any bytes are a text") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Tagger tagger;
  for (int round = 0; round < 200; ++round) {
    std::string text;
    const std::size_t size = random() % 2000;
    for (std::size_t i = 0; i < size; ++i)
      text += random() % 3 == 0 ? static_cast<char>(random()) : " .-'abcXYZ0\n"[random() % 12];
    const auto suggestions = tagger.suggest(text.substr(0, 30), text, 10);
    CHECK(suggestions.size() <= 10);
    if (round % 10 == 0) {
      const std::vector<std::string> tags = {text.substr(0, 300), "", " ", "a"};
      tagger.learn(std::to_string(round), text.substr(0, 40), text, tags);
    }
  }
  CHECK(tagger.suggest("", std::string(200'000, 'a'), 10).empty());
  CHECK(tagger.suggest("", std::string(100'000, '-'), 10).empty());
}
