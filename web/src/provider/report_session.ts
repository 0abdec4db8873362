// One open report: its two documents, who is here, what this user may do, and what the page may say about saving.
// Made by `openSession`, ended by `destroy()`; every view of a report is handed one and owns none of it.

import type { ReadonlySignal } from "@preact/signals";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { SaveState } from "./save_state";

export type Role = "owner" | "editor" | "reviewer" | "viewer";

// Goes into awareness as it stands; `color` is #rrggbb, chosen so that white letters on it can be read.
export interface Person {
  id: string;
  name: string;
  color: string;
}

export interface ReportSession {
  readonly id: string;
  // `{id}`: the text, `meta`, `tags`, `entities`. Bind an editor only once `loaded` is true: nothing fills an empty document.
  readonly doc: Y.Doc;
  // `{id}~comments`: the root `threads`.
  readonly comments: Y.Doc;
  // Of `{id}`. The session sets `user`; the editor sets `cursor`, `section` and `view`.
  readonly awareness: Awareness;
  readonly user: Person;

  // Until the server has answered, the role this device last had here.
  readonly role: ReadonlySignal<Role>;
  // True when the text may be changed now: role owner or editor, nothing refused and unanswered.
  readonly writable: ReadonlySignal<boolean>;
  // True when threads may be written now: any role but viewer.
  readonly canComment: ReadonlySignal<boolean>;
  // The text is there, from this device or from the server.
  readonly loaded: ReadonlySignal<boolean>;
  readonly connected: ReadonlySignal<boolean>;
  readonly saveState: ReadonlySignal<SaveState>;

  // A stateless message of `{id}` that the session does not use itself (findings, panels): parsed JSON, its `type` a string.
  onMessage(listener: (message: { type: string; [key: string]: unknown }) => void): () => void;

  // Tries the connection now instead of at the next turn.
  retry(): void;
  // Ends the connection of this report and frees the documents. What is not yet stored by the server stays on this device.
  destroy(): void;
}
