// Makes the editor of one report and ties it to the page: what may be written, where the reader is, what is unknown.

import { Editor, Extension, type Extensions } from "@tiptap/core";
import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { Dropcursor, Gapcursor } from "@tiptap/extensions";
import { ListKeymap } from "@tiptap/extension-list";
import { Selection } from "@tiptap/pm/state";
import type * as Y from "yjs";
import type { ReportSession } from "../provider/report_session";
import { boundText, makeUndo } from "./binding";
import { hintsPlugin } from "./hints";
import { startMending, viewOf } from "./mend";
import { drawnNodes } from "./nodes/drawn_nodes";
import { outlineOf, type Outline } from "./outline";
import { pickersExtension } from "./pickers";
import { reportPickers } from "./report_pickers";
import { pasteExtension } from "./paste";
import { plain_extensions } from "./schema/report_schema";
import { watchUnknown } from "./schema/unknown";
import { sameTimePlugin } from "./same_time";
import { sectionAt } from "./sections";
import { StructureKeys } from "./structure_keys";
import { t } from "./words";

// The outline counts every word, which is not for every key.
const outline_pause_ms = 120;
// What is drawn from the editor's state may be this late: a letter is painted before the buttons that go with it.
const revision_pause_ms = 30;

export interface ReportEditor {
  readonly editor: Editor;
  readonly undo: Y.UndoManager;
  // Counts up soon after every change of text, selection or rights: what is drawn from the editor's state follows it.
  readonly revision: Signal<number>;
  readonly outline: ReadonlySignal<Outline>;
  // A caret has been in the text: before, the selection stands at its start and means nothing.
  readonly entered: ReadonlySignal<boolean>;
  // Set once an update brought something this page does not know; the editor is destroyed by then.
  readonly unknown: Signal<string | null>;
  destroy(): void;
}

// The session is loaded, and `findUnknown` found nothing: anything else would be deleted by the binding.
export function openEditor(session: ReportSession, mount: HTMLElement, more: Extensions): ReportEditor {
  let offline_until = 0;
  const undo = makeUndo(session.doc);
  const editor = new Editor({
    element: mount,
    editable: session.writable.peek(),
    autofocus: false,
    extensions: [
      ...plain_extensions, ...drawnNodes(session), ...boundText(session, undo), StructureKeys.configure({ isOccupied: (id) => isOccupied(session, id) }), ListKeymap, Gapcursor,
      Dropcursor.configure({ class: "drop-line", color: "currentColor", width: 2 }),
      pickersExtension(reportPickers(session.doc, session.user.id)), pasteExtension(),
      Extension.create({ name: "hints", addProseMirrorPlugins: () => [hintsPlugin(), sameTimePlugin(Date.now, () => offline_until)] }),
      ...more,
    ],
    editorProps: {
      // The header and the toolbar stand over the paper's top.
      scrollThreshold: { top: 120, bottom: 60, left: 0, right: 0 },
      scrollMargin: { top: 150, bottom: 100, left: 0, right: 0 },
      attributes: {
        class: "paper-text", role: "textbox", "aria-multiline": "true", "aria-label": t("paper.label"), tabindex: "0", spellcheck: "true",
      },
    },
  });
  // The binding has left the caret outside of every block.
  editor.view.dispatch(editor.state.tr.setSelection(Selection.atStart(editor.state.doc)));
  const revision = signal(0);
  const unknown = signal<string | null>(null);
  const text = signal(editor.state.doc);
  const outline = computed(() => outlineOf(text.value));
  let outline_timer: ReturnType<typeof setTimeout> | undefined;
  const followText = (): void => {
    outline_timer = undefined;
    text.value = editor.state.doc;
  };
  let revision_timer: ReturnType<typeof setTimeout> | undefined;
  const followState = (): void => {
    revision_timer = undefined;
    if (!editor.isDestroyed) revision.value = revision.peek() + 1;
  };
  editor.on("transaction", ({ transaction }) => {
    if (transaction.docChanged) outline_timer ??= setTimeout(followText, outline_pause_ms);
    revision_timer ??= setTimeout(followState, revision_pause_ms);
  });
  const tellWhere = (): void => tellSection(session, editor);
  editor.on("selectionUpdate", tellWhere);
  const entered = signal(false);
  editor.on("focus", () => (entered.value = true));

  const stopWatch = watchUnknown(session.doc, editor.schema, (what) => {
    // Before any observer: once the editor is gone, nothing unknown is rendered, and so nothing is deleted. Only taking its rights
    // would not do: a bound editor writes its own state back at its next update.
    destroy();
    unknown.value = what;
  });
  const stopRights = effect(() => {
    const editable = session.writable.value;
    if (editor.isEditable !== editable) editor.setEditable(editable);
    session.awareness.setLocalStateField("view", viewOf(editable));
    revision.value = revision.peek() + 1;
  });
  const stopConnected = effect(() => {
    // Runs on both edges: what was written before either of them is not old yet.
    void session.connected.value;
    offline_until = Date.now();
  });
  const stopMending = startMending(session, editor);
  const destroy = (): void => {
    if (editor.isDestroyed) return;
    clearTimeout(outline_timer);
    clearTimeout(revision_timer);
    stopWatch();
    stopRights();
    stopConnected();
    stopMending();
    editor.destroy();
    undo.destroy();
  };
  return { editor, undo, revision, outline, entered, unknown, destroy };
}

function tellSection(session: ReportSession, editor: Editor): void {
  const section = sectionAt(editor.state.doc, editor.state.selection.from);
  const id: unknown = section?.node.attrs["id"] ?? null;
  if (session.awareness.getLocalState()?.section !== id) session.awareness.setLocalStateField("section", id);
}

function isOccupied(session: ReportSession, id: unknown): boolean {
  return typeof id === "string" && session.awareness.others().some(([, { section }]) => section === id);
}
