/* Long sentences, an example in plain C: settings, a score, and an instance that keeps its limit.
 *
 * Settings: {"words": 40}, the most words a sentence may have. A sentence ends at '.', '!' or '?' before a
 * space or the end of its block. */
#include <assay/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checker {
  unsigned words_max;
};

static assay_str str(const char* text) { return (assay_str){text, strlen(text)}; }

/* The number after "words": in a JSON object that the host has parsed; 40 where there is none. */
static int read_limit(assay_str settings, unsigned* words_max) {
  char text[256];
  const char* at;
  *words_max = 40;
  if (settings.size >= sizeof text) return 0;
  if (settings.size > 0) memcpy(text, settings.data, settings.size);
  text[settings.size] = '\0';
  at = strstr(text, "\"words\"");
  if (at == NULL) return 1;
  at += strlen("\"words\"");
  at += strspn(at, " \t\r\n:");
  return sscanf(at, "%u", words_max) == 1 && *words_max >= 5 && *words_max <= 1000;
}

static assay_status create(const assay_host* host, assay_str settings, void** instance, assay_error* error) {
  struct checker* checker = malloc(sizeof *checker);
  (void)host;
  if (checker == NULL) return ASSAY_FAILED;
  if (!read_limit(settings, &checker->words_max)) {
    free(checker);
    strcpy(error->message, "words is a number from 5 to 1000");
    return ASSAY_BAD_SETTINGS;
  }
  *instance = checker;
  return ASSAY_OK;
}

static void destroy(void* instance) { free(instance); }

static int ends_sentence(const char* text, uint32_t at, uint32_t end) {
  if (text[at] != '.' && text[at] != '!' && text[at] != '?') return 0;
  return at + 1 == end || text[at + 1] == ' ' || text[at + 1] == '\n';
}

static assay_status report(const assay_request* request, assay_span span, unsigned words,
                           unsigned words_max) {
  char message[96];
  assay_finding finding;
  memset(&finding, 0, sizeof finding);
  snprintf(message, sizeof message, "This sentence has %u words, more than %u.", words, words_max);
  finding.size = sizeof finding;
  finding.severity = ASSAY_WARNING;
  finding.span = span;
  finding.rule = str("long-sentence");
  finding.message = str(message);
  finding.hint = str("Make two of it.");
  finding.confidence = 1;
  return request->sink->finding(request->sink, &finding);
}

static assay_status check_block(const struct checker* checker, const assay_request* request,
                                assay_span block) {
  const char* text = request->document->text.data;
  uint32_t begin = block.begin, at;
  unsigned words = 0;
  int in_word = 0;
  for (at = block.begin; at < block.end; ++at) {
    const int space = text[at] == ' ' || text[at] == '\n' || text[at] == '\t';
    if (!space && words == 0 && !in_word) begin = at;
    if (!space && !in_word) ++words;
    in_word = !space;
    if (!ends_sentence(text, at, block.end) && at + 1 != block.end) continue;
    if (words > checker->words_max) {
      const assay_status status = report(request, (assay_span){begin, at + 1}, words, checker->words_max);
      if (status != ASSAY_OK) return status;
    }
    words = 0;
    in_word = 0;
  }
  return ASSAY_OK;
}

static assay_status check(void* instance, const assay_request* request, assay_error* error) {
  const assay_document* document = request->document;
  uint32_t i;
  (void)error;
  for (i = 0; i < document->changed_count; ++i) {
    const assay_block* block = &document->blocks[document->changed[i]];
    assay_status status;
    if (request->cancelled(request)) return ASSAY_CANCELLED;
    if (block->kind == ASSAY_CODE) continue;
    status = check_block(instance, request, block->span);
    if (status != ASSAY_OK) return status;
  }
  return ASSAY_OK;
}

static const assay_plugin plugin = {
    .size = sizeof(assay_plugin),
    .abi_minor = ASSAY_ABI_MINOR,
    .id = "org.example.long-sentences",
    .name = "Long sentences",
    .version = "1.0.0",
    .settings_schema =
        "{\"type\": \"object\", \"properties\": {\"words\": {\"type\": \"integer\", \"minimum\": 5, "
        "\"maximum\": 1000, \"default\": 40, \"title\": \"Most words a sentence\"}}}",
    .capabilities = ASSAY_INCREMENTAL,
    .create = create,
    .destroy = destroy,
    .check = check};

ASSAY_EXPORT const assay_plugin* assay_plugin_v1(void) { return &plugin; }
