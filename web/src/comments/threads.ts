// The threads of a report, as they lie in the root `threads` of `{id}~comments`. Who may change what is the server's to say; this is
// how it is written. Every thread and message is made whole in one transaction.

import * as Y from "yjs";
import { readAnchor, type StoredAnchor } from "../anchors/stored_anchor";
import { drawId } from "../editor/schema/attributes";

export interface Message {
  id: string;
  author: string;
  name: string;
  // Null: no moment that there is.
  at: number | null;
  body: string;
}

export interface Thread {
  id: string;
  anchor: StoredAnchor;
  quote: string;
  state: "open" | "resolved";
  by: string;
  at: number | null;
  messages: Message[];
}

export interface Writer {
  id: string;
  name: string;
}

// In UTF-16 units. The server takes no more (server/rooms/comment_shape.cpp), and what it has from before is cut.
export const body_max = 10_000;
export const quote_max = 100_000;
const word_max = 1_000;
// The last moment that a Date can name, in Unix ms.
const time_max = 8.64e15;

const root = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("threads");
const words = (value: unknown, most = word_max): string => (typeof value === "string" ? value.slice(0, most) : "");
const time = (value: unknown): number | null => (typeof value === "number" && value >= 0 && value <= time_max ? value : null);

// Oldest first. What is no thread, or has no message left, is none.
export function threadsOf(doc: Y.Doc): Thread[] {
  const threads: Thread[] = [];
  for (const [id, value] of root(doc)) {
    if (!(value instanceof Y.Map)) continue;
    const messages = messagesOf(value);
    if (messages.length === 0) continue;
    threads.push({
      id, messages,
      anchor: readAnchor(value.get("anchor")),
      quote: words(value.get("quote"), quote_max),
      state: value.get("state") === "resolved" ? "resolved" : "open",
      by: words(value.get("by")),
      at: time(value.get("at")),
    });
  }
  return threads.sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.id < b.id ? -1 : 1));
}

function messagesOf(thread: Y.Map<unknown>): Message[] {
  const messages = thread.get("messages");
  if (!(messages instanceof Y.Array)) return [];
  return messages.toArray().flatMap((value: unknown) => (value instanceof Y.Map ? [{
    id: words(value.get("id")), author: words(value.get("author")), name: words(value.get("name")), at: time(value.get("at")),
    body: cut(value.get("body")),
  }] : []));
}

function cut(body: unknown): string {
  const shown = words(body, body_max);
  return typeof body === "string" && body.length > body_max ? `${shown}…` : shown;
}

// A message's writer as the server knows them; what the message says counts only of somebody it does not know, or who has left.
export const shownName = (message: Message, names: ReadonlyMap<string, string>): string => names.get(message.author) ?? message.name;

function messageFrom(writer: Writer, body: string): Y.Map<unknown> {
  return new Y.Map<unknown>([
    ["id", drawId()], ["author", writer.id], ["name", writer.name], ["at", Date.now()], ["body", body.trim().slice(0, body_max)],
  ]);
}

export function startThread(doc: Y.Doc, writer: Writer, anchor: StoredAnchor, quote: string, body: string): string {
  const id = drawId();
  const thread = new Y.Map<unknown>([
    ["anchor", { ...anchor }], ["quote", quote], ["state", "open"], ["by", writer.id], ["at", Date.now()],
    ["messages", Y.Array.from([messageFrom(writer, body)])], ["reactions", new Y.Map<number>()],
  ]);
  doc.transact(() => root(doc).set(id, thread));
  return id;
}

function change(doc: Y.Doc, id: string, act: (thread: Y.Map<unknown>) => void): void {
  const thread = root(doc).get(id);
  if (thread instanceof Y.Map) doc.transact(() => act(thread));
}

export function reply(doc: Y.Doc, id: string, writer: Writer, body: string): void {
  change(doc, id, (thread) => {
    const messages = thread.get("messages");
    if (messages instanceof Y.Array) messages.push([messageFrom(writer, body)]);
  });
}

export function setState(doc: Y.Doc, id: string, state: Thread["state"]): void {
  change(doc, id, (thread) => thread.set("state", state));
}

export function setAnchor(doc: Y.Doc, id: string, anchor: StoredAnchor, quote?: string): void {
  change(doc, id, (thread) => {
    thread.set("anchor", { ...anchor });
    if (quote !== undefined) thread.set("quote", quote);
  });
}

export function deleteMessage(doc: Y.Doc, id: string, message: string): void {
  change(doc, id, (thread) => {
    const messages = thread.get("messages");
    if (!(messages instanceof Y.Array)) return;
    const index = messages.toArray().findIndex((value: unknown) => value instanceof Y.Map && value.get("id") === message);
    if (index >= 0) messages.delete(index, 1);
  });
}
