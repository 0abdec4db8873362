/* A checker of one's own, as somebody outside would write it: finds exclamation marks. Built by the browser
 * tests and installed into a running server. */
#include <assay/plugin.h>

static assay_str words(const char* text) {
  assay_str made = {text, 0};
  while (text[made.size] != 0) ++made.size;
  return made;
}

static assay_status create(const assay_host* host, assay_str settings, void** instance, assay_error* error) {
  static int only;
  (void)host, (void)settings, (void)error;
  *instance = &only;
  return ASSAY_OK;
}

static void destroy(void* instance) { (void)instance; }

static assay_status check(void* instance, const assay_request* request, assay_error* error) {
  const assay_str text = request->document->text;
  (void)instance, (void)error;
  for (uint32_t at = 0; at < text.size; ++at) {
    if (text.data[at] != '!') continue;
    assay_finding finding = {0};
    const assay_edit edit = {.span = {at, at + 1}};
    const assay_fix fix = {.title = words("Leave it out"), .edits = &edit, .edit_count = 1};
    finding.fix_count = 1;
    finding.fixes = &fix;
    finding.size = sizeof finding;
    finding.severity = ASSAY_WARNING;
    finding.span.begin = at;
    finding.span.end = at + 1;
    finding.rule = words("tone.exclamation");
    finding.message = words("An exclamation mark in a report.");
    finding.hint = words("A full stop is calmer.");
    finding.confidence = 1;
    if (request->sink->finding(request->sink, &finding) != ASSAY_OK) return ASSAY_CANCELLED;
  }
  return ASSAY_OK;
}

const assay_plugin* assay_plugin_v1(void) {
  static const assay_plugin plugin = {
      .size = sizeof(assay_plugin),
      .abi_minor = ASSAY_ABI_MINOR,
      .id = "org.example.exclaimer",
      .name = "Exclaimer",
      .version = "1.0.0",
      .create = create,
      .destroy = destroy,
      .check = check,
  };
  return &plugin;
}
