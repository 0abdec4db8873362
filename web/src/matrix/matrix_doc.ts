// The matrix as it lies in the shared document: hypotheses in the text, `evidence` and `ratings` beside it. What another client wrote
// is read into values that cannot be wrong; what does not fit is left out.

import * as Y from "yjs";
import { readAnchor, type StoredAnchor } from "../anchors/stored_anchor";
import { drawId } from "../editor/schema/attributes";
import { own_edit } from "../editor/transactions";
import type { Person } from "../provider/report_session";
import { asLevel, asRating, type Level, type Rating } from "./rating";

export interface Hypothesis {
  id: string;
  // Empty where it has no title yet.
  title: string;
  // As it stands in the list, from 1.
  number: number;
}

export interface Place {
  anchor: StoredAnchor;
  quote: string;
}

export interface Item {
  id: string;
  text: string;
  type: string;
  source: string;
  date: string;
  // Items of one origin repeat one report.
  origin: string;
  stance: "sincere" | "deceptive" | null;
  credibility: Level | null;
  relevance: Level | null;
  order: number;
  place: Place | null;
}

export type ItemChange = Partial<Omit<Item, "id" | "order">>;

// One analyst's cell. Without a value it says only that the others' were looked at first, or holds a note.
export interface Rated {
  user: string;
  name: string;
  value: Rating | null;
  note: string;
  at: number;
  revealed: number | null;
}

// By evidence and hypothesis.
export const cellKey = (item: string, hypothesis: string): string => `${item}/${hypothesis}`;
// By user.
export type CellRatings = ReadonlyMap<string, Rated>;

export const text_max = 4000;
export const note_max = 4000;

const words = (value: unknown, most = 400): string => (typeof value === "string" ? value.slice(0, most) : "");
const time = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

export function hypothesesOf(doc: Y.Doc): Hypothesis[] {
  const found: Hypothesis[] = [];
  const walk = (parent: Y.XmlFragment): void => {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue;
      if (child.nodeName === "hypothesis") {
        const id: unknown = child.getAttribute("id");
        if (typeof id === "string" && id !== "" && !found.some((known) => known.id === id)) {
          found.push({ id, title: titleOf(child), number: found.length + 1 });
        }
      } else if (child.nodeName === "section") walk(child);
    }
  };
  walk(doc.getXmlFragment("default"));
  return found;
}

function titleOf(hypothesis: Y.XmlElement): string {
  const heading = hypothesis.toArray().find((child) => child instanceof Y.XmlElement && child.nodeName === "heading");
  if (!(heading instanceof Y.XmlElement)) return "";
  return heading.toArray().map((child) => (child instanceof Y.XmlText
    ? (child.toDelta() as { insert: unknown }[]).map(({ insert }) => (typeof insert === "string" ? insert : "")).join("")
    : "")).join("").trim().slice(0, 400);
}

// The id of the section in which the hypotheses stand, to lead there.
export function hypothesesSection(doc: Y.Doc): string | null {
  for (const child of doc.getXmlFragment("default").toArray()) {
    if (child instanceof Y.XmlElement && child.nodeName === "section" && child.getAttribute("role") === "hypotheses") {
      const id: unknown = child.getAttribute("id");
      return typeof id === "string" ? id : null;
    }
  }
  return null;
}

// In the order of the rows.
export function itemsOf(doc: Y.Doc): Item[] {
  const items: Item[] = [];
  for (const [id, entry] of doc.getMap("evidence")) {
    if (!(entry instanceof Y.Map)) continue;
    const text: unknown = entry.get("text");
    const stance: unknown = entry.get("stance");
    const order: unknown = entry.get("order");
    items.push({
      id,
      text: text instanceof Y.Text ? text.toString().slice(0, text_max) : words(text, text_max),
      type: words(entry.get("type")), source: words(entry.get("source")), date: words(entry.get("date")), origin: words(entry.get("origin")),
      stance: stance === "sincere" || stance === "deceptive" ? stance : null,
      credibility: asLevel(entry.get("credibility")), relevance: asLevel(entry.get("relevance")),
      order: typeof order === "number" && Number.isFinite(order) ? order : Number.MAX_SAFE_INTEGER,
      place: readPlace(entry.get("anchor")),
    });
  }
  return items.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

function readPlace(value: unknown): Place | null {
  if (typeof value !== "object" || value === null) return null;
  const quote = words((value as Record<string, unknown>)["quote"], text_max);
  const anchor = readAnchor(value);
  return anchor.start === "" && quote === "" ? null : { anchor, quote };
}

// Every analyst's ratings, by cell. A key is `user/evidence/hypothesis`.
export function ratingsOf(doc: Y.Doc): Map<string, Map<string, Rated>> {
  const cells = new Map<string, Map<string, Rated>>();
  for (const [key, entry] of doc.getMap("ratings")) {
    const [, user, cell] = /^(.+)\/([^/]+\/[^/]+)$/.exec(key) ?? [];
    const fields: unknown = entry instanceof Y.Map ? entry.toJSON() : entry;
    if (!user || !cell || typeof fields !== "object" || fields === null) continue;
    const { value, note, at, name, revealed } = fields as Record<string, unknown>;
    const rated: Rated = { user, name: words(name), value: asRating(value), note: words(note, note_max), at: time(at) ?? 0, revealed: time(revealed) };
    const inside = cells.get(cell);
    if (inside) inside.set(user, rated);
    else cells.set(cell, new Map([[user, rated]]));
  }
  return cells;
}

// ---- Writing. Each is one transaction, and one step of undo where the editor is open.

export function addItem(doc: Y.Doc, change: ItemChange & { text: string }): string {
  const id = drawId();
  const last = Math.max(-1, ...itemsOf(doc).map(({ order }) => (order === Number.MAX_SAFE_INTEGER ? -1 : order)));
  const entry = new Y.Map<unknown>();
  entry.set("text", new Y.Text(change.text.trim().slice(0, text_max)));
  entry.set("order", last + 1);
  for (const [name, value] of fieldsOf(change)) entry.set(name, value);
  doc.transact(() => doc.getMap("evidence").set(id, entry), own_edit);
  return id;
}

function fieldsOf(change: ItemChange): [string, unknown][] {
  const fields: [string, unknown][] = [];
  for (const name of ["type", "source", "date", "origin"] as const) {
    const value = change[name];
    if (value !== undefined) fields.push([name, value.trim().slice(0, 400)]);
  }
  for (const name of ["stance", "credibility", "relevance"] as const) {
    if (change[name] !== undefined) fields.push([name, change[name]]);
  }
  if (change.place !== undefined) fields.push(["anchor", change.place && { ...change.place.anchor, quote: change.place.quote }]);
  return fields;
}

export function changeItem(doc: Y.Doc, id: string, change: ItemChange): void {
  const entry = doc.getMap("evidence").get(id);
  if (!(entry instanceof Y.Map)) return;
  doc.transact(() => {
    for (const [name, value] of fieldsOf(change)) if (entry.get(name) !== value) entry.set(name, value);
    if (change.text === undefined) return;
    const text: unknown = entry.get("text");
    const wanted = change.text.trim().slice(0, text_max);
    if (text instanceof Y.Text) replaceMiddle(text, wanted);
    else entry.set("text", new Y.Text(wanted));
  }, own_edit);
}

// Only what differs, so that two people who mend different words of an item both keep theirs.
function replaceMiddle(text: Y.Text, wanted: string): void {
  const now = text.toString();
  let start = 0;
  while (start < now.length && start < wanted.length && now[start] === wanted[start]) ++start;
  let end = 0;
  while (end < now.length - start && end < wanted.length - start && now.at(-1 - end) === wanted.at(-1 - end)) ++end;
  if (now.length - end > start) text.delete(start, now.length - end - start);
  if (wanted.length - end > start) text.insert(start, wanted.slice(start, wanted.length - end));
}

// Its ratings stay, and come back with it when it is put back by undo.
export function removeItem(doc: Y.Doc, id: string): void {
  doc.transact(() => doc.getMap("evidence").delete(id), own_edit);
}

export function moveItem(doc: Y.Doc, id: string, by: -1 | 1): void {
  const items = itemsOf(doc);
  const at = items.findIndex((item) => item.id === id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= items.length) return;
  [items[at], items[to]] = [items[to]!, items[at]!];
  doc.transact(() => items.forEach((item, order) => {
    const entry = doc.getMap("evidence").get(item.id);
    if (entry instanceof Y.Map && entry.get("order") !== order) entry.set("order", order);
  }), own_edit);
}

export type RatingChange = Partial<Pick<Rated, "value" | "note">> & { reveal?: true };

// Only one's own: the server takes nothing else. An entry that says nothing any more goes.
export function rate(doc: Y.Doc, person: Person, cell: string, change: RatingChange): void {
  const all = doc.getMap("ratings");
  const key = `${person.id}/${cell}`;
  const own = ratingsOf(doc).get(cell)?.get(person.id);
  const value = change.value !== undefined ? change.value : (own?.value ?? null);
  const note = change.note !== undefined ? change.note.trim().slice(0, note_max) : (own?.note ?? "");
  const revealed = own?.revealed ?? (change.reveal ? Date.now() : null);
  doc.transact(() => {
    if (value === null && note === "" && revealed === null) return all.delete(key);
    return all.set(key, {
      at: Date.now(), name: person.name, ...(value === null ? {} : { value }), ...(note === "" ? {} : { note }), ...(revealed === null ? {} : { revealed }),
    });
  }, own_edit);
}
