// The findings of one open report: what the checks say, where it stands in the text, which one has the focus, and what can be done
// about it. Between the store (checks.ts), the editor (marks.ts) and what is drawn.

import { Extension, type Editor } from "@tiptap/core";
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals";
import { TextSelection } from "@tiptap/pm/state";
import { yUndoPluginKey } from "@tiptap/y-tiptap";
import type { ReportSession } from "../provider/report_session";
import { sectionsOf } from "../editor/sections";
import type { Checks } from "./checks";
import { rank, type Finding, type Fix, type Severity } from "./finding";
import { findingsAt, missing, show, underlines_key, underlinesPlugin } from "./marks";
import { fixed } from "./mend_text";
import { countsOf, noCounts, type Counts, type Listed } from "./order";

const hidden_ms = 3000;

export interface Asked {
  ids: readonly string[];
  // By keyboard: what opens takes the focus.
  grab: boolean;
  // Counts up, so that asking for the same again is news.
  turn: number;
}

export class Findings {
  // Not ignored, plugin by plugin.
  readonly open: ReadonlySignal<readonly Finding[]>;
  // Those of them that are to be seen, with where they stood when the list last changed: findings on words that are in the text, and
  // those that are not about words.
  readonly shown: ReadonlySignal<readonly Listed[]>;
  readonly ignored: ReadonlySignal<readonly Finding[]>;
  readonly counts: ReadonlySignal<Counts>;
  readonly focused: Signal<string | null> = signal(null);
  // What the caret stands in, the worst first.
  readonly here: Signal<readonly string[]> = signal([]);
  // Set by a click on underlined words, or a key: their card is to be shown.
  readonly asked: Signal<Asked | null> = signal(null);
  // Counts up when findings came to stand in the text, left it, or changed their order.
  readonly turn = signal(0);

  private editor_: Editor | null = null;
  private asked_turn_ = 0;
  // Mended or ignored here a moment ago: not shown while the server has not said so itself.
  private readonly hidden_ = signal<ReadonlyMap<string, readonly Finding[]>>(new Map());
  private readonly stops_: (() => void)[] = [];

  constructor(private readonly session_: ReportSession, readonly checks: Checks) {
    this.open = computed(() => checks.findings.value.filter((finding) => !finding.ignored && !this.isHidden_(finding)));
    this.ignored = computed(() => checks.findings.value.filter(({ ignored }) => ignored));
    this.shown = computed(() => this.listed_(this.open.value));
    this.counts = computed(() => countsOf(this.shown.value.map(({ finding }) => finding)));
  }

  extension() {
    const findings = this;
    return Extension.create({
      name: "findings",
      priority: 5,
      addProseMirrorPlugins: () => [underlinesPlugin({
        doc: findings.session_.doc,
        placesChanged: () => findings.turn.value++,
        entered: (ids, clicked) => findings.entered_(ids, clicked),
      })],
      onCreate() {
        findings.bind_(this.editor);
      },
    });
  }

  destroy(): void {
    this.editor_ = null;
    for (const stop of this.stops_.splice(0)) stop();
  }

  find(id: string): Finding | null {
    return this.checks.findings.peek().find((finding) => finding.id === id) ?? null;
  }

  // The worst of those on each field of the report's head.
  worstByField(): Map<string, Severity> {
    const worst = new Map<string, Severity>();
    for (const { finding: { field, severity } } of this.shown.value) {
      if (field && (!worst.has(field) || rank(severity) < rank(worst.get(field)!))) worst.set(field, severity);
    }
    return worst;
  }

  // Open findings by the id of the section, and of the hypothesis, that their words stand in.
  countsByPart(): Map<string, Counts> {
    const counts = new Map<string, Counts>();
    const { state } = this.editor_ ?? {};
    for (const { finding, at } of this.shown.value) {
      if (!state || at === null || at > state.doc.content.size) continue;
      const inside = state.doc.resolve(at);
      for (let depth = inside.depth; depth > 0; --depth) {
        const { type, attrs } = inside.node(depth);
        const id: unknown = attrs["id"];
        if ((type.name !== "section" && type.name !== "hypothesis") || typeof id !== "string") continue;
        const part = counts.get(id) ?? noCounts();
        ++part[finding.severity];
        counts.set(id, part);
      }
    }
    return counts;
  }

  focus(id: string | null): void {
    this.focused.value = id;
  }

  // Focuses the finding and brings its words into view; `caret` also puts the caret there.
  reveal(id: string, caret = false): void {
    this.focus(id);
    const finding = this.find(id);
    if (finding?.field) return revealField(finding, caret);
    const editor = this.editor_;
    const place = this.placeOf_(id);
    if (!editor || !place || editor.view.dom.getClientRects().length === 0) return;
    if (caret) {
      const selection = TextSelection.create(editor.state.doc, place.from);
      editor.view.dispatch(editor.state.tr.setSelection(selection));
      editor.view.focus();
    }
    const { top } = editor.view.coordsAtPos(place.from);
    if (top > 140 && top < window.innerHeight - 140) return;
    window.scrollBy({ top: top - window.innerHeight / 3, behavior: calm() ? "auto" : "smooth" });
  }

  // To the next finding in the text after the caret, round the end.
  step(direction: -1 | 1): Finding | null {
    const editor = this.editor_;
    const places = editor && underlines_key.getState(editor.state)?.places;
    if (!editor || !places) return null;
    const order = this.open.peek()
      .flatMap((finding) => {
        const place = places.get(finding.id);
        return place ? [{ finding, from: place.from }] : [];
      })
      .sort((a, b) => a.from - b.from || rank(a.finding.severity) - rank(b.finding.severity) || (a.finding.id < b.finding.id ? -1 : 1));
    if (order.length === 0) return null;
    const caret = editor.state.selection.from;
    // Several may begin at the same letter: from the one that has the focus to the next.
    const focused = order.findIndex(({ finding, from }) => finding.id === this.focused.peek() && from === caret);
    let next = focused >= 0 ? focused + direction : direction > 0 ? order.findIndex(({ from }) => from > caret) : order.findLastIndex(({ from }) => from < caret);
    if (next < 0) next = direction > 0 ? 0 : order.length - 1;
    const { finding } = order[next % order.length]!;
    this.reveal(finding.id, true);
    return finding;
  }

  ask(ids: readonly string[], grab = false): void {
    this.asked.value = ids.length === 0 ? null : { ids, grab, turn: ++this.asked_turn_ };
  }

  // At the caret, the worst first.
  atCaret(): Finding[] {
    const editor = this.editor_;
    if (!editor) return [];
    return findingsAt(editor.state, editor.state.selection.head).flatMap((id) => this.find(id) ?? []);
  }

  mayFix(): boolean {
    return this.session_.writable.value;
  }

  // Takes the finding off the page until the server says what is true, or `unhide` is called.
  hide(finding: Finding): void {
    this.hidden_.value = new Map(this.hidden_.peek()).set(finding.id, this.checks.listOf(finding.plugin));
    // No list comes when things are as they were: a fix that was undone at once.
    const timer = setTimeout(() => this.unhide(finding.id), hidden_ms);
    this.stops_.push(() => clearTimeout(timer));
  }

  unhide(id: string): void {
    const hidden = new Map(this.hidden_.peek());
    if (hidden.delete(id)) this.hidden_.value = hidden;
  }

  // False when the words are not what they were.
  apply(finding: Finding, fix: Fix): boolean {
    const editor = this.editor_;
    if (!editor || !editor.isEditable) return false;
    const transaction = fixed(this.session_.doc, editor.state, fix);
    if (!transaction) return false;
    const { undoManager } = yUndoPluginKey.getState(editor.state) as { undoManager: { stopCapturing(): void } };
    undoManager.stopCapturing();
    editor.view.dispatch(transaction.setMeta(underlines_key, { left: true }));
    undoManager.stopCapturing();
    this.hide(finding);
    return true;
  }

  undo(): void {
    this.editor_?.commands.undo();
  }

  // Where the words stand in the window; null while they are not drawn.
  boxOf(id: string): { left: number; top: number; bottom: number } | null {
    const place = this.placeOf_(id);
    if (!place || !this.editor_ || this.editor_.isDestroyed) return null;
    const start = this.editor_.view.coordsAtPos(place.from);
    const end = this.editor_.view.coordsAtPos(place.to, -1);
    return { left: start.left, top: start.top, bottom: start.top === end.top ? start.bottom : Math.min(end.bottom, start.bottom + 60) };
  }

  backToText(): void {
    this.editor_?.commands.focus(null, { scrollIntoView: false });
  }

  // A list that came after the finding was hidden says what is true.
  private isHidden_({ id, plugin }: Finding): boolean {
    const list = this.hidden_.value.get(id);
    return list !== undefined && list === this.checks.listOf(plugin);
  }

  private listed_(findings: readonly Finding[]): Listed[] {
    void this.turn.value;
    const { state } = this.editor_ ?? {};
    const places = state && underlines_key.getState(state)?.places;
    const sections = state ? sectionsOf(state.doc) : [];
    return findings.flatMap((finding) => {
      const at = places?.get(finding.id)?.from ?? null;
      if (at === null && finding.anchor) return [];
      const id: unknown = at === null ? null : sections.find(({ position, node }) => at >= position && at <= position + node.nodeSize)?.node.attrs["id"];
      return [{ finding, at, section: typeof id === "string" ? id : null }];
    });
  }

  private placeOf_(id: string): { from: number; to: number } | null {
    const editor = this.editor_;
    if (!editor || editor.isDestroyed) return null;
    return underlines_key.getState(editor.state)?.places.get(id) ?? null;
  }

  private bind_(editor: Editor): void {
    this.editor_ = editor;
    this.stops_.push(effect(() => {
      const findings = this.open.value;
      if (editor.isDestroyed) return;
      untracked(() => {
        show(editor.view, { findings });
        this.turn.value++;
      });
    }));
    // Words that were cut and came back: the list says nothing new, and they are in the text again.
    this.stops_.push(effect(() => {
      void this.checks.checked.value;
      if (editor.isDestroyed) return;
      const { findings, places } = underlines_key.getState(editor.state)!;
      if (missing(findings, places).length > 0) untracked(() => show(editor.view, { findings: [...findings.values()] }));
    }));
    this.stops_.push(effect(() => {
      const focused = this.focused.value;
      if (!editor.isDestroyed) untracked(() => show(editor.view, { focused }));
    }));
  }

  private entered_(ids: readonly string[], clicked: boolean): void {
    if (ids.join() !== this.here.peek().join()) this.here.value = ids;
    if (ids.length > 0 && !(this.focused.peek() !== null && ids.includes(this.focused.peek()!))) this.focus(ids[0]!);
    if (clicked) this.ask(ids);
    else if (this.asked.peek() && ids.join() !== this.asked.peek()!.ids.join()) this.ask([]);
  }
}

// What is not about words of the text stands in the head of the report, or in its list of tags.
function revealField(finding: Finding, focus: boolean): void {
  const element = document.querySelector<HTMLElement>(finding.field === "tags" ? ".tag-list" : `[data-field="${finding.field}"]`);
  element?.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  if (focus) element?.focus();
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
