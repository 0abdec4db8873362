// The sections are the report's shape: typing, cutting and pasting change what stands in them and never take one away. Moving one
// is a command of its own.

import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection, type EditorState, type Selection, type Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { isRendered } from "./transactions";

const moves_section = "moves section";

// Set on a transaction that takes a range away and puts it in again elsewhere: what stood in it has not gone, it has moved.
export const moved_range = "moved range";
export interface MovedRange {
  from: number;
  to: number;
  // What a position in the range has to be shifted by.
  by: number;
}

export interface PlacedSection {
  node: Node;
  position: number;
}

export function sectionsOf(doc: Node): PlacedSection[] {
  const found: PlacedSection[] = [];
  doc.forEach((node, position) => {
    if (node.type.name === "section") found.push({ node, position });
  });
  return found;
}

export function sectionAt(doc: Node, position: number): PlacedSection | null {
  return sectionsOf(doc).find((section) => position >= section.position && position <= section.position + section.node.nodeSize) ?? null;
}

function sectionIds(doc: Node): Set<string> {
  return new Set(sectionsOf(doc).flatMap(({ node }) => (typeof node.attrs["id"] === "string" ? [node.attrs["id"]] : [])));
}

export function sectionsPlugin(writable: () => boolean): Plugin {
  return new Plugin({
    key: new PluginKey("sections"),
    filterTransaction(transaction, state) {
      if (!transaction.docChanged || isRendered(transaction)) return true;
      if (!writable()) return false;
      if (transaction.getMeta(moves_section)) return true;
      const left = sectionIds(transaction.doc);
      return left.size >= sectionIds(state.doc).size && [...sectionIds(state.doc)].every((id) => left.has(id));
    },
    props: {
      handleKeyDown: (view, event) => {
        if (event.key !== "Backspace" && event.key !== "Delete" && event.key !== "Enter") return false;
        return clearAcross(view) && event.key !== "Enter";
      },
      handleTextInput: (view) => {
        clearAcross(view);
        return false;
      },
      handlePaste: (view) => {
        clearAcross(view);
        return false;
      },
      handleDOMEvents: {
        cut: (view, event) => {
          if (!crossesSections(view.state.selection)) return false;
          const { dom, text } = view.serializeForClipboard(view.state.selection.content());
          event.clipboardData?.setData("text/html", dom.innerHTML);
          event.clipboardData?.setData("text/plain", text);
          event.preventDefault();
          clearAcross(view);
          return true;
        },
      },
    },
  });
}

function crossesSections(selection: Selection): boolean {
  if (selection.empty) return false;
  const { $from, $to } = selection;
  const from = $from.depth > 0 ? $from.node(1) : null;
  const to = $to.depth > 0 ? $to.node(1) : null;
  return (from === null || from !== to || $from.before(1) !== $to.before(1)) &&
    sectionsOf($from.doc).some(({ node, position }) => position < $to.pos && position + node.nodeSize > $from.pos);
}

// Deletes a selection that reaches over more than one section from each of them, and leaves the sections. True when it did.
function clearAcross(view: EditorView): boolean {
  if (!view.editable || !crossesSections(view.state.selection)) return false;
  view.dispatch(clearedAcross(view.state).scrollIntoView());
  return true;
}

export function clearedAcross(state: EditorState): Transaction {
  const { from, to } = state.selection;
  const transaction = state.tr;
  const parts: { from: number; to: number }[] = [];
  state.doc.forEach((node, position) => {
    const end = position + node.nodeSize;
    if (end <= from || position >= to) return;
    if (node.type.name !== "section") parts.push({ from: Math.max(position, from), to: Math.min(end, to) });
    else parts.push(...partsIn(node, position, from, to));
  });
  for (const part of parts.reverse()) if (part.from < part.to) transaction.delete(part.from, part.to);
  return transaction.setSelection(TextSelection.near(transaction.doc.resolve(Math.min(from, transaction.doc.content.size)), -1));
}

// The heading keeps its place: its words go, and of the rest everything selected.
function partsIn(section: Node, position: number, from: number, to: number): { from: number; to: number }[] {
  const start = position + 1;
  const head = section.firstChild?.type.name === "heading" ? section.firstChild.nodeSize : 0;
  const parts = [];
  if (head > 0) parts.push({ from: Math.max(start + 1, from), to: Math.min(start + head - 1, to) });
  parts.push({ from: Math.max(start + head, from), to: Math.min(start + section.content.size, to) });
  return parts;
}

// Moves the section at `position` one place up or down among the sections. False when it is the first or last already.
// In the shared text a move takes a section away and puts it in again, and what somebody types in it at that moment goes with it. So
// of the two sections that change places the one moves in which nobody else is. The numbers follow in a step of their own: the
// binding knows the sections that stayed by their being untouched.
export function moveSection(view: EditorView, position: number, direction: -1 | 1, isOccupied: (id: unknown) => boolean): boolean {
  const moved = movedSection(view.state, position, direction, isOccupied);
  if (!moved) return false;
  view.dispatch(moved);
  const renumbering = renumbered(view.state);
  if (renumbering) view.dispatch(renumbering);
  return true;
}

export function movedSection(
  state: EditorState, position: number, direction: -1 | 1, isOccupied: (id: unknown) => boolean = () => false,
): Transaction | null {
  const sections = sectionsOf(state.doc);
  const index = sections.findIndex((section) => section.position === position);
  const section = sections[index];
  const other = sections[index + direction];
  if (!section || !other) return null;
  const stays = isOccupied(section.node.attrs["id"]) && !isOccupied(other.node.attrs["id"]);
  return carriedOver(state, stays ? other : section, stays ? section : other);
}

function carriedOver(state: EditorState, section: PlacedSection, past: PlacedSection): Transaction {
  const { node, position } = section;
  const target = past.position < position ? past.position : past.position + past.node.nodeSize - node.nodeSize;
  // A new node, though equal: the binding then takes it for the one that moved.
  const again = node.type.create(node.attrs, node.content, node.marks);
  const transaction = state.tr.delete(position, position + node.nodeSize).insert(target, again);
  const moved: MovedRange = { from: position, to: position + node.nodeSize, by: target - position };
  const { anchor, head } = state.selection;
  if (anchor > moved.from && anchor < moved.to && head > moved.from && head < moved.to) {
    transaction.setSelection(TextSelection.create(transaction.doc, anchor + moved.by, head + moved.by));
  }
  return transaction.setMeta(moves_section, true).setMeta(moved_range, moved).scrollIntoView();
}

// The numbers of the sections' headings stay in their places, so that the first is still "1." after a move. Null when they do.
export function renumbered(state: EditorState): Transaction | null {
  const headings = sectionsOf(state.doc).flatMap(({ node, position }) => {
    const heading = node.firstChild;
    const marker: unknown = heading?.attrs["marker"];
    const number = typeof marker === "string" ? /^(\s*)(\d+)(.*)$/s.exec(marker) : null;
    return number ? [{ position: position + 1, before: number[1]!, number: Number(number[2]), after: number[3]! }] : [];
  });
  const numbers = headings.map((heading) => heading.number).sort((a, b) => a - b);
  const transaction = state.tr;
  headings.forEach(({ position, before, number, after }, index) => {
    if (number !== numbers[index]) transaction.setNodeAttribute(position, "marker", `${before}${numbers[index]}${after}`);
  });
  return transaction.docChanged ? transaction : null;
}
