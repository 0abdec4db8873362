// The underlines: where each finding's words stand in the editor, carried along by every edit at once, and found again from the
// shared text when another's edit took them away. An underline is never drawn on other words than the finding's.

import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import type * as Y from "yjs";
import { locate } from "../anchors/stored_anchor";
import { viewOf } from "../anchors/text_view";
import { FlatPositions } from "../editor/flat_positions";
import { moved_range } from "../editor/sections";
import { isRendered, isUndo } from "../editor/transactions";
import { rank, type Finding } from "./finding";
import { carry, isLike, mappingOf, overlap, wordAt, type Place } from "../editor/places";

export interface UnderlinesState {
  // What is to be underlined.
  findings: ReadonlyMap<string, Finding>;
  places: ReadonlyMap<string, Place>;
  focused: string | null;
  // The word that is being typed: what is new there waits until it is left.
  typed: Place | null;
  waiting: ReadonlySet<string>;
  decorations: DecorationSet;
}

// `left`: no word is being typed any more.
type Change = { findings?: readonly Finding[]; focused?: string | null; left?: true };

export const underlines_key = new PluginKey<UnderlinesState>("findings");

export interface UnderlinesHost {
  // The shared text.
  doc: Y.Doc;
  // The set of findings that have a place has changed, or their order.
  placesChanged(): void;
  // The caret came to stand in these findings, the worst first; empty when it left. `clicked`: by the mouse or a finger.
  entered(ids: readonly string[], clicked: boolean): void;
}

export function underlinesPlugin(host: UnderlinesHost): Plugin<UnderlinesState> {
  return new Plugin<UnderlinesState>({
    key: underlines_key,
    state: {
      init: () => ({ findings: new Map(), places: new Map(), focused: null, typed: null, waiting: new Set(), decorations: DecorationSet.empty }),
      apply: (transaction, value, _before, state) => next(host.doc, transaction, value, state),
    },
    props: {
      decorations: (state) => underlines_key.getState(state)?.decorations,
      handleClick: (view, position) => {
        host.entered(findingsAt(view.state, position), true);
        return false;
      },
      handleDOMEvents: {
        blur: (view) => {
          if (underlines_key.getState(view.state)?.typed) show(view, { left: true });
          return false;
        },
      },
    },
    view: () => ({
      update(view, before) {
        const now = underlines_key.getState(view.state);
        const last = underlines_key.getState(before);
        if (!now || !last) return;
        if (now.places !== last.places && !sameOrder(now.places, last.places)) host.placesChanged();
        const moved = view.state.doc === before.doc && !view.state.selection.eq(before.selection);
        if (moved && view.hasFocus()) host.entered(findingsAt(view.state, view.state.selection.head), false);
      },
    }),
  });
}

function next(doc: Y.Doc, transaction: Transaction, value: UnderlinesState, state: EditorState): UnderlinesState {
  const change = transaction.getMeta(underlines_key) as Change | undefined;
  if (!change && !transaction.docChanged && !transaction.selectionSet) return value;
  let { findings, places, decorations } = value;
  const focused = change?.focused === undefined ? value.focused : change.focused;
  const typed = change?.left || isUndo(transaction) ? null : typedWord(transaction, value.typed, state);
  let waiting = value.waiting;
  let moved = false;

  if (transaction.docChanged) {
    const mapping = mappingOf(transaction);
    const carried = carry(places, mapping, transaction, (id) => findings.get(id)?.quote ?? "");
    places = carried.places;
    decorations = decorations.map(mapping, transaction.doc);
    moved = carried.lost.length > 0 || transaction.getMeta(moved_range) !== undefined;
    // Others' edits are in the shared text by now; one's own are not yet.
    const back = isRendered(transaction) && (carried.lost.length > 0 || isUndo(transaction)) ? foundAgain(doc, state, missing(findings, places)) : null;
    if (back?.size) {
      places = withFound(places, back);
      moved = true;
    }
  }
  if (change?.findings) {
    const before = { findings, places };
    findings = new Map(change.findings.map((finding) => [finding.id, finding]));
    places = placesOf(doc, state, findings, places);
    waiting = toWaitFor(typed, findings, places, before, value.waiting);
  } else if (waiting.size > 0 && !stillTyped(typed, waiting, places)) waiting = new Set();
  const redraw = moved || change?.findings !== undefined || waiting !== value.waiting || focused !== value.focused;
  if (redraw) decorations = redrawn(state.doc, moved ? DecorationSet.empty : decorations, linesOf(findings, places, waiting, focused, state.doc.content.size));
  return { findings, places, focused, typed, waiting, decorations };
}

// The word that one's own typing last changed, while the caret is in it.
function typedWord(transaction: Transaction, before: Place | null, state: EditorState): Place | null {
  const { selection } = state;
  if (!selection.empty) return null;
  const word = wordAt(state.doc, selection.head);
  if (transaction.docChanged && !isRendered(transaction)) return word;
  if (!before || !word) return null;
  const kept = transaction.docChanged ? mapped(before, transaction) : before;
  return overlap(kept, word) ? word : null;
}

function mapped(place: Place, transaction: Transaction): Place {
  const mapping = mappingOf(transaction);
  return { from: mapping.map(place.from, -1), to: mapping.map(place.to, 1) };
}

// What is known and still stands on its words stays where it is; everything else is looked for in the shared text.
function placesOf(doc: Y.Doc, state: EditorState, findings: ReadonlyMap<string, Finding>, before: ReadonlyMap<string, Place>): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const id of findings.keys()) {
    const place = before.get(id);
    if (place) places.set(id, place);
  }
  return withFound(places, foundAgain(doc, state, missing(findings, places)));
}

export function missing(findings: ReadonlyMap<string, Finding>, places: ReadonlyMap<string, Place>): Finding[] {
  return [...findings.values()].filter(({ id, anchor }) => anchor !== null && !places.has(id));
}

function withFound(places: ReadonlyMap<string, Place>, found: ReadonlyMap<string, Place>): ReadonlyMap<string, Place> {
  return found.size === 0 ? places : new Map([...places, ...found]);
}

export function foundAgain(doc: Y.Doc, state: EditorState, findings: readonly Finding[]): Map<string, Place> {
  const places = new Map<string, Place>();
  if (findings.length === 0) return places;
  const view = viewOf(doc);
  const flat = new FlatPositions(state.doc);
  for (const { id, anchor, quote } of findings) {
    const found = anchor && locate(view, anchor, quote);
    const from = found && flat.positionAt(found.start, "start");
    const to = found && flat.positionAt(found.end, "end");
    // The editor may be a moment ahead of the shared text: the words themselves decide.
    if (from !== null && to !== null && from < to && isLike(state.doc, { from, to }, quote)) places.set(id, { from, to });
  }
  return places;
}

function toWaitFor(
  typed: Place | null, findings: ReadonlyMap<string, Finding>, places: ReadonlyMap<string, Place>,
  before: Pick<UnderlinesState, "findings" | "places">, waited: ReadonlySet<string>,
): ReadonlySet<string> {
  const waiting = new Set<string>();
  if (!typed) return waiting;
  for (const [id, place] of places) {
    if (!overlap(place, typed)) continue;
    if (before.places.has(id) ? waited.has(id) : !replacesOne(findings.get(id)!, place, before)) waiting.add(id);
  }
  return waiting;
}

// The same rule was drawn there a moment ago: only its words have changed a little, and the line stays.
function replacesOne(finding: Finding, place: Place, before: Pick<UnderlinesState, "findings" | "places">): boolean {
  for (const [id, other] of before.findings) {
    const at = before.places.get(id);
    if (at && other.rule === finding.rule && other.plugin === finding.plugin && overlap(at, place)) return true;
  }
  return false;
}

function stillTyped(typed: Place | null, waiting: ReadonlySet<string>, places: ReadonlyMap<string, Place>): boolean {
  return typed !== null && [...waiting].some((id) => {
    const place = places.get(id);
    return place !== undefined && overlap(place, typed);
  });
}

// A stretch of text with the same findings all along, and the one of them that is drawn there.
interface Line extends Place {
  id: string;
  names: string;
  // Its finding goes on at this end, and so does the line when something is typed there.
  inclusiveStart: boolean;
  inclusiveEnd: boolean;
}

// Where findings overlap, the worst is drawn, and of equals the shortest: what stands within a longer one is to be seen and reached.
export function linesOf(
  findings: ReadonlyMap<string, Finding>, places: ReadonlyMap<string, Place>, waiting: ReadonlySet<string>, focused: string | null, end: number,
): Line[] {
  const drawn = [...places].flatMap(([id, { from, to }]) => {
    const finding = findings.get(id);
    return finding && !waiting.has(id) && from < Math.min(to, end) ? [{ finding, from, to: Math.min(to, end) }] : [];
  });
  drawn.sort((a, b) => a.from - b.from);
  const lines: Line[] = [];
  let under: typeof drawn = [];
  let at = 0;
  for (let next = 0; next < drawn.length || under.length > 0;) {
    if (under.length === 0) at = drawn[next]!.from;
    while (next < drawn.length && drawn[next]!.from === at) under.push(drawn[next++]!);
    const to = Math.min(next < drawn.length ? drawn[next]!.from : Infinity, ...under.map((one) => one.to));
    const best = under.reduce((best, one) => (stronger(one, best) ? one : best));
    const { finding } = best;
    const focus = under.find((one) => one.finding.id === focused)?.finding;
    const names = `finding finding-${finding.severity}${finding.stale ? " finding-old" : ""}${focus ? ` finding-focused focused-${focus.severity}` : ""}`;
    const last = lines.at(-1);
    const inclusiveEnd = best.to > to;
    if (last && last.id === finding.id && last.to === at && last.names === names) Object.assign(last, { to, inclusiveEnd });
    else lines.push({ id: finding.id, from: at, to, names, inclusiveStart: best.from < at, inclusiveEnd });
    at = to;
    under = under.filter((one) => one.to > at);
  }
  return lines;
}

type Drawn = Place & { finding: Finding };

function stronger(a: Drawn, b: Drawn): boolean {
  const by = rank(a.finding.severity) - rank(b.finding.severity) || (a.to - a.from) - (b.to - b.from);
  return by < 0 || (by === 0 && a.finding.id < b.finding.id);
}

const keyOf = ({ from, to, ...said }: Line): string => `${from} ${to} ${JSON.stringify(said)}`;

// Only what differs is taken away and put in: a report may have a thousand lines, and a check changes a few.
function redrawn(doc: Node, decorations: DecorationSet, lines: readonly Line[]): DecorationSet {
  const wanted = new Map(lines.map((line) => [keyOf(line), line]));
  const gone = decorations.find().filter(({ from, to, spec }) => !wanted.delete(keyOf({ from, to, ...(spec as Omit<Line, keyof Place>) })));
  const come = [...wanted.values()].map(({ from, to, ...said }) => Decoration.inline(from, to, { class: said.names, "data-finding": said.id }, said));
  const kept = gone.length === 0 ? decorations : decorations.remove(gone);
  return come.length === 0 ? kept : kept.add(doc, come);
}

function sameOrder(a: ReadonlyMap<string, Place>, b: ReadonlyMap<string, Place>): boolean {
  if (a.size !== b.size) return false;
  const others = b.keys();
  for (const id of a.keys()) if (others.next().value !== id) return false;
  return true;
}

// The worst first, of equals the shortest: what is in the middle of something else can be reached.
export function findingsAt(state: EditorState, position: number): string[] {
  const { findings, places, waiting } = underlines_key.getState(state) ?? {};
  if (!findings || !places) return [];
  const here: { id: string; worth: number; size: number }[] = [];
  for (const [id, { from, to }] of places) {
    const finding = findings.get(id);
    if (!finding || waiting?.has(id) || position < from || position > to) continue;
    here.push({ id, worth: rank(finding.severity), size: to - from });
  }
  return here.sort((a, b) => a.worth - b.worth || a.size - b.size).map(({ id }) => id);
}

export function show(view: EditorView, change: Change): void {
  view.dispatch(view.state.tr.setMeta(underlines_key, change).setMeta("addToHistory", false));
}
