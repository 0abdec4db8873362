/* A plugin for tests only: does what its document says, however bad. One word a block says what: see `deeds`.
 */
#include <assay/plugin.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef HOSTILE_ID
#define HOSTILE_ID "org.example.hostile"
#endif
#ifndef HOSTILE_VERSION
#define HOSTILE_VERSION "1.0.0"
#endif

static const assay_host* the_host;
static int asks; /* whenever an instance is made or destroyed: its settings say "asks" */

static assay_str str(const char* text) {
  assay_str s = {text, strlen(text)};
  return s;
}

static assay_status report(const assay_request* request, assay_span span, const char* message) {
  assay_finding finding;
  memset(&finding, 0, sizeof finding);
  finding.size = sizeof finding;
  finding.severity = ASSAY_WARNING;
  finding.span = span;
  finding.rule = str("word");
  finding.message = str(message);
  finding.confidence = 1;
  return request->sink->finding(request->sink, &finding);
}

static volatile int sink_of_work;

static void hang(void) {
  for (;;) ++sink_of_work;
}

static void eat_memory(void) {
  for (;;) {
    char* piece = malloc(8u << 20);
    if (piece == NULL) abort();
    memset(piece, 1, 8u << 20);
    sink_of_work += piece[12345];
  }
}

static void found_value(void* user, assay_str value) {
  size_t size = value.size < 63 ? value.size : 63;
  memcpy(user, value.data, size);
  ((char*)user)[size] = '\0';
}

static int is(assay_str word, const char* deed) {
  return word.size == strlen(deed) && memcmp(word.data, deed, word.size) == 0;
}

static void ask(const char* key) {
  const assay_kv* kv = the_host->service(the_host, ASSAY_KV);
  char value[64];
  if (kv->get(the_host, str(key), found_value, value) != ASSAY_OK) abort();
  if (kv->put(the_host, str(key), str("asked")) != ASSAY_OK) abort();
}

static assay_status count_up(const assay_request* request, assay_span span) {
  const assay_kv* kv = the_host->service(the_host, ASSAY_KV);
  char value[64] = "0";
  if (kv->get(the_host, str("count"), found_value, value) != ASSAY_OK) return ASSAY_FAILED;
  snprintf(value, sizeof value, "%d", atoi(value) + 1);
  if (kv->put(the_host, str("count"), str(value)) != ASSAY_OK) return ASSAY_FAILED;
  return report(request, span, value);
}

static assay_status tell_term(const assay_request* request, assay_span span) {
  const assay_corpus* corpus = the_host->service(the_host, ASSAY_CORPUS);
  assay_term counts = {0, 0};
  char message[64];
  if (corpus->term(the_host, str("en"), str("word"), &counts) != ASSAY_OK) return ASSAY_FAILED;
  snprintf(message, sizeof message, "%d of %d", (int)counts.documents_with_term, (int)counts.documents);
  return report(request, span, message);
}

static assay_status flood(const assay_request* request, assay_span span) {
  assay_status status = ASSAY_OK;
  while (status == ASSAY_OK) status = report(request, span, "again");
  return ASSAY_OK;
}

static void flood_log(void) {
  const assay_log* log = the_host->service(the_host, ASSAY_LOG);
  for (;;)
    log->write(the_host, ASSAY_LOG_ERROR, str("noise noise noise noise noise noise noise noise noise"));
}

/* Bytes of its own on the socket, past the protocol. */
static void write_nonsense(void) {
  char bytes[4096];
  memset(bytes, 0xff, sizeof bytes);
  while (write(3, bytes, sizeof bytes) > 0) {
  }
  hang();
}

/* Fills the disk. */
static void flood_put(void) {
  static char big[1u << 20];
  const assay_kv* kv = the_host->service(the_host, ASSAY_KV);
  for (;;) {
    ++big[0];
    kv->put(the_host, str("big"), (assay_str){big, sizeof big});
  }
}

/* Asks past the protocol for a value again and again, and reads none of the answers. */
static void flood_get(void) {
  static char big[1u << 20];
  static const char frame[] = {7, 0, 0, 0, 108, 3, 0, 0, 0, 'b', 'i', 'g'};
  const assay_kv* kv = the_host->service(the_host, ASSAY_KV);
  kv->put(the_host, str("big"), (assay_str){big, sizeof big});
  while (write(3, frame, sizeof frame) > 0) {
  }
  hang();
}

static assay_status deed(const assay_request* request, assay_str word, assay_span span, assay_error* error) {
  if (is(word, "crash")) *(volatile int*)0 = 1;
  if (is(word, "abort")) abort();
  if (is(word, "exit")) exit(0);
  if (is(word, "hang")) hang();
  if (is(word, "bomb")) eat_memory();
  if (is(word, "flood")) return flood(request, span);
  if (is(word, "flood-log")) flood_log();
  if (is(word, "flood-put")) flood_put();
  if (is(word, "flood-get")) flood_get();
  if (is(word, "nonsense")) write_nonsense();
  if (is(word, "close")) {
    close(3);
    hang();
  }
  if (is(word, "print"))
    for (;;) fputs("noise\n", stderr);
  if (is(word, "socket") && socket(AF_INET, SOCK_STREAM, 0) >= 0)
    return report(request, span, "got a socket");
  if (is(word, "fork") && fork() >= 0) return report(request, span, "got a process");
  if (is(word, "exec")) execl("/bin/true", "true", (char*)NULL);
  if (is(word, "kill-parent")) kill(getppid(), 9);
  if (is(word, "open"))
    return report(request, span, open("/etc/passwd", O_RDONLY) >= 0 ? "opened" : "not opened");
  if (is(word, "shrink")) return report(request, span, ftruncate(4, 0) == 0 ? "shrunk" : "not shrunk");
  if (is(word, "outside")) return report(request, (assay_span){span.begin, 0xffffffu}, "outside");
  if (is(word, "bad-utf8")) return report(request, span, "\xff\xfe");
  if (is(word, "fail")) {
    strcpy(error->message, "as asked");
    return ASSAY_FAILED;
  }
  if (is(word, "unsupported")) return ASSAY_UNSUPPORTED;
  if (is(word, "wait")) {
    while (!request->cancelled(request)) ++sink_of_work;
    return ASSAY_CANCELLED;
  }
  if (is(word, "count")) return count_up(request, span);
  if (is(word, "term")) return tell_term(request, span);
  if (is(word, "panel")) return request->sink->panel(request->sink, str("{\"a\": [1, 2]}"));
  if (is(word, "bad-panel")) return request->sink->panel(request->sink, str("{"));
  return report(request, span, HOSTILE_VERSION);
}

static assay_status create(const assay_host* host, assay_str settings, void** instance, assay_error* error) {
  the_host = host;
  asks = settings.size > 0 && memmem(settings.data, settings.size, "asks", 4) != NULL;
  if (asks) ask("made");
#ifdef HOSTILE_CREATE
  (void)instance;
  strcpy(error->message, "this version never starts");
  return ASSAY_BAD_SETTINGS;
#else
  (void)error;
  *instance = calloc(1, 1);
  return *instance == NULL ? ASSAY_FAILED : ASSAY_OK;
#endif
}

static void destroy(void* instance) {
  if (asks) ask("destroyed");
  free(instance);
}

static assay_status check(void* instance, const assay_request* request, assay_error* error) {
  const assay_document* document = request->document;
  uint32_t i;
  (void)instance;
  for (i = 0; i < document->changed_count; ++i) {
    const assay_span span = document->blocks[document->changed[i]].span;
    const assay_str word = {document->text.data + span.begin, span.end - span.begin};
    const assay_status status = deed(request, word, span, error);
    if (status != ASSAY_OK) return status;
  }
  return ASSAY_OK;
}

static const assay_plugin plugin = {.size = sizeof(assay_plugin),
                                    .abi_minor = ASSAY_ABI_MINOR,
                                    .id = HOSTILE_ID,
                                    .name = "Hostile",
                                    .version = HOSTILE_VERSION,
                                    .capabilities = ASSAY_INCREMENTAL,
                                    .create = create,
                                    .destroy = destroy,
                                    .check = check};

ASSAY_EXPORT const assay_plugin* assay_plugin_v1(void) { return &plugin; }

#ifdef HOSTILE_CONSTRUCTOR
__attribute__((constructor)) static void at_load(void) { (void)socket(AF_INET, SOCK_STREAM, 0); }
#endif
