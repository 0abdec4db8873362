// The last moment of a page. A browser gives up the database writes of a page that goes, so what was typed just before is not
// in the local copy yet. Until the database says that a write is done its update is held here; when the page goes, what is
// held is written where a write is done at once, and the next page takes it from there.

import { fromBase64, toBase64 } from "lib0/buffer";
import * as Y from "yjs";
import { late_prefix } from "./erase_copies";

export class LateWrites {
  private held_: Uint8Array[] = [];
  private fencing_ = false;
  private readonly prefix_: string;
  private readonly key_: string;

  // After the store of `db` began to listen to `doc`: whatever is held here is under way there.
  constructor(
    name: string,
    private readonly doc_: Y.Doc,
    private readonly db_: IDBDatabase,
    private readonly from_store_: (origin: unknown) => boolean,
  ) {
    this.prefix_ = `${late_prefix}${name}/`;
    // Two pages of one browser may go at the same time.
    this.key_ = this.prefix_ + doc_.clientID;
    doc_.on("update", this.hold_);
    addEventListener("pagehide", this.write_down);
    document.addEventListener("visibilitychange", this.hidden_);
  }

  // Takes over what pages before this one wrote down; the store hears of it like of anything typed.
  takeOver(): void {
    for (const key of Object.keys(localStorage).filter((found) => found.startsWith(this.prefix_))) {
      const update = read(key);
      if (update) this.doc_.transact(() => Y.applyUpdate(this.doc_, update, this), this);
      this.after_writes_(() => localStorage.removeItem(key));
    }
  }

  // What was held is of no use any more: the copy itself is erased.
  forget(): void {
    this.destroy();
    this.held_ = [];
    drop(this.key_);
  }

  destroy(): void {
    this.doc_.off("update", this.hold_);
    removeEventListener("pagehide", this.write_down);
    document.removeEventListener("visibilitychange", this.hidden_);
  }

  readonly write_down = () => {
    if (this.held_.length === 0) return;
    try {
      localStorage.setItem(this.key_, toBase64(Y.mergeUpdates(this.held_)));
    } catch {
      // No room: what the database manages to write must do.
    }
  };

  private readonly hidden_ = () => {
    if (document.visibilityState === "hidden") this.write_down();
  };

  private readonly hold_ = (update: Uint8Array, origin: unknown) => {
    if (this.from_store_(origin)) return;
    this.held_.push(update);
    this.fence_();
  };

  // A reading of the same store waits for every writing before it: once it is done, so are they.
  private fence_(): void {
    if (this.fencing_) return;
    this.fencing_ = true;
    const covered = this.held_.length;
    this.after_writes_(() => {
      this.held_.splice(0, covered);
      this.fencing_ = false;
      if (this.held_.length > 0) this.fence_();
      else drop(this.key_);
    });
  }

  private after_writes_(then: () => void): void {
    try {
      const reading = this.db_.transaction("updates", "readonly");
      reading.objectStore("updates").get(0);
      reading.oncomplete = then;
    } catch {
      // The database is closed: the page is being left, and what is held is written down.
    }
  }
}

function read(key: string): Uint8Array | null {
  try {
    const update = fromBase64(localStorage.getItem(key) ?? "");
    Y.decodeUpdate(update);
    return update;
  } catch {
    return null;
  }
}

function drop(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // It was never written, then.
  }
}
