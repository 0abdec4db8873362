// An anchor as it lies in a shared document: relative positions in base64, context, and the ids of block and section.

import { fromBase64, toBase64 } from "lib0/buffer";
import * as Y from "yjs";
import { context_units, resolve, type Range, type Resolved } from "./resolve";
import { offsetOf, relativeAt, type TextView } from "./text_view";

export interface StoredAnchor {
  start: string;
  end: string;
  before: string;
  after: string;
  block: string | null;
  section: string | null;
}

// More than any of an anchor's words has: another's that are longer are none, and the server takes no such anchor.
const word_max = 1_000;
const known = (id: string | null): string | null => (id !== null && id.length <= word_max ? id : null);

// Null for an empty range, and for one whose edges are not in words.
export function anchorAt(view: TextView, range: Range): StoredAnchor | null {
  if (range.start >= range.end) return null;
  const start = relativeAt(view, range.start, "start");
  const end = relativeAt(view, range.end, "end");
  const block = view.blocks.find((candidate) => candidate.start <= range.start && range.start < candidate.end);
  if (!start || !end || !block) return null;
  return {
    start: toBase64(Y.encodeRelativePosition(start)),
    end: toBase64(Y.encodeRelativePosition(end)),
    before: view.text.slice(Math.max(0, range.start - context_units), range.start),
    after: view.text.slice(range.end, range.end + context_units),
    block: known(block.id),
    section: known(block.section),
  };
}

export function quoteOf(view: TextView, range: Range): string {
  return view.text.slice(range.start, range.end);
}

export function positionsOf(view: TextView, anchor: StoredAnchor): Range | null {
  const start = offset(view, anchor.start);
  const end = offset(view, anchor.end);
  return start === null || end === null ? null : { start, end };
}

function offset(view: TextView, encoded: string): number | null {
  try {
    return offsetOf(view, Y.decodeRelativePosition(fromBase64(encoded)));
  } catch {
    // Written by another client, and no position: the quote decides.
    return null;
  }
}

// Whether the characters that the anchor holds on to are there for everybody. After an undo the one who undid still finds what came
// back in their place; others do not, for that link is not shared.
export function holdsFast(view: TextView, anchor: StoredAnchor): boolean {
  return [anchor.start, anchor.end].every((encoded) => {
    try {
      const { item } = Y.decodeRelativePosition(fromBase64(encoded));
      const found = item && Y.getItem(view.doc.store, item);
      return found === null || (found instanceof Y.Item && !found.deleted);
    } catch {
      return false;
    }
  });
}

export function locate(view: TextView, anchor: StoredAnchor, quote: string): Resolved | null {
  return resolve(view, { ...anchor, quote }, positionsOf(view, anchor));
}

// What somebody wrote into a document becomes an anchor, with nothing in it that is not one.
export function readAnchor(value: unknown): StoredAnchor {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const words = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" && value.length <= word_max ? value : "";
  };
  return {
    start: words("start"), end: words("end"), before: words("before"), after: words("after"),
    block: words("block") || null, section: words("section") || null,
  };
}

// Without the white space at its ends, which is no part of what anybody means.
export function trimmed(view: TextView, range: Range): Range {
  let { start, end } = range;
  while (start < end && /\s/u.test(view.text[start]!)) ++start;
  while (end > start && /\s/u.test(view.text[end - 1]!)) --end;
  return { start, end };
}
