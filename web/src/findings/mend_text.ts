// Applies a fix: all of its edits or none, as one step of undo.

import type { EditorState, Transaction } from "@tiptap/pm/state";
import type * as Y from "yjs";
import { locate, positionsOf } from "../anchors/stored_anchor";
import { viewOf, type TextView } from "../anchors/text_view";
import { FlatPositions } from "../editor/flat_positions";
import type { Edit, Fix } from "./finding";
import { wordsAt, type Place } from "../editor/places";

// Null when some of the words that the fix would replace are not in the text as they were: it is then out of date.
export function fixed(doc: Y.Doc, state: EditorState, fix: Fix): Transaction | null {
  const view = viewOf(doc);
  const flat = new FlatPositions(state.doc);
  // From the end, so that the places of those before stay true.
  const edits = fix.edits.map((edit) => ({ edit, place: placeOf(view, flat, state, edit) })).sort((a, b) => (b.place?.from ?? 0) - (a.place?.from ?? 0));
  const transaction = state.tr;
  let last = Infinity;
  for (const { edit, place } of edits) {
    if (!place || place.to > last) return null;
    last = place.from;
    if (edit.replacement === "") transaction.delete(place.from, place.to);
    else transaction.insertText(edit.replacement, place.from, place.to);
  }
  return transaction.docChanged ? transaction : null;
}

function placeOf(view: TextView, flat: FlatPositions, state: EditorState, edit: Edit): Place | null {
  if (edit.quote === "") {
    const at = positionsOf(view, { ...edit.anchor, end: edit.anchor.start })?.start;
    const position = at === undefined ? null : flat.positionAt(at, "start") ?? flat.positionAt(at, "end");
    return position === null ? null : { from: position, to: position };
  }
  const found = locate(view, edit.anchor, edit.quote);
  const from = found && flat.positionAt(found.start, "start");
  const to = found && flat.positionAt(found.end, "end");
  if (from === null || to === null || from >= to) return null;
  // Much like the quote is good enough for an underline; other words are never replaced.
  return wordsAt(state.doc, { from, to }) === edit.quote ? { from, to } : null;
}
