// Keeps one's own caret on its words when others' edits come in. The binding renders them by replacing the whole document and, where
// the caret's block was changed, puts the caret back at the same offset; what others typed before it in the same block would then
// push one's own next letters into the wrong place.
//
// A caret's relative position is right as long as the character it holds on to is there. When that is gone, because the block was
// split, joined or moved, the words around the caret say where it is.

import { Plugin, PluginKey, TextSelection, type EditorState } from "@tiptap/pm/state";
import type { Node } from "@tiptap/pm/model";
import { relativePositionToAbsolutePosition, ySyncPluginKey, type ProsemirrorBinding } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { context_units, resolve } from "../anchors/resolve";
import { FlatPositions } from "./flat_positions";
import { isRendered, isUndo } from "./transactions";

// So many letters next to the caret are looked for.
const held_units = 24;

export function keptCaretPlugin(): Plugin {
  return new Plugin({
    key: new PluginKey("keptCaret"),
    appendTransaction(transactions, before, after) {
      const rendered = transactions.findLast((transaction) => isRendered(transaction) && transaction.docChanged);
      const { binding } = ySyncPluginKey.getState(after) as { binding: ProsemirrorBinding };
      const held = binding.beforeTransactionSelection as { type: string; anchor: Y.RelativePosition; head: Y.RelativePosition } | null;
      if (!rendered || held?.type !== "text") return null;
      // After an undo the selection is the one of the step that was undone: the state before says nothing about it.
      const old = isUndo(rendered) ? null : before;
      const anchor = placeOf(binding, held.anchor, old && { doc: old.doc, position: old.selection.anchor }, after);
      const head = placeOf(binding, held.head, old && { doc: old.doc, position: old.selection.head }, after);
      if (anchor === null || head === null) return null;
      const selection = TextSelection.between(after.doc.resolve(anchor), after.doc.resolve(head));
      if (selection.eq(after.selection)) return null;
      return after.tr.setSelection(selection).setMeta(ySyncPluginKey, rendered.getMeta(ySyncPluginKey));
    },
  });
}

function placeOf(
  binding: ProsemirrorBinding, held: Y.RelativePosition, old: { doc: Node; position: number } | null, after: EditorState,
): number | null {
  const position = holds(binding.doc, held) ? relativePositionToAbsolutePosition(binding.doc, binding.type, held, binding.mapping) : null;
  if (position !== null) return Math.min(position, after.doc.content.size);
  return old && byWords(old.doc, old.position, after.doc);
}

// Whether the position still says where it is: its character, or the text it is the edge of, is there.
function holds(doc: Y.Doc, position: Y.RelativePosition): boolean {
  if (position.item) {
    const item = Y.getItem(doc.store, position.item);
    if (!(item instanceof Y.Item) || (item.deleted && item.redone === null)) return false;
  }
  const found = Y.createAbsolutePositionFromRelativePosition(position, doc);
  if (!found) return false;
  for (let item: Y.Item | null = found.type._item; item !== null; item = (item.parent as Y.AbstractType<unknown>)._item) {
    if (item.deleted) return false;
  }
  return true;
}

function byWords(before: Node, position: number, after: Node): number | null {
  const old = new FlatPositions(before);
  const now = new FlatPositions(after);
  const offset = old.offsetAt(position);
  const block = old.blocks.find(({ start, end }) => start <= offset && offset <= end);
  if (!block) return null;
  const { text } = old;
  const around = { block: block.id, section: block.section };
  const ahead = {
    ...around, quote: text.slice(Math.max(block.start, offset - held_units), offset),
    before: text.slice(Math.max(0, offset - held_units - context_units), Math.max(block.start, offset - held_units)),
    after: text.slice(offset, offset + context_units),
  };
  const behind = {
    ...around, quote: text.slice(offset, Math.min(block.end, offset + held_units)),
    before: text.slice(Math.max(0, offset - context_units), offset),
    after: text.slice(Math.min(block.end, offset + held_units), offset + held_units + context_units),
  };
  const end = resolve(now, ahead, null)?.end;
  if (end !== undefined) return now.positionAt(end, "end");
  const start = resolve(now, behind, null)?.start;
  return start === undefined ? null : now.positionAt(start, "start");
}
