// Tags: what the report says it is about against what it speaks of.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_set>

#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

// Words that stand for a theme: a tag may use the left one where the text has one of the others.
struct Theme {
  std::string_view word;
  std::string_view others;
};
constexpr std::array<Theme, 254> themes{{
    {"war", "army troops fight fighter attack offensive siege front battle garrison shell rebel"},
    {"warfare", "army troops fight attack offensive siege front battle drone missile"},
    {"violence", "kill attack shoot shot clash murder beat stab gunman"},
    {"election", "vote ballot candidate poll voter"},
    {"justice", "court judge trial prosecutor verdict"},
    {"law", "court judge trial statute ruling"},
    {"wages", "pay salary"},
    {"employment", "worker job layoff wage post"},
    {"hunger", "famine food malnutrition"},
    {"pollution", "spill waste emission sewage toxic discharge contaminate"},
    {"contamination", "pollution spill toxic poison"},
    {"automotive", "car carmaker vehicle"},
    {"electricity", "power grid blackout outage"},
    {"biodiversity", "species animal bird plant reef"},
    {"heritage", "museum antiquity artefact temple"},
    {"religion", "church mosque temple priest imam bishop"},
    {"sport", "club match federation athlete league stadium"},
    {"drought", "dry rain rainfall"},
    {"safety", "accident inspection inspector injury"},
    {"markets", "price exchange trader"},
    {"demography", "birth population census"},
    {"materials", "lithium cobalt nickel copper graphite gallium tungsten ore mineral metal steel"},
    {"minerals", "lithium cobalt nickel copper graphite gallium tungsten ore metal mine"},
    {"electricity", "power grid outage blackout volt megawatt current turbine"},
    {"rationing", "ration quota coupon"},
    {"blackouts", "outage power grid electricity"},
    {"healthcare", "hospital clinic nurse doctor patient ward medicine health"},
    {"bribery", "bribe kickback corruption"},
    {"theft", "thief steal stolen stole rob"},
    {"robbery", "thief steal stolen stole rob"},
    {"diving", "diver wreck"},
    {"telecoms", "tower mast cable mobile signal network phone operator antenna"},
    {"mobility", "bus tram rail train metro traffic road"},
    {"justice", "court judge trial prosecutor verdict police"},
    {"pollination", "bee hive orchard"},
    {"beekeeping", "bee hive honey"},
    {"viticulture", "wine grape vineyard vine"},
    {"archaeology", "excavation artefact antiquity ruin dig tomb"},
    {"heritage", "museum monument temple manuscript artefact antiquity church"},
    {"culture", "museum theatre monument festival language"},
    {"religion", "church mosque temple bishop imam priest monk faith"},
    {"demography", "birth population census migration"},
    {"meteorology", "storm rain forecast weather wind temperature"},
    {"seismology", "earthquake tremor quake fault"},
    {"volcanology", "volcano eruption lava ash crater"},
    {"volcanoes", "volcano eruption lava ash crater"},
    {"employment", "job worker labour wage layoff hire"},
    {"unemployment", "job worker layoff dismissal"},
    {"layoffs", "dismissal redundancy job"},
    {"emergency", "rescue evacuation fire flood ambulance"},
    {"rescue", "lifeboat helicopter survivor evacuate"},
    {"journalism", "newspaper reporter journalist editor outlet"},
    {"censorship", "ban block journalist newspaper broadcaster"},
    {"sanctions", "embargo blacklist freeze designate"},
    {"embargo", "sanction ban"},
    {"nutrition", "food diet hunger"},
    {"famine", "hunger starvation food"},
    {"zoonosis", "virus animal bat poultry livestock"},
    {"pandemic", "virus infection outbreak"},
    {"ecology", "species habitat river forest wetland"},
    {"biodiversity", "species habitat animal plant bird"},
    {"geology", "rock fault drill seismic slope"},
    {"landslides", "slope mud slide"},
    {"robotics", "robot drone"},
    {"sport", "match club league player stadium team"},
    {"football", "match club league player stadium"},
    {"copyright", "licence author royalty pirate"},
    {"privacy", "data surveillance personal"},
    {"resources", "oil gas water mineral ore timber fish lithium"},
    {"greece", "greek athens"},
    {"haiti", "haitian prince"},
    {"france", "french paris"},
    {"spain", "spanish madrid"},
    {"germany", "german berlin"},
    {"poland", "polish warsaw"},
    {"denmark", "danish copenhagen"},
    {"sweden", "swedish stockholm"},
    {"finland", "finnish helsinki"},
    {"norway", "norwegian oslo"},
    {"iceland", "icelandic reykjavik"},
    {"ireland", "irish dublin"},
    {"scotland", "scottish edinburgh holyrood"},
    {"wales", "welsh cardiff"},
    {"britain", "british uk london westminster"},
    {"england", "english london"},
    {"uk", "british britain london"},
    {"netherlands", "dutch hague amsterdam"},
    {"belgium", "belgian brussels"},
    {"switzerland", "swiss bern geneva"},
    {"austria", "austrian vienna"},
    {"turkey", "turkish ankara istanbul"},
    {"türkiye", "turkish ankara istanbul turkey"},
    {"italy", "italian rome"},
    {"portugal", "portuguese lisbon"},
    {"cyprus", "cypriot nicosia"},
    {"ukraine", "ukrainian kyiv"},
    {"russia", "russian moscow kremlin"},
    {"china", "chinese beijing"},
    {"japan", "japanese tokyo"},
    {"taiwan", "taiwanese taipei"},
    {"india", "indian delhi"},
    {"peru", "peruvian lima"},
    {"chile", "chilean santiago"},
    {"argentina", "argentine aires"},
    {"brazil", "brazilian brasília"},
    {"mexico", "mexican"},
    {"philippines", "philippine filipino manila"},
    {"thailand", "thai bangkok"},
    {"vietnam", "vietnamese hanoi"},
    {"myanmar", "burmese naypyidaw yangon"},
    {"lebanon", "lebanese beirut"},
    {"syria", "syrian damascus"},
    {"iraq", "iraqi baghdad"},
    {"iran", "iranian tehran"},
    {"israel", "israeli jerusalem"},
    {"yemen", "yemeni houthi sanaa aden"},
    {"egypt", "egyptian cairo"},
    {"libya", "libyan tripoli benghazi"},
    {"mali", "malian bamako"},
    {"niger", "nigerien niamey"},
    {"congo", "congolese kinshasa goma drc"},
    {"kenya", "kenyan nairobi"},
    {"sudan", "sudanese khartoum"},
    {"afghanistan", "afghan kabul taliban"},
    {"pakistan", "pakistani islamabad karachi"},
    {"bangladesh", "bangladeshi dhaka"},
    {"usa", "american us washington"},
    {"europe", "european eu brussels"},
    {"africa", "african sahel"},
    {"sahel", "mali niger burkina malian"},
    {"balkans", "serbia serbian kosovo bosnia montenegro albania macedonia"},
    {"baltics", "estonia latvia lithuania baltic"},
    {"caucasus", "georgia armenia azerbaijan georgian"},
    {"trafficking", "smuggler smuggle contraband courier poacher poaching illicit mule"},
    {"poaching", "poacher ivory rhino elephant eel hunter"},
    {"wildlife", "poacher poaching ivory rhino elephant eel animal"},
    {"laundering", "launder shell nominee proceeds"},
    {"extortion", "ransom racket blackmail"},
    {"hacking", "malware hacker intrusion phishing breach"},
    {"epidemic", "outbreak cholera virus infection measles ebola"},
    {"epidemics", "outbreak cholera virus infection measles ebola"},
    {"sanitation", "sewage latrine sewer well"},
    {"vaccination", "vaccine dose immunisation inoculation"},
    {"arbitration", "tribunal arbitrator claimant"},
    {"navigation", "gps satellite receiver channel pilot beacon chart"},
    {"seafaring", "ship vessel crew sailor captain"},
    {"refugees", "asylum camp displaced migrant"},
    {"evictions", "evict tenant demolish"},
    {"royalties", "royalty levy"},
    {"desertification", "drought dune rainfall"},
    {"maritime", "ship vessel port sea harbour tanker coast naval navy cable shipping fleet crew strait"},
    {"naval", "navy ship frigate submarine warship fleet"},
    {"cyber", "malware hacker network intrusion phishing ransomware server breach cyberattack cybersecurity"},
    {"cybersecurity", "malware hacker network intrusion phishing ransomware server breach cyber cyberattack"},
    {"infrastructure",
     "cable pipeline grid port bridge railway road power plant dam network station water telecom"},
    {"hybrid", "sabotage deliberate covert drone cable disinformation probing"},
    {"energy", "gas oil power electricity pipeline grid coal fuel nuclear solar wind lng barrel refinery"},
    {"diplomacy", "diplomat embassy ambassador talks negotiate negotiation treaty summit minister"},
    {"diplomatic", "diplomat embassy ambassador talks negotiate negotiation treaty summit minister"},
    {"military", "army troops navy soldier brigade missile weapon artillery drone exercise defence"},
    {"defence", "army troops navy military missile weapon artillery"},
    {"defense", "army troops navy military missile weapon artillery"},
    {"geopolitics", "china russia us india eu iran nato"},
    {"terrorism", "terrorist bomb extremist militant jihadist"},
    {"corruption", "bribe kickback fraud tender embezzle"},
    {"health", "disease outbreak virus hospital vaccine patient epidemic infection clinic"},
    {"epidemiology", "disease outbreak virus infection epidemic case"},
    {"migration", "migrant refugee asylum border smuggler"},
    {"smuggling", "smuggler contraband illicit trafficking border customs undeclared"},
    {"disinformation", "propaganda false fake misleading fabricated bot account"},
    {"finance", "bank loan bond debt credit currency"},
    {"financial", "bank loan bond debt credit currency"},
    {"agriculture", "crop farm wheat grain harvest farmer food fertiliser"},
    {"aviation", "aircraft airline airport flight plane pilot air"},
    {"environment", "pollution spill river climate water emission waste"},
    {"economy", "trade market economy price export import investment tariff"},
    {"monetary", "bank rate inflation currency deposit"},
    {"fiscal", "budget tax debt deficit spending"},
    {"banking", "bank deposit loan credit"},
    {"accident", "explosion crash collapse leak fire derail collision fault"},
    {"disaster", "explosion crash collapse flood earthquake fire storm"},
    {"labour", "worker strike union wage docker crew"},
    {"labor", "worker strike union wage docker crew"},
    {"legal", "court law judge lawsuit trial licence"},
    {"judicial", "court judge trial lawsuit prosecutor"},
    {"media", "newspaper broadcaster journalist outlet radio television"},
    {"technology", "software chip semiconductor computer server algorithm"},
    {"telecommunications", "cable internet network mobile signal telecom"},
    {"internet", "cable network online server website"},
    {"space", "satellite rocket orbit"},
    {"mining", "mine miner ore nickel lithium copper rare earth"},
    {"conflict", "fight shot clash attack shell war troops"},
    {"peace", "truce ceasefire talks"},
    {"ceasefire", "truce"},
    {"sovereignty", "border territory territorial independence"},
    {"narcotics", "drug cocaine heroin opium"},
    {"arms", "weapon rifle missile ammunition"},
    {"trade", "export import tariff cargo customs"},
    {"commodities", "grain oil nickel gas wheat copper metal"},
    {"food", "wheat grain rice bread harvest crop"},
    {"crime", "gang smuggle theft fraud extort criminal launder robbery"},
    {"criminal", "gang smuggle theft fraud extort crime launder"},
    {"hybrid", "sabotage deliberate covert"},
    {"espionage", "spy intelligence agent reconnaissance leak surveillance"},
    {"sabotage", "deliberate damage cut destroy explosion arson"},
    {"transport", "ship rail road train truck ferry flight port cargo"},
    {"humanitarian", "refugee camp aid relief famine displaced"},
    {"climate", "drought flood heat storm emission temperature warm warming rainfall hot cold"},
    {"ransomware", "ransom malware extortion encrypt"},
    {"cybercrime", "malware hacker intrusion phishing ransom extortion"},
    {"hydropower", "dam river reservoir turbine electricity"},
    {"workplace", "worker factory plant employee labour"},
    {"logistics", "freight cargo warehouse truck lorry port container delivery"},
    {"shipping", "ship vessel tanker cargo port container freight"},
    {"piracy", "pirate hijack"},
    {"kidnapping", "hostage captor ransom abduct"},
    {"fraud", "forge fake counterfeit launder embezzle"},
    {"counterfeiting", "counterfeit fake forge"},
    {"pharmaceuticals", "drug medicine vaccine insulin pill"},
    {"medicine", "drug vaccine insulin patient hospital"},
    {"medicines", "drug vaccine insulin"},
    {"insurgency", "rebel militant guerrilla insurgent"},
    {"protests", "march demonstration demonstrator strike unrest"},
    {"unrest", "protest march riot demonstration strike"},
    {"coup", "junta putsch seizure"},
    {"drones", "uav unmanned quadcopter"},
    {"railways", "rail train track"},
    {"education", "school university teacher student pupil"},
    {"tourism", "tourist hotel visitor holiday"},
    {"housing", "rent flat home tenant mortgage"},
    {"policing", "police officer arrest"},
    {"biosecurity", "virus disease livestock pathogen"},
    {"livestock", "cattle flock sheep pig poultry herd"},
    {"fisheries", "fish trawler catch fishing"},
    {"forestry", "forest timber logging"},
    {"weather", "storm rain forecast snow"},
    {"semiconductors", "chip wafer"},
    {"industry", "factory plant manufacturer"},
    {"fires", "blaze burn fire"},
    {"spectrum", "radio frequency jam"},
    {"taxation", "tax levy duty excise royalty revenue"},
    {"insurance", "insurer premium cover underwriter policyholder"},
    {"procurement", "tender bid contract bidder supplier"},
    {"water", "river reservoir dam desalination irrigation groundwater"},
    {"debt", "loan bond creditor default"},
    {"currency", "exchange devaluation dollar reserve"},
    {"extremism", "extremist militant jihadist radical"},
    {"displacement", "refugee camp displaced evacuate shelter"},
    {"sovereign", "state government national"},
    {"nuclear", "reactor uranium enrichment centrifuge"},
    {"proliferation", "uranium enrichment missile warhead"},
    {"surveillance", "camera spyware intercept monitor"},
    {"protest", "march demonstration demonstrator strike"},
    {"elections", "vote ballot election candidate party poll voter"},
}};

// A report with more is none, and each word of the text is compared with each tag.
constexpr std::size_t tags_max = 100;

class TagWords {
 public:
  explicit TagWords(const Report& report) : report_(report) {}

  void run(std::uint32_t rule, Drafts& out) {
    collect();
    if (wanted_.empty()) return;
    const ZoneMask zones = body_zones | mask(Zone::title, Zone::report_title, Zone::entities);
    report_.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
      for (const Token& token : facts.tokens) {
        if ((filter_ >> (token.lemma & 63) & 1) != 0) meet(token.lemma);
        if ((filter_ >> (token.stem & 63) & 1) != 0) meet(token.stem);
      }
    });
    look_for_prefixes();
    for (const Tag& tag : tags_)
      if (!tag.found) out.push_back({rule, tag.place, std::nullopt, {}, {}, std::nullopt});
  }

 private:
  struct Tag {
    Place place;
    std::vector<std::string> words;
    bool found = false;
  };
  void collect() {
    for (const std::uint32_t block : report_.in(Zone::tags)) {
      const BlockFacts& facts = report_.facts(block);
      std::uint32_t from = 0;
      for (std::uint32_t i = 1; i <= facts.tokens.size(); ++i)
        if (i == facts.tokens.size() || facts.tokens[i].gap != Gap::space)
          add(block, facts, {from, i}), from = i;
    }
  }
  void want(WordHash hash) {
    wanted_[hash].push_back(tags_.size());
    filter_ |= std::uint64_t{1} << (hash & 63);
  }
  void add(std::uint32_t block, const BlockFacts& facts, Extent words) {
    if (tags_.size() == tags_max) return;
    Tag tag{report_.words(block, words), {}, false};
    for (std::uint32_t i = words.begin; i < words.end; ++i) {
      const Token& token = facts.tokens[i];
      if (token.function) continue;
      // "security" says little, yet where the text has the very word the tag is not beside it.
      want(token.lemma);
      if (facts.has(report_.cues.generic_tag, {i, i + 1})) continue;
      // By its stem as well, but for words that many subjects share the root of.
      want(token.stem);
      tag.words.push_back(folded(facts, i));
    }
    // A theme stands for what it is about only as the tag's noun: "maritime piracy" is about piracy. But what
    // there is too little of, or who has it, is told by the word before: "medicine shortages" are about
    // medicine.
    for (std::size_t i = 0; i < tag.words.size(); ++i)
      if (i + 1 == tag.words.size() || (i + 2 == tag.words.size() && is_measure_of(tag.words.back())))
        for (const Theme& theme : themes)
          if (theme.word == tag.words[i]) want_all(theme.others);
    tag.found = tag.words.empty();  // "security policy" says too little to be wrong
    tags_.push_back(std::move(tag));
  }
  static bool is_measure_of(std::string_view word) {
    static constexpr std::string_view words[] = {
        "shortage",  "shortages", "supply",  "supplies",   "rationing", "cuts",  "prices",  "price",
        "market",    "markets",   "demand",  "costs",      "losses",    "staff", "workers", "theft",
        "reserves",  "stocks",    "imports", "exports",    "access",    "law",   "data",    "operators",
        "companies", "services",  "output",  "production", "debts",     "aid"};
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
  }
  void want_all(std::string_view words) {
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(' '), words.size());
      want(hash_word(lemma_of(words.substr(0, end))));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  void meet(WordHash hash) {
    if (const auto at = wanted_.find(hash); at != wanted_.end())
      for (const std::size_t tag : at->second) tags_[tag].found = true;
  }
  // "geopolitics" for "geopolitical", "cyber" for "cyberattack"; parts of a compound. Each word of the text
  // is looked at once.
  void look_for_prefixes() {
    std::vector<Tag*> missing;
    for (Tag& tag : tags_)
      if (!tag.found) missing.push_back(&tag);
    if (missing.empty()) return;
    std::unordered_set<WordHash> seen;
    report_.each(body_zones | mask(Zone::title), [&](std::uint32_t, const BlockFacts& facts) {
      for (std::uint32_t i = 0; i < facts.tokens.size() && !missing.empty(); ++i) {
        if (facts.tokens[i].function || !seen.insert(facts.tokens[i].word).second) continue;
        const std::string word = folded(facts, i);
        std::erase_if(missing, [&](Tag* tag) { return tag->found = prefixed(*tag, word); });
      }
    });
  }
  // What is left of a word once it is no deed, doer or field any more: "brib" of bribery, bribed and bribes,
  // "robb" of robbery and robbed, "privati" of privatization and privatised.
  static std::string root(std::string word) {
    static constexpr std::string_view endings[] = {
        "ization", "isation", "ations", "ation", "izing", "ising", "izers", "isers", "ized", "ised",
        "eries",   "ments",   "ment",   "ition", "ities", "ists",  "isms",  "ions",  "ery",  "ing",
        "ism",     "ist",     "ers",    "ors",   "ion",   "ity",   "ies",   "ive",   "ize",  "ise",
        "ed",      "er",      "or",     "ry",    "es",    "al",    "ic",    "e",     "s",    "y"};
    constexpr std::size_t least = 4;
    for (const std::string_view ending : endings)
      if (word.size() >= least + ending.size() && word.ends_with(ending)) {
        word.resize(word.size() - ending.size());
        break;
      }
    if (word.size() > least && word.back() == word[word.size() - 2]) word.pop_back();
    return word;
  }
  static bool prefixed(const Tag& tag, const std::string& part) {
    const std::string part_root = part.size() >= 5 ? root(part) : std::string();
    return std::any_of(tag.words.begin(), tag.words.end(), [&](const std::string& word) {
      if (word.size() >= 5 && !part_root.empty() && root(word) == part_root) return true;
      const std::size_t length =
          word.size() > 8 ? word.size() - 3 : std::max<std::size_t>(5, word.size() - 1);
      // "ransomware" where the text has "ransom", "cybercrime" where it has "crime".
      if (word.size() >= 8 && part.size() >= 5 && part.size() < word.size() &&
          (word.starts_with(part) || word.ends_with(part)))
        return true;
      return word.size() >= 5 && part.size() >= length && part.compare(0, length, word, 0, length) == 0;
    });
  }

  const Report& report_;
  std::vector<Tag> tags_;
  std::map<WordHash, std::vector<std::size_t>> wanted_;
  std::uint64_t filter_ = 0;
};

void tag_unrelated(const Report& report, std::uint32_t rule, Drafts& out) { TagWords(report).run(rule, out); }

}  // namespace

const std::vector<CodeRule>& tag_rules() {
  static const std::vector<CodeRule> rules{{"consistency.tag-unrelated", nullptr, tag_unrelated}};
  return rules;
}

}  // namespace assay::redflags
