// make_lexicon FOLDER OUTPUT: turns WordNet's database files (Debian's wordnet-base, /usr/share/wordnet) into
// the compact lexicon that is compiled in. Runs during the build. Ends with a message and 1 on anything it
// does not understand.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugins/tags/lexicon/format.h"
#include "plugins/tags/lexicon/lexicon.h"
#include "plugins/tags/stem.h"

namespace assay::tagging {
namespace {

enum Part { noun, verb, adjective, adverb };
struct Entry {
  bool is[4] = {false, false, false, false};
  unsigned count[4] = {0, 0, 0, 0};
  std::uint8_t noun_class = 0;
  std::uint8_t inflected = 0;
};

std::ifstream open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path + ": install the package wordnet-base");
  return file;
}

std::string lower(std::string word) {
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

bool is_word(const std::string& lemma) {
  if (lemma.size() > 60) return false;
  return std::all_of(lemma.begin(), lemma.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '\'' || c == '.';
  });
}

class Maker {
 public:
  explicit Maker(std::string folder) : folder_(std::move(folder)) {}

  void read() {
    const char* const parts[] = {"noun", "verb", "adj", "adv"};
    for (int part = noun; part <= adverb; ++part) {
      if (part == noun) read_data_classes();
      read_index(parts[part], static_cast<Part>(part));
    }
    read_counts();
    read_exceptions("noun.exc", noun, inflected_noun);
    read_exceptions("verb.exc", verb, inflected_verb);
    for (const char* part : parts) read_glosses(part);
  }

  void write(const std::string& path) const {
    std::vector<LexiconWord> words;
    std::string strings;
    for (const auto& [word, entry] : entries_) {  // a map: sorted by bytes
      LexiconWord out;
      out.text = static_cast<std::uint32_t>(strings.size());
      out.length = static_cast<std::uint8_t>(word.size());
      strings += word;
      std::uint8_t* const weights[] = {&out.noun, &out.verb, &out.adjective, &out.adverb};
      for (int part = noun; part <= adverb; ++part)
        if (entry.is[part])
          *weights[part] = static_cast<std::uint8_t>(
              std::min(255.0, 1 + std::round(8 * std::log2(1.0 + entry.count[part]))));
      out.noun_class = entry.noun_class;
      out.inflected = entry.inflected;
      const bool only_noun = entry.is[noun] && !entry.is[verb] && !entry.is[adjective] && !entry.is[adverb];
      out.name = only_noun && capital_.contains(word) && !small_.contains(word) ? 1 : 0;
      words.push_back(out);
    }
    std::vector<std::uint32_t> stems, counts, compounds(compounds_.begin(), compounds_.end());
    for (const auto& [stem, count] : gloss_counts_) {
      stems.push_back(stem);
      counts.push_back(count);
    }
    LexiconHeader header;
    header.words = static_cast<std::uint32_t>(words.size());
    header.stems = static_cast<std::uint32_t>(stems.size());
    header.compounds = static_cast<std::uint32_t>(compounds.size());
    header.glosses = glosses_;
    header.string_bytes = static_cast<std::uint32_t>(strings.size());
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    const auto put = [&](const void* data, std::size_t size) {
      file.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
    };
    put(&header, sizeof header);
    put(words.data(), words.size() * sizeof(LexiconWord));
    put(stems.data(), stems.size() * 4);
    put(counts.data(), counts.size() * 4);
    put(compounds.data(), compounds.size() * 4);
    put(strings.data(), strings.size());
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }

 private:
  // The lexicographer file of each noun synset, by its offset in data.noun.
  void read_data_classes() {
    std::ifstream file = open(folder_ + "/data.noun");
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == ' ') continue;
      std::istringstream fields(line);
      unsigned long offset = 0;
      int lexfile = 0;
      if (!(fields >> offset >> lexfile))
        throw std::runtime_error("data.noun: a line without offset and file");
      classes_[offset] = static_cast<std::uint8_t>(lexfile);
      std::string type, word, lex_id;
      unsigned words = 0;
      if (!(fields >> type >> std::hex >> words)) throw std::runtime_error("data.noun: a line without words");
      for (unsigned i = 0; i < words && fields >> word >> lex_id; ++i)
        (word[0] >= 'A' && word[0] <= 'Z' ? capital_ : small_).insert(lower(word));
    }
  }

  // lemma pos synset_cnt p_cnt [symbols] sense_cnt tagsense_cnt offset...
  void read_index(const std::string& name, Part part) {
    std::ifstream file = open(folder_ + "/index." + name);
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == ' ') continue;
      std::istringstream fields(line);
      std::string lemma, pos, symbol;
      int synsets = 0, pointers = 0, senses = 0, tagged = 0;
      unsigned long offset = 0;
      fields >> lemma >> pos >> synsets >> pointers;
      for (int i = 0; i < pointers; ++i) fields >> symbol;
      if (!(fields >> senses >> tagged >> offset))
        throw std::runtime_error("index." + name + ": not understood: " + line);
      if (lemma.find('_') != std::string::npos) {
        if (part == noun) add_compound(lemma);
        continue;
      }
      if (!is_word(lemma)) continue;
      Entry& entry = entries_[lemma];
      entry.is[part] = true;
      if (part == noun) {
        const auto found = classes_.find(offset);
        if (found != classes_.end()) entry.noun_class = found->second;
      }
    }
  }

  void add_compound(const std::string& lemma) {
    std::uint32_t hash = 0;
    std::string word;
    for (std::size_t i = 0; i <= lemma.size(); ++i) {
      if (i < lemma.size() && lemma[i] != '_' && lemma[i] != '-') {
        word += lemma[i];
        continue;
      }
      if (!word.empty()) hash = phrase_hash(hash, stem_hash(stemmer_.stem(word)));
      word.clear();
    }
    compounds_.insert(hash);
  }

  // sense_key sense_number tag_cnt, where sense_key is lemma%part:...
  void read_counts() {
    std::ifstream file = open(folder_ + "/cntlist.rev");
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::string key;
      unsigned sense = 0, count = 0;
      if (!(fields >> key >> sense >> count))
        throw std::runtime_error("cntlist.rev: not understood: " + line);
      const std::size_t percent = key.rfind('%');
      if (percent == std::string::npos || percent + 1 >= key.size()) continue;
      const int part = key[percent + 1] - '1';
      const auto found = entries_.find(key.substr(0, percent));
      if (found != entries_.end() && part >= 0 && part <= 4)
        found->second.count[part == 4 ? adjective : part] += count;
    }
  }

  void read_exceptions(const std::string& name, Part part, std::uint8_t inflected) {
    std::ifstream file = open(folder_ + "/" + name);
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::string form, lemma;
      if (!(fields >> form >> lemma) || !is_word(form) || form == lemma) continue;
      const auto found = entries_.find(lemma);
      if (found == entries_.end()) continue;
      const Entry from = found->second;
      Entry& entry = entries_[form];
      entry.is[part] = true;
      entry.count[part] += from.count[part] / 2;
      entry.inflected = static_cast<std::uint8_t>(entry.inflected | inflected);
      if (part == noun && entry.noun_class == 0) entry.noun_class = from.noun_class;
    }
  }

  void read_glosses(const std::string& name) {
    std::ifstream file = open(folder_ + "/data." + name);
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == ' ') continue;
      const std::size_t bar = line.find('|');
      if (bar == std::string::npos) continue;
      ++glosses_;
      std::set<std::uint32_t> seen;
      std::string word;
      for (std::size_t i = bar + 1; i <= line.size(); ++i) {
        const char c = i < line.size() ? line[i] : ' ';
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if ((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9')) {
          word += small;
          continue;
        }
        if (!word.empty()) seen.insert(stem_hash(stemmer_.stem(word)));
        word.clear();
      }
      for (const std::uint32_t stem : seen) ++gloss_counts_[stem];
    }
  }

  std::string folder_;
  Stemmer stemmer_;
  std::map<std::string, Entry> entries_;
  std::unordered_map<unsigned long, std::uint8_t> classes_;
  std::set<std::string> capital_, small_;  // how nouns are written
  std::set<std::uint32_t> compounds_;
  std::map<std::uint32_t, std::uint32_t> gloss_counts_;
  std::uint32_t glosses_ = 0;
};

}  // namespace
}  // namespace assay::tagging

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("usage: make_lexicon FOLDER OUTPUT");
    assay::tagging::Maker maker(argv[1]);
    maker.read();
    maker.write(argv[2]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_lexicon: %s\n", error.what());
    return 1;
  }
}
