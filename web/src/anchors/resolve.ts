// Finds the words an anchor points at. Pure: text and anchor in, a range or nothing out. `cases.json` holds the cases that every
// implementation of this algorithm must pass.
//
// 1. The range that the relative positions give, if its words are at least 60 % like the quote.
// 2. Else the quote's occurrence with the best context: in the block, else in the section, else in the report.
//    Quote, context and text are compared without white space, so that a split or a join changes nothing.
//    A short quote needs some of its context too: another "India" is not the one that was meant.
// 3. Else nothing: the anchor is an orphan.

import type { FlatText } from "./text_view";

export interface Range {
  start: number;
  end: number;
}

export interface Anchor {
  quote: string;
  before: string;
  after: string;
  block: string | null;
  section: string | null;
}

export interface Resolved extends Range {
  by: "positions" | "quote";
}

export const likeness_min = 0.6;
export const context_units = 32;
// Without white space: a quote this long speaks for itself, a shorter one needs so much of its context to agree.
export const plain_quote_min = 24;
export const context_min = 8;
// Longer differing parts are not compared letter by letter; what they share at both ends decides.
const compared_max = 2048;

export function resolve(flat: FlatText, anchor: Anchor, positions: Range | null): Resolved | null {
  if (positions && positions.start < positions.end) {
    const words = flat.text.slice(positions.start, positions.end);
    if (likeness(words, anchor.quote) >= likeness_min) return { ...positions, by: "positions" };
  }
  const quote = squeeze(anchor.quote);
  if (quote.text === "") return null;
  const search = new Search(flat, anchor, quote.text);
  for (const scope of scopes(flat, anchor)) {
    const found = search.best(scope);
    if (found) return { ...found, by: "quote" };
  }
  return null;
}

// 1 for equal strings, 0 for strings with nothing in common: 1 less the edit distance over the longer length.
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) ++head;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) ++tail;
  const left = a.slice(head, a.length - tail);
  const right = b.slice(head, b.length - tail);
  if (Math.max(left.length, right.length) > compared_max) return (head + tail) / longer;
  return 1 - distance(left, right) / longer;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function scopes(flat: FlatText, anchor: Anchor): Range[] {
  const found: Range[] = [];
  const block = anchor.block === null ? undefined : flat.blocks.find(({ id }) => id === anchor.block);
  if (block) found.push(block);
  const section = anchor.section === null ? [] : flat.blocks.filter(({ section }) => section === anchor.section);
  if (section.length > 0) found.push({ start: section[0]!.start, end: section.at(-1)!.end });
  return [...found, { start: 0, end: flat.text.length }];
}

interface Squeezed {
  text: string;
  // Where each unit stood.
  at: number[];
}

const is_white = (unit: string): boolean => unit === " " || unit === "\n" || unit === "\t" || unit === "\r" || unit === "\u00a0";

function squeeze(text: string): Squeezed {
  const at: number[] = [];
  let squeezed = "";
  for (let index = 0; index < text.length; ++index) {
    if (is_white(text[index]!)) continue;
    squeezed += text[index];
    at.push(index);
  }
  return { text: squeezed, at };
}

// Many anchors are looked for in one text.
const squeezed_texts = new WeakMap<FlatText, Squeezed>();

function squeezedText(flat: FlatText): Squeezed {
  let squeezed = squeezed_texts.get(flat);
  if (!squeezed) squeezed_texts.set(flat, (squeezed = squeeze(flat.text)));
  return squeezed;
}

class Search {
  private readonly all_: Squeezed;
  private readonly before_: string;
  private readonly after_: string;

  constructor(
    private readonly flat_: FlatText,
    private readonly anchor_: Anchor,
    private readonly quote_: string,
  ) {
    this.all_ = squeezedText(flat_);
    this.before_ = squeeze(anchor_.before).text;
    this.after_ = squeeze(anchor_.after).text;
  }

  // Of occurrences with the same context the first one.
  best(scope: Range): Range | null {
    const { text, at } = this.all_;
    let best: Range | null = null;
    let best_context = -1;
    for (let from = text.indexOf(this.quote_); from >= 0; from = text.indexOf(this.quote_, from + 1)) {
      const range = { start: at[from]!, end: at[from + this.quote_.length - 1]! + 1 };
      if (range.start < scope.start || range.end > scope.end) continue;
      const context = this.context_(from);
      if (context > best_context && this.enough_(context, range)) {
        best = range;
        best_context = context;
      }
    }
    return best;
  }

  // How many units of the context agree, counted from the quote outwards.
  private context_(from: number): number {
    const { text } = this.all_;
    const to = from + this.quote_.length;
    let before = 0;
    while (before < this.before_.length && text[from - 1 - before] === this.before_[this.before_.length - 1 - before]) ++before;
    let after = 0;
    while (after < this.after_.length && text[to + after] === this.after_[after]) ++after;
    return before + after;
  }

  private enough_(context: number, range: Range): boolean {
    if (this.quote_.length >= plain_quote_min) return true;
    if (context >= Math.min(context_min, this.before_.length + this.after_.length)) return true;
    // All of the block it was made in.
    const block = this.flat_.blocks.find(({ start, end }) => start <= range.start && range.end <= end);
    return block !== undefined && block.id !== null && block.id === this.anchor_.block &&
      squeeze(this.flat_.text.slice(block.start, block.end)).text === this.quote_;
  }
}
