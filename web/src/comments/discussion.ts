// The comments of one open report: threads, where they stand in the text, which one has the focus, what is being written.

import { Extension, type Editor } from "@tiptap/core";
import { batch, computed, effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals";
import { anchorAt, quoteOf, trimmed } from "../anchors/stored_anchor";
import { viewOf } from "../anchors/text_view";
import type { ReportSession } from "../provider/report_session";
import { FlatPositions } from "../editor/flat_positions";
import { sectionAt } from "../editor/sections";
import { Drafts, type NewDraft } from "./drafts";
import { marks_key, marksPlugin, show, threadAt, tookWordsAway, writePositions, type Marked, type MarksHost, type Place } from "./thread_marks";
import { deleteMessage, quote_max, reply, setAnchor, setState, startThread, threadsOf, type Thread } from "./threads";

// The words a new comment is being written on are marked like a thread's, under this name.
export const draft_id = "draft";

export type Filter = "open" | "mine" | "resolved";

export class Discussion {
  readonly threads: ReadonlySignal<readonly Thread[]>;
  readonly places: Signal<ReadonlyMap<string, Place>> = signal(new Map());
  readonly focused = signal<string | null>(null);
  readonly draft: Signal<NewDraft | null>;
  readonly filter = signal<Filter>("open");
  readonly shown: ReadonlySignal<readonly Thread[]>;
  // Counts up whenever cards may have to move.
  readonly layout = signal(0);
  // How often a comment was begun: the composer takes the focus each time.
  readonly begun = signal(0);
  readonly drafts: Drafts;

  private editor_: Editor | null = null;
  private readonly threads_ = signal<readonly Thread[]>([]);
  private readonly stops_: (() => void)[] = [];
  private readonly host_: MarksHost;

  constructor(private readonly session_: ReportSession) {
    this.threads = this.threads_;
    this.drafts = new Drafts(session_.id, session_.user.id);
    this.draft = signal(session_.canComment.peek() ? this.drafts.started() : null);
    this.shown = computed(() => this.threads.value.filter((thread) => this.passes_(thread)));
    this.host_ = {
      doc: session_.doc,
      mayWrite: () => session_.writable.peek() && session_.canComment.peek(),
      write: (id, anchor) => {
        if (id !== draft_id) return setAnchor(session_.comments, id, anchor);
        const draft = this.draft.peek();
        if (draft) this.keepDraft({ ...draft, anchor });
      },
      entered: (id) => this.focus(id),
      placesChanged: () => this.follow_(),
    };
    const read = (): void => void (this.threads_.value = threadsOf(session_.comments));
    const root = session_.comments.getMap("threads");
    root.observeDeep(read);
    this.stops_.push(() => root.unobserveDeep(read));
    read();
  }

  extension() {
    const discussion = this;
    return Extension.create({
      name: "discussion",
      priority: 10,
      addProseMirrorPlugins: () => [marksPlugin(discussion.host_)],
      onCreate() {
        discussion.bind_(this.editor);
      },
      onTransaction({ editor, transaction, appendedTransactions = [] }) {
        if (tookWordsAway([transaction, ...appendedTransactions])) writePositions(discussion.host_, editor.state);
      },
      onSelectionUpdate({ editor }) {
        if (!editor.state.selection.empty || !editor.isFocused) return;
        const id = threadAt(editor.state, editor.state.selection.head);
        if (id !== null && id !== discussion.focused.peek()) discussion.focus(id);
      },
    });
  }

  destroy(): void {
    this.editor_ = null;
    for (const stop of this.stops_.splice(0)) stop();
  }

  focus(id: string | null): void {
    batch(() => {
      this.focused.value = id;
      this.layout.value = this.layout.peek() + 1;
    });
  }

  // Focuses the thread and brings its words into view.
  reveal(id: string): void {
    this.focus(id);
    const place = this.places.peek().get(id);
    const editor = this.editor_;
    if (!place || !editor || editor.view.dom.getClientRects().length === 0) return;
    const { top } = editor.view.coordsAtPos(place.from);
    if (top > 140 && top < window.innerHeight - 120) return;
    window.scrollBy({ top: top - window.innerHeight / 3, behavior: calm() ? "auto" : "smooth" });
  }

  backToText(): void {
    this.editor_?.commands.focus(null, { scrollIntoView: false });
  }

  // Begins a comment on the selection; false when nothing is selected.
  begin(): boolean {
    const editor = this.editor_;
    if (!editor || !this.session_.canComment.peek()) return false;
    const anchored = this.selected_();
    if (!anchored) return false;
    const body = this.draft.peek()?.body ?? "";
    batch(() => {
      this.filter.value = "open";
      this.keepDraft({ ...anchored, body });
      this.begun.value = this.begun.peek() + 1;
      this.focus(draft_id);
    });
    return true;
  }

  keepDraft(draft: NewDraft | null): void {
    this.draft.value = draft;
    this.drafts.keepStarted(draft);
  }

  send(body: string): void {
    const draft = this.draft.peek();
    if (!draft || body.trim() === "") return;
    const id = startThread(this.session_.comments, this.session_.user, draft.anchor, draft.quote, body);
    this.keepDraft(null);
    this.focus(id);
  }

  reply(id: string, body: string): void {
    if (body.trim() === "") return;
    reply(this.session_.comments, id, this.session_.user, body);
    this.drafts.keepReply(id, "");
  }

  setState(id: string, state: Thread["state"]): void {
    setState(this.session_.comments, id, state);
    if (state === "resolved" && this.focused.peek() === id) this.focus(null);
  }

  deleteMessage(id: string, message: string): void {
    deleteMessage(this.session_.comments, id, message);
  }

  // Anchors are every editor's; the thread's author may also move it.
  mayAttach(thread: Thread): boolean {
    return this.session_.canComment.value && (this.session_.writable.value || thread.by === this.session_.user.id);
  }

  attach(id: string): boolean {
    const anchored = this.selected_();
    if (!anchored) return false;
    setAnchor(this.session_.comments, id, anchored.anchor, anchored.quote);
    this.focus(id);
    return true;
  }

  // In the order of the text; a thread without a place is not among them.
  step(direction: -1 | 1): boolean {
    const order = this.shown.peek()
      .flatMap(({ id }) => ({ id, place: this.places.peek().get(id) }))
      .flatMap(({ id, place }) => (place ? [{ id, from: place.from }] : []))
      .sort((a, b) => a.from - b.from);
    if (order.length === 0) return false;
    const at = order.findIndex(({ id }) => id === this.focused.peek());
    const next = at < 0 ? (direction > 0 ? 0 : order.length - 1) : (at + direction + order.length) % order.length;
    this.reveal(order[next]!.id);
    return true;
  }

  // Open threads by the id of the section their words stand in.
  countBySection(): Map<string, number> {
    const counts = new Map<string, number>();
    const { doc } = this.editor_?.state ?? {};
    for (const { id, state } of this.threads.value) {
      const place = this.places.value.get(id);
      if (!doc || state !== "open" || !place || place.to > doc.content.size) continue;
      const section: unknown = sectionAt(doc, place.from)?.node.attrs["id"];
      if (typeof section === "string") counts.set(section, (counts.get(section) ?? 0) + 1);
    }
    return counts;
  }

  // Where the words of a thread begin, in pixels of the window.
  topOf(id: string): number | null {
    const place = this.places.peek().get(id);
    if (!place || !this.editor_ || this.editor_.isDestroyed) return null;
    return this.editor_.view.coordsAtPos(Math.min(place.from, this.editor_.state.doc.content.size)).top;
  }

  private bind_(editor: Editor): void {
    this.editor_ = editor;
    this.stops_.push(effect(() => {
      // Resolved threads leave the paper, but for the one that is looked at in the list of the resolved.
      const looked_at = this.filter.value === "open" ? null : this.focused.value;
      const marked: Marked[] = this.threads.value.map(({ id, anchor, quote, state }) => (
        { id, anchor, quote, drawn: state === "open" || id === looked_at }));
      const draft = this.draft.value;
      if (draft) marked.push({ id: draft_id, anchor: draft.anchor, quote: draft.quote, drawn: true });
      if (!editor.isDestroyed) untracked(() => show(editor.view, { marked }));
    }));
    this.stops_.push(effect(() => {
      const focused = this.focused.value;
      if (!editor.isDestroyed) untracked(() => show(editor.view, { focused }));
    }));
  }

  private follow_(): void {
    const places = this.editor_ && marks_key.getState(this.editor_.state)?.places;
    batch(() => {
      if (places && places !== this.places.peek()) this.places.value = places;
      this.layout.value = this.layout.peek() + 1;
    });
  }

  private selected_(): Omit<NewDraft, "body"> | null {
    const editor = this.editor_;
    if (!editor || editor.state.selection.empty) return null;
    const { from, to } = editor.state.selection;
    const view = viewOf(this.session_.doc);
    const flat = new FlatPositions(editor.state.doc);
    const start = flat.offsetAt(from);
    const range = trimmed(view, { start, end: Math.min(flat.offsetAt(to), start + quote_max) });
    const anchor = anchorAt(view, range);
    return anchor && { anchor, quote: quoteOf(view, range) };
  }

  private passes_(thread: Thread): boolean {
    switch (this.filter.value) {
      case "open":
        return thread.state === "open";
      case "mine":
        return thread.messages.some(({ author }) => author === this.session_.user.id);
      case "resolved":
        return thread.state === "resolved";
    }
  }
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
