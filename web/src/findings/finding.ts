// What the checks say about a report, as values. Everything here was read once, with bounds, from what the server sent (wire.ts).

import type { StoredAnchor } from "../anchors/stored_anchor";

export const severities = ["error", "warning", "hint"] as const;
export type Severity = (typeof severities)[number];

// The smaller the worse.
export const rank = (severity: Severity): number => severities.indexOf(severity);

export interface Edit {
  anchor: StoredAnchor;
  // The words that the edit replaces; empty where it puts words in at the anchor's start.
  quote: string;
  replacement: string;
}

export interface Fix {
  title: string;
  // Applied together or not at all.
  edits: readonly Edit[];
}

export interface Related {
  message: string;
  quote: string;
  anchor: StoredAnchor | null;
}

export const fields = ["title", "published", "reportTitle", "tags"] as const;
export type Field = (typeof fields)[number];

export interface Finding {
  // The same as long as rule, block and words are.
  id: string;
  plugin: string;
  rule: string;
  severity: Severity;
  message: string;
  // What to do about it; may be empty.
  hint: string;
  // An address that explains the rule, http or https.
  help: string | null;
  quote: string;
  // Null for what is not about words of the text: then `field` says what it is about.
  anchor: StoredAnchor | null;
  field: Field | null;
  fixes: readonly Fix[];
  related: readonly Related[];
  // Its plugin could not check what was written since.
  stale: boolean;
  ignored: Ignored | null;
}

// "here": this finding; "report": its rule in all of the report.
export interface Ignored {
  id: string;
  scope: "here" | "report";
  reason: string;
  by: string;
  // Unix ms.
  at: number;
}

export interface Suggestion {
  kind: string;
  value: string;
  // Why it is suggested; may be empty.
  label: string;
  // 0 to 1.
  confidence: number;
}

export const plugin_states = ["starting", "running", "restarting", "stopped", "refused"] as const;
export type PluginState = (typeof plugin_states)[number];

export interface PluginHealth {
  id: string;
  name: string;
  version: string;
  state: PluginState;
  // Why it does not run; may be empty.
  reason: string;
}

export interface Score {
  name: string;
  label: string;
  value: number;
  low: number;
  high: number;
}

export interface Panel {
  // As the plugin's panel schema has it; whoever draws it reads it as foreign data.
  data: unknown;
  scores: readonly Score[];
  stale: boolean;
  revision: number;
}
