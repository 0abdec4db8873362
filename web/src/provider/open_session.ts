import { computed, effect, signal } from "@preact/signals";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { ApiError, readReport, readSession } from "../wire/api";
import { Connection, going_away, other_epoch, signed_out_code } from "./connection";
import type { Received } from "./acknowledgements";
import { role_prefix } from "./erase_copies";
import { LocalCopy, UnsentCount } from "./local_copy";
import { Peers } from "./peers";
import type { Access, Person, Refusal, Role, ServerMessage, ShellSession } from "./report_session";
import { nextTurn, patience_ms, saveState, type SaveFacts } from "./save_state";

// How long a slow local store may hold up the first connection.
const copy_ms = 2000;
// How long a page that was left goes on storing in the background.
const linger_ms = 15_000;

// Opens the report for this user. At once gives what is kept on this device, and connects.
export function openSession(id: string, user: Person): ShellSession {
  return new Session(id, user);
}

class Session implements ShellSession {
  readonly doc = new Y.Doc();
  readonly comments = new Y.Doc();
  readonly awareness = new Peers(this.doc);

  readonly role = signal<Role>("viewer");
  readonly roleChanged = signal(false);
  readonly access = signal<Access>("pending");
  readonly storageFailed = signal(false);
  readonly serverGoing = signal(false);
  readonly refused = signal<Refusal | null>(null);
  readonly loaded = signal(false);
  readonly nextTry;
  readonly connected;
  readonly keptOnDevice;
  readonly writable = computed(
    () => (this.role.value === "owner" || this.role.value === "editor") && !this.refused.value && this.access.value !== "gone",
  );
  readonly canComment = computed(() => this.role.value !== "viewer" && !this.refused.value && this.access.value !== "gone");
  readonly saveState;

  private readonly names_: { text: string; comments: string };
  private readonly connection_: Connection;
  private readonly copies_: { text: LocalCopy; comments: LocalCopy };
  private readonly unsent_: UnsentCount;
  private readonly listeners_ = new Set<(message: ServerMessage) => void>();
  private readonly stops_: (() => void)[] = [];
  // Counts what the ledger cannot signal by itself: read it wherever the ledger is read.
  private readonly ledger_turn_ = signal(0);
  private readonly now_ = signal(Date.now());
  private readonly opening_ = signal(true);
  readonly names = signal<ReadonlyMap<string, string>>(new Map());
  private readonly known_role_ = signal<Role | null>(null);
  private may_write_ = false;
  // By REST there is no such report for this user, whatever the socket lets through.
  private not_here_ = false;
  private ended_ = false;

  constructor(
    readonly id: string,
    readonly user: Person,
  ) {
    this.names_ = { text: id, comments: `${id}~comments` };
    this.known_role_.value = stored_role(user.id, id);
    this.role.value = this.known_role_.peek() ?? "viewer";
    this.awareness.setLocalStateField("user", user);
    this.unsent_ = new UnsentCount(user.id, id);
    this.copies_ = {
      text: new LocalCopy(user.id, this.names_.text, this.doc),
      comments: new LocalCopy(user.id, this.names_.comments, this.comments),
    };
    this.connection_ = new Connection(collab_url(), Object.values(this.names_), {
      ledgerChanged: (name, what) => this.ledger_changed_(name, what),
      granted: (name, writable) => this.granted_(name, writable),
      denied: (name) => void this.denied_(name),
      message: (name, payload) => this.message_(name, payload),
      closed: (code) => this.closed_(code),
    });
    this.connected = this.connection_.open;
    this.nextTry = this.connection_.next_try;
    this.keptOnDevice = computed(() => both(this.copies_.text.works.value, this.copies_.comments.works.value));
    this.saveState = computed(() => saveState(this.facts_(), this.now_.value));
    this.keep_time_();
    void this.start_();
  }

  onMessage(listener: (message: ServerMessage) => void): () => void {
    this.listeners_.add(listener);
    return () => this.listeners_.delete(listener);
  }

  retry(): void {
    this.connection_.retry();
  }

  restart(): void {
    this.access.value = "pending";
    this.connection_.restart();
  }

  async forgetCopy(): Promise<void> {
    const where = this.refused.peek()?.where ?? "text";
    await this.copies_[where].erase();
    this.unsent_.clear();
    this.end_();
  }

  destroy(): void {
    this.awareness.setLocalState(null);
    const under_way = () => this.connected.peek() && this.refused.peek() === null && this.facts_().unanswered.length > 0;
    if (!under_way()) return this.end_();
    const stop = effect(() => {
      this.ledger_turn_.value;
      this.connected.value;
      if (!under_way()) queueMicrotask(() => this.end_());
    });
    const timer = setTimeout(() => this.end_(), linger_ms);
    this.stops_.push(stop, () => clearTimeout(timer));
  }

  private async start_(): Promise<void> {
    const copies = Promise.all([this.copies_.text.read, this.copies_.comments.read]);
    // However late: a slow disk may take longer than the connection waits for it.
    void this.copies_.text.read.then(() => {
      if (has_text(this.doc)) this.loaded.value = true;
    });
    await Promise.race([copies, new Promise((resolve) => setTimeout(resolve, copy_ms))]);
    if (this.ended_) return;
    this.bind_(this.names_.text, this.doc, this.awareness, this.copies_.text);
    this.bind_(this.names_.comments, this.comments, null, this.copies_.comments);
    this.connection_.connect();
    void this.read_role_();
    const patience = setTimeout(() => (this.opening_.value = false), patience_ms);
    this.stops_.push(() => clearTimeout(patience));
  }

  private bind_(name: string, doc: Y.Doc, awareness: Awareness | null, copy: LocalCopy): void {
    const provider = this.connection_.add(name, doc, awareness);
    const own = (_: Uint8Array, origin: unknown) => {
      if (origin !== provider && origin !== copy.origin) this.unsent_.add();
    };
    doc.on("update", own);
    this.stops_.push(() => doc.off("update", own));
    // A report is never wholly empty: an empty answer is that of a name which is none.
    if (doc === this.doc) provider.on("synced", () => has_text(doc) && (this.loaded.value = true));
  }

  private facts_(): SaveFacts {
    this.ledger_turn_.value;
    const text = this.connection_.ledger.of(this.names_.text);
    const comments = this.connection_.ledger.of(this.names_.comments);
    const refused = this.refused.value;
    return {
      opening: this.opening_.value,
      level: this.connected.value && this.access.value === "granted" && this.known_role_.value !== null && text.level && comments.level,
      unanswered: [...text.unanswered, ...comments.unanswered].sort((a, b) => a - b),
      unsent: this.unsent_.count.value,
      last_stored: latest(text.last_stored, comments.last_stored),
      storage_failed: this.storageFailed.value,
      kept_on_device: this.keptOnDevice.value === true,
      role: this.role.value,
      locked: false,
      refused: refused ? refused.reason : null,
    };
  }

  private ledger_changed_(name: string, what: Received): void {
    if (what === "refused") this.refuse_(name === this.names_.text ? "text" : "comments", "");
    if (what === "stored") {
      this.storageFailed.value = false;
      const facts = this.facts_();
      if (facts.level && facts.unanswered.length === 0) this.unsent_.clear();
    }
    if (this.facts_().level) this.opening_.value = false;
    this.now_.value = Date.now();
    this.ledger_turn_.value++;
  }

  private refuse_(where: Refusal["where"], reason: string): void {
    // The first refusal stands: later changes rest on it and are refused for its sake.
    if (this.refused.peek()?.reason) return;
    this.refused.value = { where: this.refused.peek()?.where ?? where, reason };
  }

  private granted_(name: string, writable: boolean): void {
    if (name !== this.names_.text) return;
    this.may_write_ = writable;
    if (!this.not_here_) this.access.value = "granted";
    this.serverGoing.value = false;
    void this.read_role_();
  }

  private async denied_(name: string): Promise<void> {
    if (name !== this.names_.text) return;
    this.opening_.value = false;
    try {
      const { user } = await readSession();
      this.access.value = user ? "gone" : "signed_out";
    } catch {
      this.access.value = "gone";
    }
  }

  private message_(name: string, payload: string): void {
    const message = parse_message(payload);
    if (!message) return;
    if (message.type === "storage") this.storageFailed.value = message["state"] === "read-only";
    else if (message.type === "refused") {
      const reason = message["reason"];
      this.refuse_(name === this.names_.text ? "text" : "comments", typeof reason === "string" ? reason : "");
    } else if (name === this.names_.text) for (const listener of this.listeners_) listener(message);
  }

  private closed_(code: number): void {
    this.opening_.value = false;
    this.storageFailed.value = false;
    if (this.access.peek() === "granted") this.access.value = "pending";
    // A try that fails while it starts anew does not make it less so.
    if (code === going_away) this.serverGoing.value = true;
    if (code === other_epoch) this.refuse_("text", "");
    if (code === signed_out_code) void this.denied_(this.names_.text);
    this.ledger_turn_.value++;
  }

  // The socket says only whether one may write; which of the four roles it is comes by REST.
  private async read_role_(): Promise<void> {
    try {
      const { me, roles } = await readReport(this.id);
      this.names.value = new Map(roles.map(({ user, name }) => [user, name]));
      const before = this.known_role_.peek();
      if (before !== null && before !== me) this.roleChanged.value = true;
      this.know_role_(me);
      this.not_here_ = false;
      if (this.access.peek() === "gone" && this.connected.peek()) this.access.value = "granted";
      store_role(this.user.id, this.id, me);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) this.access.value = "signed_out";
      this.not_here_ = error.status === 403 || error.status === 404;
      if (this.not_here_) this.access.value = "gone";
      // The socket lets us in and REST does not answer: what the socket said must do.
      else if (this.known_role_.peek() === null && this.connected.peek()) this.know_role_(this.may_write_ ? "editor" : "viewer");
    }
  }

  private know_role_(role: Role): void {
    this.known_role_.value = role;
    this.role.value = role;
    if (this.facts_().level) this.opening_.value = false;
  }

  // Turns the state when patience ends, and then asks the server for what it holds.
  private keep_time_(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      clearTimeout(timer);
      const turn = nextTurn(this.facts_(), this.now_.value);
      if (turn === null || !this.connected.value) return;
      timer = setTimeout(
        () => {
          this.now_.value = Date.now();
          this.connection_.forceSync();
        },
        Math.max(0, turn - Date.now()),
      );
    });
    this.stops_.push(stop, () => clearTimeout(timer));
  }

  private end_(): void {
    if (this.ended_) return;
    this.ended_ = true;
    for (const stop of this.stops_) stop();
    this.connection_.destroy();
    this.copies_.text.destroy();
    this.copies_.comments.destroy();
    this.doc.destroy();
    this.comments.destroy();
  }
}

function collab_url(): string {
  const url = new URL("/collab", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function has_text(doc: Y.Doc): boolean {
  return doc.getXmlFragment("default").length > 0 || doc.getMap("meta").size > 0;
}

function both(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function parse_message(payload: string): ServerMessage | null {
  try {
    const parsed: unknown = JSON.parse(payload);
    if (typeof parsed !== "object" || parsed === null || !("type" in parsed)) return null;
    return typeof parsed.type === "string" ? (parsed as ServerMessage) : null;
  } catch {
    return null;
  }
}

const role_key = (user: string, id: string) => `${role_prefix}${user}/${id}`;

function stored_role(user: string, id: string): Role | null {
  try {
    const stored = localStorage.getItem(role_key(user, id));
    return stored === "owner" || stored === "editor" || stored === "reviewer" || stored === "viewer" ? stored : null;
  } catch {
    return null;
  }
}

function store_role(user: string, id: string, role: Role): void {
  try {
    localStorage.setItem(role_key(user, id), role);
  } catch {
    // Then the next visit begins as a viewer until the server answers.
  }
}
