// Where the threads' words stand in the editor. Own edits carry the ranges along; what others changed is found again from the
// shared text. After an edit that moved words between blocks, which takes them away and puts them in again in the shared document,
// the editor that made it writes the new positions.

import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { AddMarkStep, AttrStep, RemoveMarkStep, ReplaceStep, type Step } from "@tiptap/pm/transform";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type { Node } from "@tiptap/pm/model";
import type * as Y from "yjs";
import { likeness, likeness_min, type Range } from "../anchors/resolve";
import { anchorAt, holdsFast, locate, positionsOf, trimmed, type StoredAnchor } from "../anchors/stored_anchor";
import { viewOf, type TextView } from "../anchors/text_view";
import { carry, changedRange, mappingOf } from "../editor/places";
import { FlatPositions } from "../editor/flat_positions";
import { moved_range, type MovedRange } from "../editor/sections";
import { isRendered, isUndo } from "../editor/transactions";

export interface Marked {
  id: string;
  anchor: StoredAnchor;
  quote: string;
  // A thread that is not drawn keeps its place all the same.
  drawn: boolean;
}

export interface Place {
  from: number;
  to: number;
  by: "positions" | "quote";
}

export interface MarksState {
  marked: readonly Marked[];
  places: ReadonlyMap<string, Place>;
  focused: string | null;
  decorations: DecorationSet;
}

// A few letters that somebody types are no words that come back.
const brings_back_units = 8;

type Change = { marked?: readonly Marked[]; focused?: string | null };

export const marks_key = new PluginKey<MarksState>("threadMarks");

export interface MarksHost {
  // The shared text.
  doc: Y.Doc;
  // Whether new positions may be written now.
  mayWrite(): boolean;
  write(id: string, anchor: StoredAnchor): void;
  // The reader clicked words with a thread, or moved the caret into them.
  entered(id: string): void;
  placesChanged(): void;
}

export function marksPlugin(host: MarksHost): Plugin<MarksState> {
  const empty: MarksState = { marked: [], places: new Map(), focused: null, decorations: DecorationSet.empty };
  return new Plugin<MarksState>({
    key: marks_key,
    state: {
      init: () => empty,
      apply(transaction, value, _before, state) {
        const change = transaction.getMeta(marks_key) as Change | undefined;
        const marked = change?.marked ?? value.marked;
        const focused = change?.focused === undefined ? value.focused : change.focused;
        if (!transaction.docChanged && change === undefined) return value;
        const places = change?.marked ? placesOf(host.doc, state, marked)
          : !transaction.docChanged ? value.places
          : isRendered(transaction) ? afterOthers(host.doc, state, marked, value.places, transaction) : carried(value.places, transaction);
        return { marked, places, focused, decorations: drawn(state, marked, places, focused) };
      },
    },
    props: {
      decorations: (state) => marks_key.getState(state)?.decorations,
      handleClick: (view, position) => {
        const id = threadAt(view.state, position);
        if (id !== null) host.entered(id);
        return false;
      },
    },
    view: () => ({
      update(view, before) {
        const now = marks_key.getState(view.state);
        const last = marks_key.getState(before);
        if (!now || !last) return;
        if (now.places !== last.places || view.state.doc !== before.doc) host.placesChanged();
      },
    }),
  });
}

// True when these transactions took words out of the shared text and put them in again, so that positions were lost: every change
// of blocks does, and so does undoing one.
export function tookWordsAway(transactions: readonly Transaction[]): boolean {
  return transactions.some((transaction) => {
    if (!transaction.docChanged) return false;
    if (isRendered(transaction)) return isUndo(transaction);
    return transaction.steps.some((step, index) => changesBlocks(step, transaction.docs[index]!));
  });
}

function changesBlocks(step: Step, before: Node): boolean {
  if (step instanceof AddMarkStep || step instanceof RemoveMarkStep || step instanceof AttrStep) return false;
  if (!(step instanceof ReplaceStep)) return true;
  const { slice, from, to } = step;
  if (slice.openStart > 0 || slice.openEnd > 0) return true;
  let blocks = false;
  slice.content.forEach((node) => (blocks ||= !node.isInline));
  return blocks || !before.resolve(from).sameParent(before.resolve(to)) || !before.resolve(from).parent.isTextblock;
}

function carried(places: ReadonlyMap<string, Place>, transaction: Transaction): Map<string, Place> {
  const moved = transaction.getMeta(moved_range) as MovedRange | undefined;
  const next = new Map<string, Place>();
  for (const [id, place] of places) {
    if (moved && place.from >= moved.from && place.to <= moved.to) {
      next.set(id, { ...place, from: place.from + moved.by, to: place.to + moved.by });
      continue;
    }
    const from = transaction.mapping.map(place.from, 1);
    const to = transaction.mapping.map(place.to, -1);
    if (from < to) next.set(id, { ...place, from, to });
  }
  return next;
}

// What another's edit left alone is carried along as well; what it took away, and what may have come back with it, is found again.
// In a long report that is the difference between every key of everybody and a few of them.
function afterOthers(
  doc: Y.Doc, state: EditorState, marked: readonly Marked[], before: ReadonlyMap<string, Place>, transaction: Transaction,
): ReadonlyMap<string, Place> {
  const quotes = new Map(marked.map(({ id, quote }) => [id, quote]));
  const mapping = mappingOf(transaction);
  const { places, lost } = carry(before, mapping, transaction, (id) => quotes.get(id) ?? "");
  const changed = changedRange(mapping);
  const more = isUndo(transaction) || (changed !== null && changed.to - changed.from >= brings_back_units);
  const wanted = marked.filter(({ id }) => !places.has(id) && (more || lost.includes(id)));
  return wanted.length === 0 ? places : new Map([...places, ...placesOf(doc, state, wanted)]);
}

export function placesOf(doc: Y.Doc, state: EditorState, marked: readonly Marked[]): Map<string, Place> {
  const places = new Map<string, Place>();
  if (marked.length === 0) return places;
  const view = viewOf(doc);
  const flat = new FlatPositions(state.doc);
  for (const { id, anchor, quote } of marked) {
    const found = locate(view, anchor, quote);
    const place = found && placed(flat, found);
    if (found && place) places.set(id, { ...place, by: found.by });
  }
  return places;
}

function placed(flat: FlatPositions, range: Range): { from: number; to: number } | null {
  const from = flat.positionAt(range.start, "start");
  const to = flat.positionAt(range.end, "end");
  return from === null || to === null || from >= to ? null : { from, to };
}

function drawn(
  state: EditorState, marked: readonly Marked[], places: ReadonlyMap<string, Place>, focused: string | null,
): DecorationSet {
  const decorations = marked.flatMap(({ id, drawn }) => {
    const place = places.get(id);
    if (!place || !drawn) return [];
    const names = id === focused ? "commented focused" : "commented";
    return [Decoration.inline(place.from, Math.min(place.to, state.doc.content.size), { class: names, "data-thread": id })];
  });
  return DecorationSet.create(state.doc, decorations);
}

// Of several threads on the same words the one with the shortest range.
export function threadAt(state: EditorState, position: number): string | null {
  const marks = marks_key.getState(state);
  let best: { id: string; size: number } | null = null;
  for (const { id, drawn } of marks?.marked ?? []) {
    const place = marks?.places.get(id);
    if (!drawn || !place || position < place.from || position > place.to) continue;
    if (!best || place.to - place.from < best.size) best = { id, size: place.to - place.from };
  }
  return best?.id ?? null;
}

// Called when the shared text has taken the editor's last change: writes the positions that it lost.
export function writePositions(host: MarksHost, state: EditorState): void {
  const marks = marks_key.getState(state);
  if (!marks || marks.marked.length === 0 || !host.mayWrite()) return;
  const view = viewOf(host.doc);
  const flat = new FlatPositions(state.doc);
  for (const { id, anchor, quote } of marks.marked) {
    const wanted = wantedRange(view, flat, marks.places.get(id), anchor, quote);
    const has = positionsOf(view, anchor);
    if (!wanted || (has && has.start === wanted.start && has.end === wanted.end && holdsFast(view, anchor))) continue;
    const next = anchorAt(view, wanted);
    if (next) host.write(id, next);
  }
}

function wantedRange(view: TextView, flat: FlatPositions, place: Place | undefined, anchor: StoredAnchor, quote: string): Range | null {
  if (place) {
    const range = trimmed(view, { start: flat.offsetAt(place.from), end: flat.offsetAt(place.to) });
    if (likeness(view.text.slice(range.start, range.end), quote) >= likeness_min) return range;
  }
  return locate(view, anchor, quote);
}

export function show(view: EditorView, change: Change): void {
  view.dispatch(view.state.tr.setMeta(marks_key, change).setMeta("addToHistory", false));
}
