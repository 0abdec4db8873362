#include "plugins/tags/reasons.h"

namespace assay::tagging {
namespace {

std::string times(std::uint32_t n) {
  return n == 1 ? "once" : n == 2 ? "twice" : std::to_string(n) + " times";
}

std::string quoted(const std::string& text) { return "\xE2\x80\x9C" + text + "\xE2\x80\x9D"; }

// The first word of the text with this stem, as it is written.
std::string word_with(const Text& text, std::uint32_t stem) {
  for (const Token& token : text.tokens)
    for (std::size_t i = 0; i < token.word->part_count; ++i)
      if (token.word->parts[i] == stem) return token.word->text;
  return {};
}

// A capital at the beginning of a sentence is a name's if the word is a name where no sentence begins.
bool is_name_elsewhere(const Text& text, const Token& wanted) {
  for (const Token& token : text.tokens)
    if (token.word == wanted.word && token.tag == Tag::proper) return true;
  return false;
}

std::string about_phrase(const Candidate& candidate) {
  std::string why = candidate.features[f_title] > 0 ? "in the title, " : "";
  return why + times(candidate.occurrences) + " in the text";
}

}  // namespace

std::string surface(const Text& text, const Candidate& candidate) {
  std::string out;
  const Token* const first = &text.tokens[candidate.token];
  for (const Token* token = first; token < first + candidate.tokens; ++token) {
    if (!out.empty()) out += ' ';
    const bool as_written =
        token->tag == Tag::proper || token->all_caps || !token->capital || is_name_elsewhere(text, *token);
    if (as_written)
      out.append(text.bytes, token->begin, token->end - token->begin);
    else
      out += token->word->text;
  }
  for (const std::string_view tail : {"'s", "\xE2\x80\x99s"})
    if (out.size() > tail.size() && out.ends_with(tail)) out.resize(out.size() - tail.size());
  return out;
}

std::string reason(const Text& text, const std::vector<Candidate>& candidates, const Terms& terms,
                   const Scored& scored, const Models& models, const Vocabulary& vocabulary) {
  if (scored.label == Vocabulary::none()) return about_phrase(candidates[scored.candidate]);
  const std::uint32_t uses = models.labels().uses(scored.label);
  std::string why;
  const auto add = [&why](const std::string& part) {
    if (part.empty()) return;
    if (!why.empty()) why += "; ";
    why += part;
  };
  if (scored.candidate != Vocabulary::none())
    add(about_phrase(candidates[scored.candidate]));
  else if (scored.match.strength > 0 && scored.match.by_synonym &&
           !vocabulary.label_text(scored.label).empty())
    add("the text names " + quoted(vocabulary.label_text(scored.label)));
  else if (scored.match.strength > 0)
    add("its words are in the text");
  if (uses > 0) add("used in " + std::to_string(uses) + (uses == 1 ? " report" : " reports"));
  if (scored.evidence.vote > 0.15F && !models.report_title(scored.evidence.nearest).empty())
    add("as in " + quoted(models.report_title(scored.evidence.nearest)));
  if (scored.evidence.margin > -0.5F) {
    const std::uint32_t stem = models.labels().strongest(terms, scored.label);
    const std::string word = stem == 0 ? std::string() : word_with(text, stem);
    if (!word.empty()) add("texts with it speak of " + quoted(word));
  }
  return why.empty() ? "fits the text" : why;
}

}  // namespace assay::tagging
