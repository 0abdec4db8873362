// The text bound to the shared document: others' edits come in, one's own go out, undo takes back one's own.

import { Extension } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { defaultDeleteFilter, defaultProtectedNodes, ySyncPluginKey } from "@tiptap/y-tiptap";
import { Plugin, PluginKey } from "@tiptap/pm/state";
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

// The binding renders the text for the first time as soon as there is a view, and would put a caret where none can stand: at the very
// start, outside of every block. It leaves the selection alone while it thinks it holds one of before.
function firstRendering(): { plugin: Plugin; done: () => void } {
  let binding: { beforeTransactionSelection: unknown } | null = null;
  const plugin = new Plugin({
    key: new PluginKey("firstRendering"),
    view: ({ state }) => {
      ({ binding } = ySyncPluginKey.getState(state) as { binding: { beforeTransactionSelection: unknown } });
      binding.beforeTransactionSelection = { type: "all" };
      return {};
    },
  });
  return { plugin, done: () => binding && (binding.beforeTransactionSelection = null) };
}

export function boundText(session: ReportSession, undo: Y.UndoManager) {
  const writable = (): boolean => session.writable.peek();
  const first = firstRendering();
  return [
    Extension.create({ name: "firstRendering", priority: 1010, addProseMirrorPlugins: () => [first.plugin] }),
    Collaboration.configure({ document: session.doc, field: "default", onFirstRender: first.done, yUndoOptions: { undoManager: undo } as never }),
    Extension.create({
      name: "boundText",
      priority: 990,
      addProseMirrorPlugins: () => [
        keptCaretPlugin(), sectionsPlugin(writable), tidyPlugin(writable), caretsPlugin(session.awareness),
      ],
    }),
  ];
}
