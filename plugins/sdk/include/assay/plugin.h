/* <assay/plugin.h>: the whole contract between the server and a checking plugin.
 *
 * Plain C11, needs nothing but the two standard headers below. Rules that hold for every declaration below:
 *
 *   Text      is UTF-8, sized, never NUL-terminated. Offsets are bytes into that text.
 *   Growth    a struct that starts with `size` may gain members at its end; whoever fills it in sets
 *             `size`, and a reader looks only at members that lie within it. The others never change.
 *   Memory    nobody frees what the other side allocated. What a caller passes in is valid until
 *             the call returns; what is handed to a sink is copied before the sink returns.
 *   Threads   [any]  may be called from any thread.
 *             [one]  never called by two threads at once for the same instance.
 *   Failure   is a status code plus a message. No exception or longjmp crosses this boundary.
 */
#ifndef ASSAY_PLUGIN_H
#define ASSAY_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_ABI_MINOR 0u /* the major version is part of the entry symbol's name */

typedef struct assay_str {
  const char* data;
  size_t size;
} assay_str;
typedef struct assay_span {
  uint32_t begin, end;
} assay_span; /* half-open; both on code point starts */

typedef int32_t assay_status;
enum {
  ASSAY_OK = 0,
  ASSAY_CANCELLED = 1,    /* stopped early because asked to, or out of time: not a fault */
  ASSAY_BAD_SETTINGS = 2, /* create only: the settings do not fit the schema */
  ASSAY_UNSUPPORTED = 3,  /* this document (its language, its size) is not for this plugin */
  ASSAY_FAILED = 4        /* anything else; say what in the message */
};

typedef struct assay_error {
  char message[256];
} assay_error; /* UTF-8, NUL-terminated */

/* ---- What the plugin is given --------------------------------------------------------------- */

typedef uint32_t assay_block_kind;
enum {
  ASSAY_PARAGRAPH = 1,
  ASSAY_HEADING = 2,
  ASSAY_LIST_ITEM = 3,
  ASSAY_QUOTE = 4,
  ASSAY_CODE = 5,
  ASSAY_TABLE_CELL = 6
}; /* treat an unknown kind as a paragraph */

typedef struct assay_block {
  uint64_t id;     /* the same block keeps its id while the document lives */
  assay_span span; /* blocks are in document order and do not overlap */
  assay_block_kind kind;
  uint32_t level;    /* heading or list depth, from 1; 0 where it means nothing */
  assay_str section; /* key of the section it stands in, or empty */
} assay_block;

/* A frozen view of one document at one revision. Nothing in it changes during a check. */
typedef struct assay_document {
  uint32_t size;
  uint32_t block_count;
  uint64_t revision;  /* grows with every change; findings are reported against it */
  assay_str language; /* BCP 47 tag, or empty when unknown */
  assay_str text;
  const assay_block* blocks;
  /* The blocks this instance has not yet seen in their present form, as indexes into `blocks`.
   * An incremental plugin may check these alone: the host keeps its findings for the others.
   * A finding belongs to the block in which its span begins. */
  const uint32_t* changed;
  uint32_t changed_count;
  uint32_t reserved;
  assay_str data; /* the document's tables and maps as JSON, if ASSAY_WANTS_DATA; or empty */
} assay_document;

/* ---- What the plugin gives back --------------------------------------------------------------- */

typedef uint32_t assay_severity;
enum { ASSAY_HINT = 1, ASSAY_WARNING = 2, ASSAY_ERROR = 3 };

typedef struct assay_edit {
  assay_span span;
  assay_str replacement;
} assay_edit;

/* One way to mend a finding. Its edits apply together or not at all, and do not overlap. */
typedef struct assay_fix {
  assay_str title;
  const assay_edit* edits;
  size_t edit_count;
} assay_fix;

typedef struct assay_related {
  assay_span span;
  assay_str message;
} assay_related;

typedef struct assay_finding {
  uint32_t size;
  assay_severity severity;
  assay_span span;
  assay_str rule;     /* stable across releases: users silence findings by it */
  assay_str message;  /* what is wrong, one sentence for the writer */
  assay_str hint;     /* what to do about it; may be empty */
  assay_str help_url; /* may be empty */
  float confidence;   /* 0 to 1 */
  uint32_t fix_count;
  const assay_fix* fixes;
  const assay_related* related;
  size_t related_count;
} assay_finding;

typedef struct assay_score {
  uint32_t size;
  float value, low, high; /* low and high are the ends of the scale, not of this document */
  assay_str name;         /* stable, like a finding's rule */
  assay_str label;        /* what the writer reads */
  assay_span span;        /* the whole text for a document's score */
} assay_score;

/* Something the writer may take over: a tag, a title, a source to link. */
typedef struct assay_suggestion {
  uint32_t size;
  float confidence;
  assay_str kind, value, label;
} assay_suggestion;

/* [one] All copy what they are given, and return ASSAY_CANCELLED once the host wants no more. */
typedef struct assay_sink {
  uint32_t size;
  uint32_t reserved;
  void* host_data;
  assay_status (*finding)(const struct assay_sink*, const assay_finding*);
  assay_status (*score)(const struct assay_sink*, const assay_score*);
  assay_status (*suggestion)(const struct assay_sink*, const assay_suggestion*);
  /* What the plugin's own panel shows, as JSON that fits panel_schema. The last one counts. */
  assay_status (*panel)(const struct assay_sink*, assay_str json);
} assay_sink;

/* ---- What the host offers --------------------------------------------------------------------- */

typedef struct assay_host {
  uint32_t size;
  uint32_t abi_minor;
  void* host_data;
  /* [any] A service by id, or null when this host has none. Lives as long as the host. */
  const void* (*service)(const struct assay_host*, const char* id);
} assay_host;

#define ASSAY_LOG "assay.log/1"
enum { ASSAY_LOG_DEBUG = 1, ASSAY_LOG_INFO = 2, ASSAY_LOG_WARNING = 3, ASSAY_LOG_ERROR = 4 };
typedef struct assay_log {
  uint32_t size;
  uint32_t reserved;
  void (*write)(const assay_host*, uint32_t level, assay_str message); /* [any] */
} assay_log;

/* A small store of the plugin's own, kept across restarts; no other plugin can see it. */
#define ASSAY_KV "assay.kv/1"
typedef struct assay_kv {
  uint32_t size;
  uint32_t reserved;
  /* [one] Calls `found` at most once, with bytes that are valid only inside that call. */
  assay_status (*get)(const assay_host*, assay_str key, void (*found)(void* user, assay_str value),
                      void* user);
  assay_status (*put)(const assay_host*, assay_str key, assay_str value); /* [one] */
} assay_kv;

/* How common a term is over the documents this server holds. */
#define ASSAY_CORPUS "assay.corpus/1"
typedef struct assay_term {
  uint64_t documents_with_term, documents;
} assay_term;
typedef struct assay_corpus {
  uint32_t size;
  uint32_t reserved;
  assay_status (*term)(const assay_host*, assay_str language, assay_str term, assay_term* out); /* [one] */
} assay_corpus;

/* ---- The plugin ------------------------------------------------------------------------------- */

typedef struct assay_request {
  uint32_t size;
  uint32_t reserved;
  const assay_document* document;
  const assay_sink* sink;
  uint64_t budget_ns; /* time this check may take; the host ends the process well after it */
  void* host_data;
  /* [any] Nonzero once the answer is no longer wanted. Cheap: ask it once a block. */
  int (*cancelled)(const struct assay_request*);
} assay_request;

enum {                              /* assay_plugin.capabilities */
       ASSAY_INCREMENTAL = 1u << 0, /* looks at the changed blocks alone */
       ASSAY_WANTS_DATA = 1u << 1   /* needs assay_document.data */
};

typedef struct assay_plugin {
  uint32_t size;
  uint32_t abi_minor; /* ASSAY_ABI_MINOR as the plugin was built */
  const char* id;     /* [a-z0-9.-], at most 64; redflags, ach, tags are ours, others: reverse domain name */
  const char* name;
  const char* version;         /* semantic version */
  const char* settings_schema; /* JSON Schema text; null means no settings */
  const char* panel_schema;    /* the same for what it gives the panel */
  uint32_t capabilities;
  uint32_t reserved;

  /* [one] One instance a document. `settings` is JSON that fits the schema and never changes under
   * an instance: the host makes a new one. On ASSAY_OK *instance is the plugin's own. */
  assay_status (*create)(const assay_host*, assay_str settings, void** instance, assay_error*);
  void (*destroy)(void* instance); /* [one] */
  /* [one] Reports through request->sink and returns. Keeps no pointer it was given. */
  assay_status (*check)(void* instance, const assay_request*, assay_error*);
  /* [any] Room to grow: optional interfaces by id. May be null. */
  const void* (*extension)(void* instance, const char* id);
} assay_plugin;

/* Learning from what writers decide, for suggestions that get better with use. A plugin offers it from
 * assay_plugin.extension; the host calls it between checks, on any instance, and never for a document whose
 * writers have nothing decided. What was learned belongs to the plugin's key-value space. On trial, hence the
 * `x-`. */
#define ASSAY_LEARNER "x-assay.learner/1"
typedef struct assay_lesson {
  uint32_t size;
  uint32_t kept_count;
  assay_str report; /* names the report for ever: the same name again replaces what it taught before */
  assay_str title;
  assay_str text;
  const assay_str* kept; /* what its writers took or typed: the tags as they stand */
  const assay_str* refused;
  uint64_t refused_count;
} assay_lesson;
typedef struct assay_learner {
  uint32_t size;
  uint32_t reserved;
  assay_status (*learn)(void* instance, const assay_lesson*, assay_error*); /* [one] */
  assay_status (*forget)(void* instance, assay_str report, assay_error*);   /* [one] as if never learned */
} assay_learner;

#if defined(__GNUC__)
#define ASSAY_EXPORT __attribute__((visibility("default")))
#else
#define ASSAY_EXPORT
#endif

/* The one symbol a plugin exports. Returns a constant that outlives every instance. */
ASSAY_EXPORT const assay_plugin* assay_plugin_v1(void);

#ifdef __cplusplus
}
#endif
#endif
