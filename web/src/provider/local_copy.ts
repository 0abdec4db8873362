// What this device keeps of a report: the document itself, and how many own changes the server has not stored yet.
// A browser may refuse to store, at the start or at any write; then the page goes on without and says so.

import { signal, type Signal } from "@preact/signals";
import { IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";
import { prefix, unsent_prefix } from "./erase_copies";
import { LateWrites } from "./late_writes";


export class LocalCopy {
  // Null until the store answered; false from the first write that failed.
  readonly works: Signal<boolean | null> = signal(null);
  // Resolves when what was kept is in the document, or cannot be had.
  readonly read: Promise<void>;
  private readonly store_: IndexeddbPersistence;
  private late_: LateWrites | null = null;
  private ended_ = false;

  constructor(user: string, name: string, doc: Y.Doc) {
    this.store_ = new IndexeddbPersistence(`${prefix}${user}/${name}`, doc);
    const failed = () => {
      this.works.value = false;
    };
    const opened = this.store_._db.then(async (db) => {
      db.addEventListener("error", failed);
      db.addEventListener("abort", failed);
      await this.store_.whenSynced;
      if (this.ended_) return;
      this.late_ = new LateWrites(`${user}/${name}`, doc, db, (origin) => origin === this.store_);
      this.late_.takeOver();
    });
    this.read = opened.then(() => {
      this.works.value ??= true;
    }, failed);
  }

  // The origin of updates that came from the store.
  get origin(): unknown {
    return this.store_;
  }

  destroy(): void {
    this.ended_ = true;
    this.late_?.write_down();
    this.late_?.destroy();
    this.store_.destroy().catch(() => undefined);
  }

  async erase(): Promise<void> {
    this.ended_ = true;
    this.late_?.forget();
    await this.store_.clearData().catch(() => undefined);
  }
}

// Survives a reload, so that a page opened offline still says how much waits. Only shown, never relied on.
export class UnsentCount {
  private readonly key_: string;
  readonly count: Signal<number>;

  constructor(user: string, id: string) {
    this.key_ = `${unsent_prefix}${user}/${id}`;
    this.count = signal(this.stored_());
  }

  add(): void {
    this.store_(this.count.peek() + 1);
  }

  clear(): void {
    if (this.count.peek() !== 0) this.store_(0);
  }

  private stored_(): number {
    try {
      const stored = Number(localStorage.getItem(this.key_));
      return Number.isSafeInteger(stored) && stored > 0 ? stored : 0;
    } catch {
      return 0;
    }
  }

  private store_(count: number): void {
    this.count.value = count;
    try {
      if (count === 0) localStorage.removeItem(this.key_);
      else localStorage.setItem(this.key_, String(count));
    } catch {
      // The number in memory serves this page.
    }
  }
}
