// What a ProseMirror transaction comes from, as far as the rules of the editor care.

import type { Transaction } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";

// True for what the binding renders: others' edits, and the result of one's own undo.
export function isRendered(transaction: Transaction): boolean {
  const meta = transaction.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined;
  return meta?.isChangeOrigin === true;
}

export function isUndo(transaction: Transaction): boolean {
  const meta = transaction.getMeta(ySyncPluginKey) as { isUndoRedoOperation?: boolean } | undefined;
  return meta?.isUndoRedoOperation === true;
}

// Changes of `tags`, `entities` and the like that undo takes back together with the text's.
export const own_edit = "own edit";
