// One WebSocket for the documents of one report. Watches every byte of it for the ledger of acknowledgements, decides when to
// try again, and finds out after a sleep whether the other end is still there.

import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import { signal } from "@preact/signals";
import type * as Y from "yjs";
import { Acknowledgements, type Received } from "./acknowledgements";
import { delayBefore } from "./backoff";

export const going_away = 1001;
export const other_epoch = 4205;
export const signed_out_code = 4401;
export const forbidden_code = 4403;

const answer_ms = 3000;
const attempt_ms = 10_000;
// The provider's own timers must never fire: it would try again by rules of its own.
const never_ms = 2 ** 31 - 1;

export interface ConnectionEvents {
  ledgerChanged(name: string, what: Received): void;
  granted(name: string, writable: boolean): void;
  denied(name: string, reason: string): void;
  message(name: string, payload: string): void;
  closed(code: number): void;
}

export class Connection {
  readonly open = signal(false);
  // Unix ms of the next attempt; null while connected or trying.
  readonly next_try = signal<number | null>(null);
  readonly ledger: Acknowledgements;

  private readonly socket_: HocuspocusProviderWebsocket;
  private readonly providers_ = new Map<string, HocuspocusProvider>();
  private failures_ = 0;
  private timer_: ReturnType<typeof setTimeout> | undefined;
  private answer_timer_: ReturnType<typeof setTimeout> | undefined;
  private asked_ = false;  // what the timer waits for is an answer
  private ended_ = false;

  constructor(
    url: string,
    names: readonly string[],
    private readonly events_: ConnectionEvents,
  ) {
    this.ledger = new Acknowledgements(names);
    this.socket_ = new HocuspocusProviderWebsocket({
      url,
      autoConnect: false,
      WebSocketPolyfill: this.watched_socket_(),
      maxAttempts: 1,
      delay: never_ms,
      minDelay: 0,
      // What was typed while away goes out with the handshake; the provider's queue would send it twice.
      onOpen: () => (this.socket_["messageQueue"] = []),
      onConnect: () => this.connected_(),
      onDisconnect: ({ event }) => this.disconnected_(event.code),
    });
    document.addEventListener("visibilitychange", this.woken_);
    window.addEventListener("online", this.woken_);
    window.addEventListener("pageshow", this.woken_);
    window.addEventListener("offline", this.network_gone_);
  }

  add(name: string, doc: Y.Doc, awareness: HocuspocusProvider["awareness"]): HocuspocusProvider {
    const provider = new HocuspocusProvider({
      websocketProvider: this.socket_,
      name,
      document: doc,
      awareness,
      token: "",
      onAuthenticated: ({ scope }) => this.events_.granted(name, scope !== "readonly"),
      onAuthenticationFailed: ({ reason }) => this.events_.denied(name, reason),
      onStateless: ({ payload }) => this.events_.message(name, payload),
      // Code 1000 is the provider's way to say that this document alone was closed.
      onClose: ({ event }) => event.code === 1000 && this.open.peek() && this.events_.denied(name, event.reason),
    });
    this.providers_.set(name, provider);
    provider.attach();
    return provider;
  }

  connect(): void {
    if (this.ended_) return;
    clearTimeout(this.timer_);
    this.next_try.value = null;
    if (!this.open.peek()) this.give_up_after_(attempt_ms);
    void this.socket_.connect();
  }

  // At once instead of at the next turn; on an open connection, asks whether it still is one.
  retry(): void {
    if (this.open.peek()) this.ask_();
    else this.connect();
  }

  // A new connection in any case: after signing in, or to say everything once more.
  restart(): void {
    this.failures_ = 0;
    if (this.open.peek()) this.socket_["emit"]("close", { event: { code: 1000, reason: "restart" } });
    this.connect();
  }

  // Sends a sync step for each document; the answers bring both sides level and settle what is under way.
  forceSync(): void {
    for (const provider of this.providers_.values()) provider.forceSync();
  }

  destroy(): void {
    this.ended_ = true;
    clearTimeout(this.timer_);
    clearTimeout(this.answer_timer_);
    document.removeEventListener("visibilitychange", this.woken_);
    window.removeEventListener("online", this.woken_);
    window.removeEventListener("pageshow", this.woken_);
    window.removeEventListener("offline", this.network_gone_);
    for (const provider of this.providers_.values()) provider.destroy();
    this.socket_.destroy();
    this.open.value = false;
  }

  private readonly woken_ = () => {
    if (document.visibilityState === "visible") this.retry();
  };

  private readonly network_gone_ = () => {
    if (this.open.peek()) this.ask_();
  };

  private ask_(): void {
    if (this.answer_timer_ !== undefined) return;
    this.asked_ = true;
    this.forceSync();
    this.give_up_after_(answer_ms);
  }

  // What is heard before that ends the wait: anything while a connection is being made, and on an open one the answer to
  // the question. What came before a sleep is still delivered after it, and says nothing. A close of our own takes the way of any other: there is a next try.
  private give_up_after_(ms: number): void {
    clearTimeout(this.answer_timer_);
    this.answer_timer_ = setTimeout(() => {
      this.waits_no_more_();
      this.socket_["emit"]("close", { event: { code: 4408, reason: "no answer" } });
    }, ms);
  }

  private connected_(): void {
    this.failures_ = 0;
    this.next_try.value = null;
    this.open.value = true;
  }

  private waits_no_more_(): void {
    clearTimeout(this.answer_timer_);
    this.answer_timer_ = undefined;
    this.asked_ = false;
  }

  private disconnected_(code: number): void {
    this.waits_no_more_();
    this.open.value = false;
    this.ledger.opened();
    this.events_.closed(code);
    if (this.ended_) return;
    const delay = delayBefore(this.failures_++, Math.random());
    clearTimeout(this.timer_);
    this.next_try.value = Date.now() + delay;
    this.timer_ = setTimeout(() => this.connect(), delay);
  }

  private heard_(bytes: Uint8Array): void {
    const read = this.ledger.received(bytes, Date.now());
    if (!this.asked_ || read?.what === "answer") this.waits_no_more_();
    if (read) this.events_.ledgerChanged(read.name, read.what);
  }

  private watched_socket_(): typeof WebSocket {
    const { ledger, events_ } = this;
    const heard = (bytes: Uint8Array) => this.heard_(bytes);
    return class extends WebSocket {
      constructor(url: string | URL) {
        super(url);
        ledger.opened();
        this.addEventListener("message", ({ data }) => data instanceof ArrayBuffer && heard(new Uint8Array(data)));
      }
      override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBufferLike>): void {
        super.send(data as ArrayBuffer);
        if (!(data instanceof Uint8Array)) return;
        const name = ledger.sent(data, Date.now());
        if (name !== null) events_.ledgerChanged(name, "other");
      }
    };
  }
}
