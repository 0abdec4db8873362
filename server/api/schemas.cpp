#include "server/api/schemas.h"

namespace assay::server::api {

const char* const schemas = R"json({
  "Error": {
    "type": "object", "required": ["error"], "additionalProperties": false,
    "properties": {"error": {
      "type": "object", "required": ["code", "message"], "additionalProperties": false,
      "properties": {
        "code": {"type": "string", "description": "For programs; stays the same"},
        "message": {"type": "string", "description": "One sentence for people"}}}}
  },
  "UserId": {"type": "string", "pattern": "^[a-z0-9._-]{1,64}$"},
  "Role": {"type": "string", "enum": ["owner", "editor", "reviewer", "viewer"]},
  "Time": {"type": "string", "format": "date-time", "description": "UTC with milliseconds"},
  "Person": {
    "type": "object", "required": ["id", "name"], "additionalProperties": false,
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}}
  },
  "Session": {
    "type": "object", "required": ["auth", "user"], "additionalProperties": false,
    "properties": {
      "auth": {"type": "string", "enum": ["none", "accounts"]},
      "user": {
        "type": ["object", "null"], "required": ["id", "name", "admin"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "admin": {"type": "boolean"}}},
      "setup": {"type": "boolean", "description": "True while there is no user yet"}}
  },
  "SignIn": {
    "type": "object", "required": ["user", "password"], "additionalProperties": false,
    "properties": {"user": {"type": "string"}, "password": {"type": "string"}}
  },
  "PasswordChange": {
    "type": "object", "required": ["password", "newPassword"], "additionalProperties": false,
    "properties": {"password": {"type": "string"}, "newPassword": {"type": "string", "minLength": 8}}
  },
  "SetUp": {
    "type": "object", "required": ["token", "user", "name", "password"], "additionalProperties": false,
    "properties": {
      "token": {"type": "string", "description": "From the link that the server printed"},
      "user": {"$ref": "#/components/schemas/UserId"}, "name": {"type": "string", "maxLength": 100},
      "password": {"type": "string", "minLength": 8}}
  },
  "User": {
    "type": "object", "required": ["id", "name"], "additionalProperties": false,
    "properties": {
      "id": {"type": "string"}, "name": {"type": "string"},
      "admin": {"type": "boolean", "description": "For administrators"},
      "disabled": {"type": "boolean", "description": "For administrators"}}
  },
  "Users": {
    "type": "object", "required": ["users"], "additionalProperties": false,
    "properties": {"users": {"type": "array", "items": {"$ref": "#/components/schemas/User"}}}
  },
  "NewUser": {
    "type": "object", "required": ["id", "name", "password"], "additionalProperties": false,
    "properties": {
      "id": {"$ref": "#/components/schemas/UserId"}, "name": {"type": "string", "maxLength": 100},
      "password": {"type": "string", "minLength": 8}, "admin": {"type": "boolean", "default": false}}
  },
  "UserChange": {
    "type": "object", "additionalProperties": false,
    "properties": {"password": {"type": "string", "minLength": 8}, "disabled": {"type": "boolean"}}
  },
  "Row": {
    "type": "object",
    "required": ["id", "title", "status", "sample", "role", "owner", "people", "threads", "findings", "tags", "created", "changed",
                 "changedBy"],
    "properties": {
      "id": {"type": "string"}, "title": {"type": "string"},
      "status": {"type": "string", "enum": ["draft"]},
      "sample": {"type": "boolean"},
      "role": {"$ref": "#/components/schemas/Role"},
      "owner": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
      "people": {
        "type": "array", "description": "Who has it open now", "items": {"$ref": "#/components/schemas/Person"}},
      "threads": {"type": "integer", "description": "Open threads"},
      "findings": {
        "type": ["object", "null"], "description": "Without the ignored ones; null: never checked",
        "required": ["errors", "warnings", "hints"], "additionalProperties": false,
        "properties": {"errors": {"type": "integer"}, "warnings": {"type": "integer"}, "hints": {"type": "integer"}}},
      "tags": {"type": "array", "items": {"type": "string"}},
      "created": {"$ref": "#/components/schemas/Time"}, "changed": {"$ref": "#/components/schemas/Time"},
      "changedBy": {"type": ["string", "null"], "description": "A name"}}
  },
  "Reports": {
    "type": "object", "required": ["reports"], "additionalProperties": false,
    "properties": {"reports": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}}
  },
  "Anchor": {
    "type": "object", "required": ["start", "end", "before", "after", "block", "section"], "additionalProperties": false,
    "properties": {
      "start": {"type": "string"}, "end": {"type": "string"}, "before": {"type": "string"}, "after": {"type": "string"},
      "block": {"type": ["string", "null"]}, "section": {"type": ["string", "null"]}}
  },
  "Finding": {
    "type": "object", "required": ["id", "plugin", "rule", "severity", "message", "hint", "quote"],
    "properties": {
      "id": {"type": "string"}, "plugin": {"type": "string"}, "rule": {"type": "string"},
      "severity": {"type": "string", "enum": ["error", "warning", "hint"]},
      "message": {"type": "string"}, "hint": {"type": "string"}, "help": {"type": "string"},
      "quote": {"type": "string"}, "field": {"type": "string"},
      "range": {
        "type": ["object", "null"], "required": ["start", "end"], "description": "Relative positions, base64",
        "properties": {"start": {"type": "string"}, "end": {"type": "string"}}},
      "anchor": {"$ref": "#/components/schemas/Anchor"},
      "fixes": {"type": "array", "items": {"type": "object"}}, "related": {"type": "array", "items": {"type": "object"}},
      "ignored": {"type": "object"}}
  },
  "Findings": {
    "type": "object", "required": ["revision", "final", "unfinished", "findings", "panels", "suggestions", "plugins"],
    "additionalProperties": false,
    "properties": {
      "revision": {"type": "integer"}, "final": {"type": "boolean"},
      "unfinished": {"type": "array", "items": {
        "type": "object", "required": ["plugin", "reason"], "additionalProperties": false,
        "properties": {"plugin": {"type": "string"}, "reason": {"type": "string"}}}},
      "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
      "panels": {"type": "array", "items": {"type": "object"}},
      "suggestions": {"type": "array", "items": {"type": "object"}},
      "plugins": {"type": "array", "items": {"type": "object"}}}
  },
  "NewIgnore": {
    "type": "object", "required": ["finding"], "additionalProperties": false,
    "properties": {
      "finding": {"type": "string"}, "scope": {"type": "string", "enum": ["here", "report"]},
      "reason": {"type": "string", "maxLength": 1000}}
  },
  "Ignore": {
    "type": "object", "required": ["id", "plugin", "rule", "scope", "quote", "block", "reason", "by", "at"],
    "additionalProperties": false,
    "properties": {
      "id": {"type": "string"}, "plugin": {"type": "string"}, "rule": {"type": "string"},
      "scope": {"type": "string", "enum": ["here", "report"]}, "quote": {"type": "string"},
      "block": {"type": "string"}, "reason": {"type": "string"},
      "by": {"$ref": "#/components/schemas/Person"}, "at": {"$ref": "#/components/schemas/Time"}}
  },
  "Ignores": {
    "type": "object", "required": ["ignores"], "additionalProperties": false,
    "properties": {"ignores": {"type": "array", "items": {"$ref": "#/components/schemas/Ignore"}}}
  },
  "Refusal": {
    "type": "object", "required": ["kind", "value"], "additionalProperties": false,
    "properties": {"kind": {"type": "string"}, "value": {"type": "string"}}
  },
  "Plugin": {
    "type": "object",
    "required": ["id", "name", "version", "state", "reason", "file", "installed", "incremental", "wantsData", "learns",
                 "checks", "deaths", "timeouts", "p95Us", "memoryKib", "log", "settingsSchema", "panelSchema"],
    "additionalProperties": false,
    "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "version": {"type": "string"},
      "state": {"type": "string", "enum": ["starting", "running", "restarting", "stopped", "refused"]},
      "reason": {"type": "string"}, "file": {"type": "string"},
      "installed": {"type": "boolean", "description": "In the data folder, not with the program"},
      "incremental": {"type": "boolean"}, "wantsData": {"type": "boolean"}, "learns": {"type": "boolean"},
      "checks": {"type": "integer"}, "deaths": {"type": "integer"}, "timeouts": {"type": "integer"},
      "p95Us": {"type": "integer"}, "memoryKib": {"type": "integer"},
      "log": {"type": "array", "items": {"type": "string"}}, "settingsSchema": {}, "panelSchema": {}}
  },
  "Plugins": {
    "type": "object", "required": ["plugins", "packs"], "additionalProperties": false,
    "properties": {
      "plugins": {"type": "array", "items": {"$ref": "#/components/schemas/Plugin"}},
      "packs": {"type": "array", "items": {
        "type": "object", "required": ["file", "bytes", "reason"], "additionalProperties": false,
        "properties": {"file": {"type": "string"}, "bytes": {"type": "integer"}, "reason": {"type": "string"}}}}}
  },
  "PluginSwitch": {
    "type": "object", "required": ["on"], "additionalProperties": false, "properties": {"on": {"type": "boolean"}}
  },
  "RoleEntry": {
    "type": "object", "required": ["user", "name", "role"], "additionalProperties": false,
    "properties": {
      "user": {"type": "string"}, "name": {"type": "string"}, "role": {"$ref": "#/components/schemas/Role"}}
  },
  "Report": {
    "allOf": [{"$ref": "#/components/schemas/Row"}],
    "type": "object", "required": ["roles", "me"],
    "properties": {
      "roles": {"type": "array", "items": {"$ref": "#/components/schemas/RoleEntry"}},
      "me": {"$ref": "#/components/schemas/Role"}}
  },
  "RoleChanges": {
    "type": "object", "required": ["roles"], "additionalProperties": false,
    "properties": {"roles": {
      "type": "object", "description": "By user id; null takes the role away",
      "additionalProperties": {"anyOf": [{"$ref": "#/components/schemas/Role"}, {"type": "null"}]}}}
  },
  "NewReport": {
    "type": "object", "additionalProperties": false,
    "properties": {"title": {"type": "string"}}
  },
  "Unrecognised": {
    "type": "object", "required": ["start", "end", "text"], "additionalProperties": false,
    "properties": {
      "start": {"type": "integer", "description": "In code points of the file as stored"}, "end": {"type": "integer"},
      "text": {"type": "string"}}
  },
  "Created": {
    "type": "object", "required": ["id", "title"], "additionalProperties": false,
    "properties": {
      "id": {"type": "string"}, "title": {"type": "string"},
      "file": {"type": "string", "description": "Of an import"},
      "unrecognised": {
        "type": "array", "description": "Of an import", "items": {"$ref": "#/components/schemas/Unrecognised"}}}
  },
  "Preview": {
    "type": "object",
    "required": ["title", "outlet", "published", "reportTitle", "sections", "hypotheses", "assumptions", "redFlags",
                 "blindSpots", "implications", "recommendations", "scenarios", "confidence", "tags", "unrecognised"],
    "additionalProperties": false,
    "properties": {
      "title": {"type": "string"}, "outlet": {"type": ["string", "null"]}, "published": {"type": ["string", "null"]},
      "reportTitle": {"type": ["string", "null"]},
      "sections": {"type": "array", "items": {
        "type": "object", "required": ["role", "heading", "blocks", "excerpt"], "additionalProperties": false,
        "properties": {
          "role": {"type": "string"}, "heading": {"type": "string"}, "blocks": {"type": "integer"},
          "excerpt": {"type": "string"}}}},
      "hypotheses": {"type": "array", "items": {
        "type": "object", "required": ["title", "statement"], "additionalProperties": false,
        "properties": {"title": {"type": "string"}, "statement": {"type": "string"}}}},
      "assumptions": {"type": "integer"}, "redFlags": {"type": "integer"}, "blindSpots": {"type": "integer"},
      "implications": {"type": "integer"}, "recommendations": {"type": "integer"}, "scenarios": {"type": "integer"},
      "confidence": {"type": ["string", "null"]},
      "tags": {"type": "array", "items": {"type": "string"}},
      "unrecognised": {"type": "array", "items": {"$ref": "#/components/schemas/Unrecognised"}}}
  }
})json";

}  // namespace assay::server::api
