// One open report: its two documents, who is here, what this user may do, and what the page may say about saving.
// Made by `openSession`, ended by `destroy()`; every view of a report is handed one and owns none of it.

import type { ReadonlySignal, Signal } from "@preact/signals";
import type * as Y from "yjs";
import type { Peers } from "./peers";
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
  // Of `{id}`, read into what it may be. The session sets `user`; the editor sets `cursor`, `section` and `view`.
  readonly awareness: Peers;
  readonly user: Person;

  // How the server shows the report's people, by id: those with a role here, as it was last asked. Empty without accounts.
  readonly names: ReadonlySignal<ReadonlyMap<string, string>>;
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

  // Stateless messages of `{id}` that the session does not use itself (findings, panels). Returns how to stop listening.
  onMessage(listener: (message: ServerMessage) => void): () => void;

  // Tries the connection now instead of at the next turn.
  retry(): void;
  // Ends the connection of this report and frees the documents, as soon as the server has stored what is under way.
  destroy(): void;
}

export type ServerMessage = { type: string } & Readonly<Record<string, unknown>>;

// What the shell shows besides: the reasons behind the states.
export type Access =
  // `pending`: the server has not said yet. `gone`: not found or not allowed, which are not told apart.
  "pending" | "granted" | "gone" | "signed_out";

export interface ShellSession extends ReportSession {
  readonly access: ReadonlySignal<Access>;
  // False once this device could not store a change.
  readonly keptOnDevice: ReadonlySignal<boolean | null>;
  readonly storageFailed: ReadonlySignal<boolean>;
  readonly serverGoing: ReadonlySignal<boolean>;
  readonly nextTry: ReadonlySignal<number | null>;
  // The server gave another role than the one this device knew of. Who shows it sets it back.
  readonly roleChanged: Signal<boolean>;
  // Something was refused, and in which of the two documents.
  readonly refused: ReadonlySignal<Refusal | null>;
  // After signing in again.
  restart(): void;
  // Drops what this device holds of the refused document; the caller opens a new session afterwards.
  forgetCopy(): Promise<void>;
}

export interface Refusal {
  where: "text" | "comments";
  // The server's sentence, empty if it gave none.
  reason: string;
}
