/* PLUGIN_WORDS: marks words that weaken what they stand before. Change `weak`, then the rest. */
#include <assay/plugin.h>

#include <string.h>

static const char* const weak[] = {"very", "really", "quite", "extremely"};

static assay_str str(const char* text) { return (assay_str){text, strlen(text)}; }

static int is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static int same_word(const char* word, size_t size, const char* other) {
  size_t i;
  if (size != strlen(other)) return 0;
  for (i = 0; i < size; ++i)
    if ((word[i] | 0x20) != other[i]) return 0;
  return 1;
}

/* One finding, with a fix that takes the word and the space after it away. */
static assay_status report(const assay_request* request, assay_span word) {
  const assay_str text = request->document->text;
  assay_edit edit = {word, {"", 0}};
  assay_fix fix = {str("Leave it out"), &edit, 1};
  assay_finding finding = {.size = sizeof finding,
                           .severity = ASSAY_HINT,
                           .span = word,
                           .rule = str("weak-word"),
                           .message = str("This word adds no strength."),
                           .hint = str("Leave it out, or say how much."),
                           .confidence = 0.8f,
                           .fix_count = 1,
                           .fixes = &fix};
  if (edit.span.end < text.size && text.data[edit.span.end] == ' ') ++edit.span.end;
  return request->sink->finding(request->sink, &finding);
}

static assay_status check_block(const assay_request* request, assay_span block) {
  const char* text = request->document->text.data;
  uint32_t at = block.begin;
  while (at < block.end) {
    const uint32_t begin = at;
    size_t i;
    while (at < block.end && is_letter(text[at])) ++at;
    for (i = 0; i < sizeof weak / sizeof *weak; ++i) {
      if (!same_word(text + begin, at - begin, weak[i])) continue;
      const assay_status status = report(request, (assay_span){begin, at});
      if (status != ASSAY_OK) return status;
    }
    if (at == begin) ++at;
  }
  return ASSAY_OK;
}

static assay_status check(void* instance, const assay_request* request, assay_error* error) {
  const assay_document* document = request->document;
  uint32_t i;
  (void)instance, (void)error;
  for (i = 0; i < document->changed_count; ++i) {
    if (request->cancelled(request)) return ASSAY_CANCELLED;
    const assay_status status = check_block(request, document->blocks[document->changed[i]].span);
    if (status != ASSAY_OK) return status;
  }
  return ASSAY_OK;
}

/* It keeps nothing between checks, so an instance is nothing. */
static assay_status create(const assay_host* host, assay_str settings, void** instance, assay_error* error) {
  (void)host, (void)settings, (void)error;
  *instance = NULL;
  return ASSAY_OK;
}
static void destroy(void* instance) { (void)instance; }

static const assay_plugin plugin = {.size = sizeof plugin,
                                    .abi_minor = ASSAY_ABI_MINOR,
                                    .id = "org.example.PLUGIN_ID",
                                    .name = "PLUGIN_WORDS",
                                    .version = "1.0.0",
                                    .capabilities = ASSAY_INCREMENTAL,
                                    .create = create,
                                    .destroy = destroy,
                                    .check = check};

ASSAY_EXPORT const assay_plugin* assay_plugin_v1(void) { return &plugin; }
