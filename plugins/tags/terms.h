// Terms: a text as the bag of stems that the label model compares.
#pragma once

#include "plugins/tags/label_model.h"
#include "plugins/tags/text.h"

namespace assay::tagging {

// At most max_terms: the most frequent, then the earliest. Words of the title count more.
constexpr std::size_t max_terms = 400;
Terms terms_of(const Text& text);

// Whether a word is one of the terms of its text; those of the closed classes are not.
bool counts_as_term(const Token& token);

}  // namespace assay::tagging
