// Where marked words stand in the editor's text while it changes: pure functions between two states of the text.

import type { Node } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { Mapping, StepMap } from "@tiptap/pm/transform";
import { atomText } from "../anchors/atoms";
import { likeness, likeness_min } from "../anchors/resolve";
import { moved_range, type MovedRange } from "./sections";
import { isRendered } from "./transactions";

export interface Place {
  from: number;
  to: number;
}

// How positions go from the text before to the text after. What the binding renders replaces the whole text: there the first and
// the last difference say what was changed.
export function mappingOf(transaction: Transaction): Mapping {
  if (!isRendered(transaction)) return transaction.mapping;
  const before = transaction.before.content;
  const after = transaction.doc.content;
  const start = before.findDiffStart(after);
  const ends = before.findDiffEnd(after);
  if (start === null || ends === null) return new Mapping();
  // What is equal at both ends may overlap in the middle: "aa" made "aaa".
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b));
  return new Mapping([new StepMap([start, ends.a + overlap - start, ends.b + overlap - start])]);
}

export interface Carried<P> {
  places: Map<string, P>;
  // The ids whose words were taken away, or became other words.
  lost: string[];
}

// The places in the text after. One that the change touched is kept only if its words are still much like its quote.
export function carry<P extends Place>(
  places: ReadonlyMap<string, P>, mapping: Mapping, transaction: Transaction, quoteOf: (id: string) => string,
): Carried<P> {
  const changed = changedRange(mapping);
  const next = new Map<string, P>();
  const lost: string[] = [];
  const moved = transaction.getMeta(moved_range) as MovedRange | undefined;
  for (const [id, place] of places) {
    if (moved && place.from >= moved.from && place.to <= moved.to) {
      next.set(id, { ...place, from: place.from + moved.by, to: place.to + moved.by });
      continue;
    }
    // What is typed at either edge stays outside.
    const from = mapping.map(place.from, 1);
    const to = mapping.map(place.to, -1);
    const touched = changed !== null && changed.from < to && changed.to > from;
    const gone = from >= to || ((touched || to - from !== place.to - place.from) && !isLike(transaction.doc, { from, to }, quoteOf(id)));
    if (gone) lost.push(id);
    else if (from === place.from && to === place.to) next.set(id, place);
    else next.set(id, { ...place, from, to });
  }
  return { places: next, lost };
}

// In positions of the text after.
export function changedRange(mapping: Mapping): Place | null {
  let range: Place | null = null;
  mapping.maps.forEach((map, index) => {
    const rest = mapping.slice(index + 1);
    map.forEach((_from, _to, start, end) => {
      const from = rest.map(start, -1);
      const to = rest.map(end, 1);
      range = range ? { from: Math.min(range.from, from), to: Math.max(range.to, to) } : { from, to };
    });
  });
  return range;
}

export function wordsAt(doc: Node, place: Place): string {
  return doc.textBetween(place.from, Math.min(place.to, doc.content.size), "\n", (leaf) => atomText(leaf.type.name, leaf.attrs));
}

export function isLike(doc: Node, place: Place, quote: string): boolean {
  const words = wordsAt(doc, place);
  return words === quote || likeness(words.replace(/\s+/gu, " "), quote.replace(/\s+/gu, " ")) >= likeness_min;
}

// The word at the position, which may stand at its end; null where there is none.
export function wordAt(doc: Node, position: number): Place | null {
  const at = doc.resolve(position);
  if (!at.parent.isTextblock) return null;
  const text = at.parent.textBetween(0, at.parent.content.size, undefined, "\ufffc");
  let start = at.parentOffset;
  let end = start;
  while (start > 0 && is_word.test(text[start - 1]!)) --start;
  while (end < text.length && is_word.test(text[end]!)) ++end;
  return start === end ? null : { from: at.start() + start, to: at.start() + end };
}

const is_word = /[\p{L}\p{N}\p{M}’'-]/u;

export const overlap = (a: Place, b: Place): boolean => a.from < b.to && b.from < a.to;
