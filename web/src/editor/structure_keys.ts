// Enter and its kin inside the structured blocks: Enter in a title goes to the statement, Enter on an empty last line leaves the
// block, Ctrl+Enter makes the next one of its kind.

import { Extension, type Editor, type JSONContent } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";
import { moveSection, sectionAt, sectionsOf } from "./sections";

const structured = new Set(["hypothesis", "assumptionList", "scenario"]);

function structuredDepth(editor: Editor): number | null {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; --depth) if (structured.has($from.node(depth).type.name)) return depth;
  return null;
}

function enter(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection;
  const depth = structuredDepth(editor);
  if (!empty || depth === null || $from.depth !== depth + 1) return false;
  return intoStatement(editor, depth) || leave(editor, depth);
}

function intoStatement(editor: Editor, depth: number): boolean {
  const { $from } = editor.state.selection;
  const next = $from.node(depth).maybeChild($from.index(depth) + 1);
  const atTitleEnd = $from.parent.type.name === "heading" && $from.parentOffset === $from.parent.content.size;
  if (!atTitleEnd || !next?.isTextblock) return false;
  return editor.commands.setTextSelection($from.after(depth + 1) + 1);
}

function leave(editor: Editor, depth: number): boolean {
  const { state } = editor;
  const { $from } = state.selection;
  const block = $from.node(depth);
  const last = $from.index(depth) === block.childCount - 1 && block.childCount > 1;
  if (!last || $from.parent.content.size > 0 || $from.parent.type.name !== "paragraph") return false;
  // A hypothesis keeps its first line: that is the statement, not a line to leave by.
  if (block.type.name === "hypothesis" && block.childCount === 2) return addAfter(editor, depth, { type: "paragraph" });
  return editor.chain().command(({ tr }) => {
    tr.delete($from.before(depth + 1), $from.after(depth + 1));
    const after = tr.mapping.map($from.after(depth));
    tr.insert(after, state.schema.nodes["paragraph"]!.create());
    tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView();
    return true;
  }).run();
}

function addAfter(editor: Editor, depth: number, content: JSONContent): boolean {
  const after = editor.state.selection.$from.after(depth);
  return editor.chain().command(({ tr, state }) => {
    tr.insert(after, state.schema.nodeFromJSON(content));
    tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1))).scrollIntoView();
    return true;
  }).run();
}

function addSibling(editor: Editor): boolean {
  const depth = structuredDepth(editor);
  if (depth === null || !editor.isEditable) return false;
  const block = editor.state.selection.$from.node(depth);
  const { kind } = block.attrs;
  const content: JSONContent[] = [{ type: "paragraph" }];
  if (block.type.name === "hypothesis") content.unshift({ type: "heading", attrs: { level: 3 } });
  return addAfter(editor, depth, { type: block.type.name, attrs: kind == null ? {} : { kind }, content });
}

// The list of tags is no letter: a key that eats the next one stops before it. Without its list a report's tags are in no export.
function besideTags(editor: Editor, direction: -1 | 1): boolean {
  const { $from, empty } = editor.state.selection;
  const { size } = $from.parent.content;
  if (!empty || size === 0 || $from.depth === 0 || $from.parentOffset !== (direction < 0 ? 0 : size)) return false;
  return $from.node(-1).maybeChild($from.index(-1) + direction)?.type.name === "tagList";
}

function move(editor: Editor, direction: -1 | 1, isOccupied: (id: unknown) => boolean): boolean {
  const section = sectionAt(editor.state.doc, editor.state.selection.from);
  if (!section || !editor.isEditable) return false;
  moveSection(editor.view, section.position, direction, isOccupied);
  return true;
}

export function goToSection(editor: Editor, index: number): boolean {
  const section = sectionsOf(editor.state.doc)[index];
  if (!section) return false;
  return editor.chain().focus(section.position + 2).scrollIntoView().run();
}

// In a list Tab indents, so Esc before it says that this one is meant to leave.
function leaveByTab(editor: Editor, direction: -1 | 1): boolean {
  const all = [...document.querySelectorAll<HTMLElement>('a[href], button:not(:disabled), input:not(:disabled), textarea, [tabindex="0"]')]
    .filter((element) => element.getClientRects().length > 0 && !editor.view.dom.contains(element));
  const next = direction > 0
    ? all.find((element) => (editor.view.dom.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0)
    : all.findLast((element) => (editor.view.dom.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0);
  next?.focus();
  return next !== undefined;
}

// `isOccupied`: whether somebody else is in that section now.
export const StructureKeys = Extension.create<{ isOccupied: (id: unknown) => boolean }, { leaving: boolean }>({
  name: "structureKeys",
  priority: 1100,
  addOptions: () => ({ isOccupied: () => false }),
  addStorage: () => ({ leaving: false }),
  onSelectionUpdate() {
    this.storage.leaving = false;
  },
  addKeyboardShortcuts() {
    const { editor, storage, options } = this;
    const tab = (direction: -1 | 1): boolean => storage.leaving && leaveByTab(editor, direction);
    return {
      Escape: () => {
        storage.leaving = true;
        return false;
      },
      Tab: () => tab(1),
      "Shift-Tab": () => tab(-1),
      Enter: () => enter(editor),
      Delete: () => besideTags(editor, 1),
      Backspace: () => besideTags(editor, -1),
      "Mod-Enter": () => addSibling(editor),
      "Alt-Shift-ArrowUp": () => move(editor, -1, options.isOccupied),
      "Alt-Shift-ArrowDown": () => move(editor, 1, options.isOccupied),
      ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((n) => [`Mod-Alt-${n}`, () => goToSection(editor, n - 1)])),
    };
  },
});
