// The maps beside the text: `tags` and `entities`. Each entry is made whole in one transaction, so that two people who add one at
// the same time lose none.

import * as Y from "yjs";
import { drawId } from "./schema/attributes";
import { own_edit } from "./transactions";

export const entity_types = ["person", "organisation", "place", "other"] as const;
export type EntityType = (typeof entity_types)[number];

export interface Entity {
  id: string;
  name: string;
  type: EntityType;
  aliases: string[];
  note: string;
}

const words = (value: unknown): string => (typeof value === "string" ? value : "");

function orderOf(tag: unknown): number | null {
  const at: unknown = tag instanceof Y.Map ? tag.get("order") : null;
  return typeof at === "number" && Math.abs(at) < Number.MAX_SAFE_INTEGER ? at : null;
}

// In the order of the report.
export function tagsOf(doc: Y.Doc): string[] {
  const tags = doc.getMap("tags");
  const order = (value: unknown): number => orderOf(value) ?? Number.MAX_SAFE_INTEGER;
  return [...tags.keys()].sort((a, b) => order(tags.get(a)) - order(tags.get(b)) || (a < b ? -1 : 1));
}

// One line, no comma: a tag is written in a list with commas.
export function cleanTag(tag: string): string {
  return tag.replace(/[\s,;]+/gu, " ").trim().slice(0, 200);
}

export function addTag(doc: Y.Doc, tag: string, by: string): boolean {
  const name = cleanTag(tag);
  const tags = doc.getMap("tags");
  const folded = name.toLocaleLowerCase();
  if (name === "" || [...tags.keys()].some((known) => known.toLocaleLowerCase() === folded)) return false;
  const last = Math.max(-1, ...[...tags.values()].map((entry) => orderOf(entry) ?? -1));
  doc.transact(() => tags.set(name, new Y.Map<unknown>([["by", by], ["at", Date.now()], ["order", last + 1]])), own_edit);
  return true;
}

export function removeTag(doc: Y.Doc, tag: string): void {
  doc.transact(() => doc.getMap("tags").delete(tag), own_edit);
}

export function entityOf(doc: Y.Doc, id: unknown): Entity | null {
  if (typeof id !== "string") return null;
  const entry = doc.getMap("entities").get(id);
  if (!(entry instanceof Y.Map)) return null;
  const aliases: unknown = entry.get("aliases");
  return {
    id,
    name: words(entry.get("name")),
    type: entity_types.find((type) => type === entry.get("type")) ?? "other",
    aliases: aliases instanceof Y.Array ? aliases.toArray().map(words).filter(Boolean) : [],
    note: words(entry.get("note")),
  };
}

export function entitiesOf(doc: Y.Doc): Entity[] {
  return [...doc.getMap("entities").keys()]
    .flatMap((id) => entityOf(doc, id) ?? [])
    .sort((a, b) => a.name.localeCompare(b.name));
}

export function addEntity(doc: Y.Doc, name: string, type: EntityType): string {
  const id = drawId();
  const entry = new Y.Map<unknown>([["name", name], ["type", type], ["aliases", new Y.Array<string>()], ["note", ""]]);
  doc.transact(() => doc.getMap("entities").set(id, entry), own_edit);
  return id;
}

export function changeEntity(doc: Y.Doc, id: string, change: Partial<Omit<Entity, "id">>): void {
  const entry = doc.getMap("entities").get(id);
  if (!(entry instanceof Y.Map)) return;
  doc.transact(() => {
    if (change.name !== undefined) entry.set("name", change.name);
    if (change.type !== undefined) entry.set("type", change.type);
    if (change.note !== undefined) entry.set("note", change.note);
    if (change.aliases !== undefined) entry.set("aliases", Y.Array.from(change.aliases));
  }, own_edit);
}
