// Vocabulary: the tags that are known, from the taxonomy and from lessons, by number, and which of them a
// text names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "plugins/tags/label_model.h"
#include "plugins/tags/text.h"

namespace assay::tagging {

struct TaxonomyEntry {
  std::string tag;               // what is suggested
  std::string label;             // what people read; may be empty
  std::vector<std::string> alt;  // other words for it
};

// A tag's stems: in order, and as a set.
struct TagStems {
  std::vector<std::uint32_t> parts;
  std::vector<std::uint32_t> content;  // those that are no closed-class words
  std::uint32_t key = 0;               // phrase_hash in order
  std::uint32_t stem_set = 0;          // the same for any order; never 0
};
TagStems stems_of(Words& words, std::string_view tag);

// A known tag whose words are all in a text, wherever they stand.
struct Match {
  std::uint32_t label = 0;
  float strength = 0;       // the least weight of its words among the text's terms; 0: it is not there
  bool by_synonym = false;  // by its label or another word for it
};

class Vocabulary {
 public:
  void clear_learned();  // the taxonomy stays
  void add_taxonomy(Words& words, const TaxonomyEntry& entry);
  // The number of a tag as it was typed; made if it is new. Tags of one stem set are one label, unless the
  // taxonomy tells them apart.
  std::uint32_t learn(Words& words, std::string_view tag);
  // The number of a tag, or none().
  std::uint32_t find(Words& words, std::string_view tag) const;
  std::uint32_t find_set(std::uint32_t stem_set) const;
  static constexpr std::uint32_t none() { return 0xffffffff; }

  // How it is written: the taxonomy's way, else the way it was typed most often, of these the first.
  const std::string& spelling(std::uint32_t label) const;
  bool in_taxonomy(std::uint32_t label) const { return labels_[label].taxonomy; }
  const std::string& label_text(std::uint32_t label) const { return labels_[label].text; }
  std::uint32_t stem_set(std::uint32_t label) const { return labels_[label].stem_set; }
  std::size_t size() const { return labels_.size(); }

  // Known tags by their words: each once, in order of number. Words that every text has do not count; a tag
  // of nothing else matches nothing.
  std::vector<Match> match(const Terms& terms) const;

 private:
  struct Spelling {
    std::string text;
    std::uint32_t uses = 0;
  };
  struct Label {
    std::vector<Spelling> spellings;
    std::string text;
    std::uint32_t stem_set = 0;
    bool taxonomy = false;
  };
  struct Phrase {
    std::vector<std::uint32_t> stems;  // content words
    std::uint32_t label = 0;
    bool synonym = false;
  };
  void index(const TagStems& stems, std::uint32_t label, bool synonym);

  std::vector<Label> labels_;
  std::size_t taxonomy_size_ = 0;
  boost::unordered_flat_map<std::string, std::uint32_t> exact_;  // the taxonomy's tags
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> by_set_;
  std::vector<Phrase> phrases_;
  std::size_t taxonomy_phrases_ = 0;
  boost::unordered_flat_map<std::uint32_t, std::vector<std::uint32_t>>
      by_stem_;  // phrases by their last stem
};

}  // namespace assay::tagging
