// Notices where two people changed the same sentence within a few seconds, or one took away what the other had just written. Edits
// merge by themselves; this only remembers how one's own sentence read, so that nothing is gone without a word.

import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { changedRange, mappingOf, wordsAt, type Place } from "./places";
import { isRendered, isUndo } from "./transactions";

// A sentence changed longer ago than this was finished when the other one came.
const window_ms = 10_000;
const quiet_ms = 60_000;

export interface Clash {
  // How the sentence read when one last wrote in it.
  mine: string;
  // How it reads now; empty when it is gone.
  now: string;
  // Where it stands, or stood.
  place: Place;
}

interface Own extends Place {
  words: string;
  at: number;
}

export interface SameTimeState {
  own: readonly Own[];
  clash: Clash | null;
  // Two who go on writing in one sentence know it by now: until then only words that go are told.
  quiet_until: number;
}

export const same_time_key = new PluginKey<SameTimeState>("sameTime");

// `now` in Unix ms. What was written while there was no connection does not age: `offlineUntil` is when there last was none.
export function sameTimePlugin(now: () => number, offlineUntil: () => number): Plugin<SameTimeState> {
  return new Plugin<SameTimeState>({
    key: same_time_key,
    state: {
      init: () => ({ own: [], clash: null, quiet_until: 0 }),
      apply(transaction, value, _before, state) {
        if (transaction.getMeta(same_time_key) === "answered") return { own: [], clash: null, quiet_until: now() + quiet_ms };
        if (!transaction.docChanged) return value;
        const own = value.own.filter(({ at }) => now() - Math.max(at, offlineUntil()) <= window_ms);
        const clash = value.clash && mappedClash(value.clash, transaction);
        if (!isRendered(transaction)) return { ...value, own: written(own, transaction, state, now()), clash };
        // One's own undo takes words away on purpose.
        if (isUndo(transaction)) return { ...value, own: [], clash };
        return { ...value, ...met(own, clash, transaction, state, now() < value.quiet_until) };
      },
    },
  });
}

function written(own: readonly Own[], transaction: Transaction, state: EditorState, at: number): Own[] {
  const kept = carriedOwn(own, transaction);
  const changed = changedRange(transaction.mapping);
  const sentence = changed && sentenceAt(state.doc, Math.min(changed.to, state.doc.content.size));
  if (!sentence) return kept;
  const others = kept.filter((one) => one.to < sentence.from || one.from > sentence.to);
  return [...others, { ...sentence, words: wordsAt(state.doc, sentence), at }];
}

function carriedOwn(own: readonly Own[], transaction: Transaction): Own[] {
  return own.flatMap((one) => {
    const from = transaction.mapping.map(one.from, -1);
    const to = transaction.mapping.map(one.to, 1);
    return from < to ? [{ ...one, from, to }] : [];
  });
}

function met(own: readonly Own[], clash: Clash | null, transaction: Transaction, state: EditorState, quiet: boolean): Pick<SameTimeState, "own" | "clash"> {
  const mapping = mappingOf(transaction);
  const changed = changedRange(mapping);
  const left: Own[] = [];
  let found = clash;
  for (const one of own) {
    const from = mapping.map(one.from, -1);
    const to = mapping.map(one.to, 1);
    const now = wordsAt(state.doc, { from, to });
    const touched = changed !== null && changed.from <= to && changed.to >= from && wordsAt(transaction.before, one) !== now;
    if (!touched || (quiet && now.length >= one.words.length)) {
      left.push({ ...one, from, to });
      continue;
    }
    const sentence = from < to ? { from, to } : (sentenceAt(state.doc, from) ?? { from, to });
    found = { mine: one.words.trim(), now: wordsAt(state.doc, sentence).trim(), place: sentence };
  }
  return { own: left, clash: found };
}

function mappedClash(clash: Clash, transaction: Transaction): Clash {
  const mapping = mappingOf(transaction);
  const place = { from: mapping.map(clash.place.from, -1), to: mapping.map(clash.place.to, 1) };
  return { ...clash, place, now: wordsAt(transaction.doc, place).trim() };
}

// The sentence around a position, inside its block.
export function sentenceAt(doc: Node, position: number): Place | null {
  const at = doc.resolve(Math.min(position, doc.content.size));
  if (!at.parent.isTextblock) return null;
  const text = at.parent.textBetween(0, at.parent.content.size, undefined, "\ufffc");
  const ends = [...text.matchAll(/[.!?…]+["”’)]*\s+/gu)].map(({ index, 0: end }) => index + end.length);
  const start = ends.findLast((end) => end <= at.parentOffset) ?? 0;
  // Right behind a full stop one has finished that sentence.
  const begin = start === at.parentOffset && start === text.length ? (ends.at(-2) ?? 0) : start;
  const end = ends.find((end) => end > Math.max(begin, at.parentOffset - (begin < start ? 1 : 0))) ?? text.length;
  return begin < end ? { from: at.start() + begin, to: at.start() + end } : null;
}

// Puts one's own sentence behind what is there now.
export function keepMine(state: EditorState, clash: Clash): Transaction {
  const at = Math.min(clash.place.to, state.doc.content.size);
  const before = state.doc.textBetween(Math.max(0, at - 1), at, "\n", "\ufffc");
  const space = before === "" || /\s/u.test(before) || state.doc.resolve(at).parentOffset === 0 ? "" : " ";
  const transaction = state.tr;
  if (state.doc.resolve(at).parent.isTextblock) transaction.insertText(`${space}${clash.mine}`, at);
  else transaction.insert(at, state.schema.nodes["paragraph"]!.create(null, state.schema.text(clash.mine)));
  return transaction.setMeta(same_time_key, "answered");
}

export const answered = (state: EditorState): Transaction => state.tr.setMeta(same_time_key, "answered").setMeta("addToHistory", false);
