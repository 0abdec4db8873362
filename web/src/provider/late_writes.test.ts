import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { LateWrites } from "./late_writes";

// What a page has and these tests need of it; `go` is the page being left.
class Store {
  private readonly kept_: Record<string, string> = {};
  getItem = (key: string) => this.kept_[key] ?? null;
  setItem = (key: string, value: string) => {
    this.kept_[key] = value;
    (this as Record<string, unknown>)[key] = value;
  };
  removeItem = (key: string) => {
    delete this.kept_[key];
    delete (this as Record<string, unknown>)[key];
  };
}
const keys = () => Object.keys(localStorage).filter((key) => key.startsWith("assay.late/"));
let go: () => void;

beforeEach(() => {
  vi.stubGlobal("localStorage", new Store());
  vi.stubGlobal("document", { addEventListener: vi.fn(), removeEventListener: vi.fn(), visibilityState: "visible" });
  vi.stubGlobal("addEventListener", (_: string, listener: () => void) => (go = listener));
  vi.stubGlobal("removeEventListener", vi.fn());
});
afterEach(() => vi.unstubAllGlobals());

let databases = 0;
function open_database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(`late-${++databases}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("updates", { autoIncrement: true });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

const store = Symbol("store");
const writes = (doc: Y.Doc, db: IDBDatabase) => new LateWrites("dana/report", doc, db, (origin) => origin === store);
const text = (doc: Y.Doc) => doc.getText("t").toString();

// Longer than any writing of the fake database: readings queue behind writings, as in a real one.
function settled(db: IDBDatabase): Promise<void> {
  return new Promise((resolve) => {
    const last = db.transaction("updates", "readwrite");
    last.oncomplete = () => resolve();
  });
}

describe("LateWrites", () => {
  it("hands what the database had no time for to the next page, once", async () => {
    const db = await open_database();
    const first = new Y.Doc();
    writes(first, db);
    first.getText("t").insert(0, "typed");
    first.getText("t").insert(5, " late");
    go();
    expect(keys()).toHaveLength(1);

    const second = new Y.Doc();
    writes(second, db).takeOver();
    expect(text(second)).toBe("typed late");
    await vi.waitFor(() => expect(keys()).toHaveLength(0));
  });

  it("writes nothing down when the database has it all", async () => {
    const db = await open_database();
    const doc = new Y.Doc();
    writes(doc, db);
    doc.getText("t").insert(0, "typed in peace");
    await settled(db);
    await settled(db);
    go();
    expect(keys()).toHaveLength(0);
  });

  it("does not hold what came from the store itself", async () => {
    const db = await open_database();
    const doc = new Y.Doc();
    writes(doc, db);
    doc.transact(() => doc.getText("t").insert(0, "read"), store);
    go();
    expect(keys()).toHaveLength(0);
  });

  it("leaves other reports alone and survives what it cannot read", async () => {
    const db = await open_database();
    localStorage.setItem("assay.late/dana/report/1", "not an update");
    localStorage.setItem("assay.late/dana/report-2/1", "another's");
    const doc = new Y.Doc();
    writes(doc, db).takeOver();
    expect(text(doc)).toBe("");
    await vi.waitFor(() => expect(keys()).toEqual(["assay.late/dana/report-2/1"]));
  });
});
