#include "server/reports/form.h"

#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

void trim_end(std::string& text) { text.resize(text.find_last_not_of(" \t") + 1); }

// Takes away the bracket that was opened for a likelihood which is empty now.
void drop_bracket(std::string& text) {
  if (text.ends_with('(')) text.pop_back();
  trim_end(text);
}

void append_statement(std::string& text, const std::string& statement) {
  if (statement.empty()) return;
  if (!text.empty() && !text.ends_with(' ') && !text.ends_with('\t'))
    text += text.ends_with(':') || text.ends_with(":**") ? " " : ": ";
  text += statement;
}

FirstLine hypothesis_line(const Block& block, std::string_view eol) {
  FirstLine line;
  FormParts parts{'T', {}, {}, {}};
  const std::string_view form = block.form ? std::string_view(*block.form) : default_form(block.kind);
  const auto& children = block.blocks;
  if (!children.empty() && children[0].kind == NodeKind::heading) {
    const bool bold = form.find("**") != std::string_view::npos;
    parts.label = bold ? plain(children[0].words) : words_text(children[0].words, eol);
    ++line.children;
  }
  if (line.children < children.size() && children[line.children].kind == NodeKind::paragraph)
    parts.statement = words_text(children[line.children++].words, eol);
  line.text = fill_form(form, parts, default_form(block.kind));
  return line;
}

FirstLine labelled_line(const Block& block, std::string_view eol) {
  FirstLine line;
  FormParts parts;
  const bool is_scenario = block.kind == NodeKind::scenario;
  parts.label = block.label ? *block.label
                            : std::string(is_scenario ? default_label(block.scenario)
                                                      : default_label(block.assumption));
  if (is_scenario) parts.likelihood = block.likelihood;
  if (!block.blocks.empty() && block.blocks[0].kind == NodeKind::paragraph)
    parts.statement = words_text(block.blocks[line.children++].words, eol);
  const std::string_view usual = default_form(block.kind);
  line.text = fill_form(block.form ? std::string_view(*block.form) : usual, parts, usual);
  return line;
}

}  // namespace

std::string_view default_form(NodeKind kind) {
  switch (kind) {
    case NodeKind::hypothesis:
      return "**T**: S";
    case NodeKind::assumption_list:
      return "**L**: S";
    case NodeKind::scenario:
      return "L: S";
    default:
      return {};
  }
}

std::string fill_form(std::string_view form, const FormParts& parts, std::string_view usual_form) {
  if (parts.label.empty()) return parts.statement;
  if (form.find(parts.letter) == std::string_view::npos) form = usual_form;
  const bool has_likelihood = form.find('P') != std::string_view::npos;
  std::string text;
  bool label_done = false, statement_done = false, likelihood_done = false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == parts.letter && !label_done) {
      label_done = true;
      text += parts.label;
      if (!has_likelihood && !parts.likelihood.empty()) text += " (" + parts.likelihood + ")";
    } else if (form[i] == 'S' && !statement_done) {
      statement_done = true;
      if (parts.statement.empty()) trim_end(text);
      text += parts.statement;
    } else if (form[i] == 'P' && parts.letter == 'L' && !likelihood_done) {
      likelihood_done = true;
      text += parts.likelihood;
      if (!parts.likelihood.empty()) continue;
      drop_bracket(text);
      if (i + 1 < form.size() && form[i + 1] == ')') ++i;
    } else {
      text += form[i];
    }
  }
  if (!statement_done) append_statement(text, parts.statement);
  return text;
}

FirstLine first_line(const Block& block, std::string_view eol) {
  return block.kind == NodeKind::hypothesis ? hypothesis_line(block, eol) : labelled_line(block, eol);
}

}  // namespace assay::server::reports
