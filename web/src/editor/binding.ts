// The text bound to the shared document: others' edits come in, one's own go out, undo takes back one's own.

import { Extension } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { defaultDeleteFilter, defaultProtectedNodes, ySyncPluginKey } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import type { ReportSession } from "../provider/report_session";
import { caretsPlugin } from "./carets";
import { keptCaretPlugin } from "./kept_caret";
import { sectionsPlugin } from "./sections";
import { tidyPlugin } from "./tidy";
import { own_edit } from "./transactions";

// Typing within this time of the last key is one undo step.
const undo_pause_ms = 600;

export function makeUndo(doc: Y.Doc): Y.UndoManager {
  return new Y.UndoManager([doc.getXmlFragment("default"), doc.getMap("tags"), doc.getMap("entities")], {
    trackedOrigins: new Set<unknown>([ySyncPluginKey, own_edit]),
    captureTimeout: undo_pause_ms,
    deleteFilter: (item) => defaultDeleteFilter(item, defaultProtectedNodes),
    captureTransaction: (transaction) => transaction.meta.get("addToHistory") !== false,
  });
}

export function boundText(session: ReportSession, undo: Y.UndoManager) {
  const writable = (): boolean => session.writable.peek();
  return [
    Collaboration.configure({ document: session.doc, field: "default", yUndoOptions: { undoManager: undo } as never }),
    Extension.create({
      name: "boundText",
      priority: 990,
      addProseMirrorPlugins: () => [
        keptCaretPlugin(), sectionsPlugin(writable), tidyPlugin(writable), caretsPlugin(session.awareness),
      ],
    }),
  ];
}
