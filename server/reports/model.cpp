#include "server/reports/model.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "server/reports/labels.h"
#include "server/reports/lines.h"
#include "server/reports/sentences.h"
#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t excerpt_points_max = 160;
constexpr std::string_view leading_phrase = "most supported hypothesis";
constexpr std::string_view action_phrase = "recommended action:";

using Visit = std::function<void(const Block&)>;

// Every item and every paragraph outside lists, in order; not headings.
void each_statement(const std::vector<Block>& blocks, const Visit& visit) {
  for (const auto& block : blocks) {
    switch (block.kind) {
      case NodeKind::list_item:
      case NodeKind::paragraph:
        visit(block);
        break;
      case NodeKind::heading:
        break;
      default:
        each_statement(block.blocks, visit);
    }
  }
}

std::string item_text(const Block& block) {
  if (block.kind != NodeKind::list_item) return plain(block.words);
  std::string text;
  for (const auto& child : block.blocks)
    if (child.kind == NodeKind::paragraph) text += (text.empty() ? "" : "\n") + plain(child.words);
  return text;
}

const std::vector<Inline>* item_words(const Block& block) {
  if (block.kind == NodeKind::paragraph) return &block.words;
  return block.blocks.empty() ? nullptr : &block.blocks[0].words;
}

void append_line(std::string& text, const std::string& line) {
  if (!text.empty() && !line.empty()) text += '\n';
  text += line;
}

void one_a_sentence(const std::string& text, const std::string& block, std::vector<Entry>& to) {
  for (const auto& line : split_lines(text))
    for (const auto sentence : split_sentences(line.text))
      to.push_back({std::string(sentence), {}, {}, block});
}

// ---- Bottom line

std::string basis_in(std::string_view after) {
  const std::string_view rest = trim(after.substr(0, after.find(". ")));
  const std::string_view clause =
      rest.starts_with(',') || rest.starts_with(';') ? trim(rest.substr(1)) : rest;
  for (const std::string_view start : {"based on ", "because ", "given ", "due to ", "as ", "since "})
    if (starts_with_folded(clause, start))
      return std::string(clause.ends_with('.') ? clause.substr(0, clause.size() - 1) : clause);
  return {};
}

std::optional<Confidence> confidence_in(std::string_view text) {
  const auto found = find_confidence(fold(text));
  if (!found) return std::nullopt;
  const std::string_view value = trim(text.substr(found->value_start, found->value_end - found->value_start));
  if (value.empty()) return std::nullopt;
  return Confidence{confidence_named(value), std::string(value), basis_in(text.substr(found->value_end))};
}

// A chip counts wherever it stands; the phrase only says what the chip was made from.
const Inline* find_chip(const Block& block) {
  for (const auto& part : block.words)
    if (part.kind == Inline::Kind::confidence) return &part;
  for (const auto& child : block.blocks)
    if (const auto* chip = find_chip(child)) return chip;
  return nullptr;
}

void bottom_line(const Block& section, BottomLine& bluf) {
  each_statement(section.blocks, [&](const Block& block) {
    const std::string text = item_text(block);
    append_line(bluf.text, text);
    if (const std::size_t at = fold(text).find(action_phrase); at != std::string::npos && bluf.action.empty())
      bluf.action = trim(std::string_view(text).substr(at + action_phrase.size()));
    for (const auto sentence : split_sentences(text))
      if (bluf.leading_sentence.empty() && fold(sentence).find(leading_phrase) != std::string::npos)
        bluf.leading_sentence = sentence;
  });
  bluf.confidence = confidence_in(bluf.text);
  if (const auto* chip = find_chip(section)) {
    if (!bluf.confidence) bluf.confidence.emplace();
    if (bluf.confidence->level != chip->level) bluf.confidence->raw = chip->text;
    bluf.confidence->level = chip->level;
  }
}

// Words that carry meaning, folded and without a possessive; a name counts twice.
std::map<std::string, std::size_t> content_words(std::string_view text) {
  constexpr std::size_t content_bytes_min = 4;
  std::map<std::string, std::size_t> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \t\n.,;:()\"", at), text.size());
    std::string_view word = text.substr(at, end - at);
    for (const std::string_view possessive : {"’s", "'s"})
      if (word.ends_with(possessive)) word.remove_suffix(possessive.size());
    const bool name = at > 0 && !word.empty() && word[0] >= 'A' && word[0] <= 'Z';
    if (word.size() >= content_bytes_min) words.emplace(fold(word), name ? 2 : 1);
    at = end + 1;
  }
  return words;
}

// The hypothesis that shares clearly the most words with the sentence; none when it is not clear.
std::string hypothesis_meant(std::string_view sentence, const std::vector<Hypothesis>& hypotheses) {
  constexpr std::size_t shared_min = 3, lead_min = 2;
  const auto said = content_words(sentence);
  std::size_t best = 0, second = 0;
  std::string id;
  for (const auto& hypothesis : hypotheses) {
    const auto words = content_words(hypothesis.title + " " + hypothesis.statement);
    std::size_t shared = 0;
    for (const auto& [word, weight] : said) shared += words.contains(word) ? weight : 0;
    if (shared > best) {
      second = std::exchange(best, shared);
      id = hypothesis.id;
    } else {
      second = std::max(second, shared);
    }
  }
  return best >= shared_min && best >= second + lead_min ? id : std::string();
}

// ---- The other sections

void hypotheses(const Block& section, Model& model) {
  for (const auto& block : section.blocks) {
    if (block.kind == NodeKind::hypothesis) {
      Hypothesis hypothesis{block.id, model.hypotheses.size() + 1, {}, {}};
      std::size_t at = 0;
      if (!block.blocks.empty() && block.blocks[0].kind == NodeKind::heading)
        hypothesis.title = plain(block.blocks[at++].words);
      for (; at < block.blocks.size(); ++at) append_line(hypothesis.statement, block_text(block.blocks[at]));
      model.hypotheses.push_back(std::move(hypothesis));
    } else if (block.kind == NodeKind::paragraph && !model.hypotheses.empty()) {
      append_line(model.judgement.text, plain(block.words));
    }
  }
}

void judge(Model& model) {
  const std::string folded = fold(model.judgement.text);
  constexpr std::array<std::string_view, 6> ordinals{"first", "second", "third", "fourth", "fifth", "sixth"};
  std::size_t first = std::string::npos;
  for (std::size_t i = 0; i < model.hypotheses.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    std::vector<std::string> names{"hypothesis " + number, "(h" + number + ")", "h" + number + " "};
    if (i < ordinals.size()) names.push_back(std::string(ordinals[i]) + " hypothesis");
    for (const auto& name : names) {
      const std::size_t at = folded.find(name);
      if (at >= first) continue;
      first = at;
      model.judgement.preferred_hypothesis = model.hypotheses[i].id;
    }
  }
  if (const std::size_t at = folded.find("ach");
      at != std::string::npos && (at == 0 || folded[at - 1] == ' ')) {
    std::size_t end = at + 3;
    if (const std::string_view rest = std::string_view(folded).substr(end);
        rest.size() > 1 && rest[0] == ' ' && rest[1] >= '0' && rest[1] <= '9')
      end = std::min(folded.find_first_not_of("0123456789.", end + 1), folded.size());
    std::string_view method = std::string_view(model.judgement.text).substr(at, end - at);
    if (method.ends_with('.')) method.remove_suffix(1);
    if (method.starts_with("ACH")) model.judgement.method = method;
  }
}

void assumptions(const Block& section, Model& model) {
  std::vector<Entry>* const kinds[] = {&model.assumptions, &model.red_flags, &model.blind_spots};
  for (const auto& block : section.blocks) {
    const bool listed = block.kind == NodeKind::assumption_list;
    if (!listed && block.kind != NodeKind::bullet_list && block.kind != NodeKind::ordered_list) continue;
    auto& to = *kinds[listed ? static_cast<std::size_t>(block.assumption) : 0];
    each_statement(block.blocks, [&](const Block& statement) {
      one_a_sentence(item_text(statement), listed ? block.id : statement.id, to);
    });
  }
}

Entry implication(const Block& block) {
  Entry entry{item_text(block), {}, {}, block.id};
  const auto* words = item_words(block);
  if (!words || words->empty() || !words->front().bold) return entry;
  const std::string line = words_text(*words);
  if (const auto labelled = parse_bold_label(line, 'L')) {
    entry.label = labelled->label;
    entry.text = plain(parse_words(labelled->statement));
  }
  return entry;
}

Entry recommendation(const Block& block) {
  Entry entry{item_text(block), {}, {}, block.id};
  const std::string folded = fold(entry.text);
  for (const std::string_view verb : {" should ", " must ", " needs to ", " need to ", " ought to "}) {
    const std::size_t at = folded.find(verb);
    constexpr std::size_t actor_bytes_max = 80;
    if (at == std::string::npos || at > actor_bytes_max) continue;
    entry.actor = entry.text.substr(0, at);
    break;
  }
  return entry;
}

void recommendations(const Block& section, Model& model) {
  for (const auto& block : section.blocks) {
    if (block.kind == NodeKind::bullet_list || block.kind == NodeKind::ordered_list) {
      each_statement(block.blocks,
                     [&](const Block& item) { model.recommendations.push_back(recommendation(item)); });
    } else if (block.kind == NodeKind::scenario) {
      Scenario scenario{block.scenario,
                        block.label.value_or(std::string(default_label(block.scenario))),
                        block.likelihood,
                        {},
                        block.id};
      for (const auto& child : block.blocks) append_line(scenario.text, block_text(child));
      model.scenarios.push_back(std::move(scenario));
    }
  }
}

SectionSummary summary_of(const Block& section) {
  SectionSummary summary{section.role, section.id, {}, {}, 0};
  std::string text;
  for (const auto& block : section.blocks) {
    const bool list = block.kind == NodeKind::bullet_list || block.kind == NodeKind::ordered_list;
    if (&block == &section.blocks[0] && block.kind == NodeKind::heading) {
      summary.heading = plain(block.words);
      continue;
    }
    summary.blocks += list ? block.blocks.size() : 1;
    if (text.size() < 4 * excerpt_points_max) append_line(text, block_text(block));
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::size_t at = 0;
  for (std::size_t points = 0; points < excerpt_points_max && at < text.size(); ++points)
    next_character(text, at);
  summary.excerpt = text.substr(0, at) + (at < text.size() ? "…" : "");
  return summary;
}

}  // namespace

std::string block_text(const Block& block) {
  std::string text = plain(block.words);
  for (const auto& child : block.blocks) append_line(text, block_text(child));
  return text;
}

Model derive_model(const Report& report) {
  Model model;
  for (const auto& section : report.blocks) {
    if (section.kind != NodeKind::section) continue;
    model.sections.push_back(summary_of(section));
    switch (section.role) {
      case SectionRole::bluf:
        bottom_line(section, model.bluf);
        break;
      case SectionRole::hypotheses:
        hypotheses(section, model);
        break;
      case SectionRole::assumptions:
        assumptions(section, model);
        break;
      case SectionRole::implications:
        each_statement(section.blocks, [&](const Block& block) {
          if (block.kind == NodeKind::list_item) model.implications.push_back(implication(block));
        });
        break;
      case SectionRole::recommendations:
        recommendations(section, model);
        break;
      case SectionRole::entities:
        each_statement(section.blocks,
                       [&](const Block& block) { append_line(model.entities_note, item_text(block)); });
        break;
      default:
        break;
    }
    if (section.role != SectionRole::tags) continue;
    auto& excerpt = model.sections.back().excerpt;
    if (!excerpt.empty()) continue;
    for (const auto& tag : report.tags) excerpt += (excerpt.empty() ? "" : ", ") + tag;
  }
  judge(model);
  if (!model.bluf.leading_sentence.empty())
    model.bluf.leading_hypothesis = hypothesis_meant(model.bluf.leading_sentence, model.hypotheses);
  return model;
}

}  // namespace assay::server::reports
