import { createDecorations, initProseMirrorDoc, relativePositionToAbsolutePosition, ySyncPluginKey } from "@tiptap/y-tiptap";
import { EditorState, Plugin } from "@tiptap/pm/state";
import { afterAll, describe, expect, test } from "vitest";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { colourOf } from "../account/identity";
import { reportSchema } from "../editor/schema/report_schema";
import { junk } from "../wire/junk";
import { Peers, readPeer } from "./peers";

const ann = { id: "ann", name: "Ann", color: "#12abEF" };
const start = { type: null, tname: "default", item: null, assoc: 0 };

describe("what a page says of itself", () => {
  test("is kept where it fits", () => {
    const item = { client: 7, clock: 3 };
    const said = { user: ann, cursor: { anchor: start, head: { type: item, tname: null, item, assoc: -1 } }, section: "s1", view: "editor" };
    expect(readPeer(said)).toEqual(said);
    expect(readPeer({ user: ann, cursor: { anchor: { tname: "default" }, head: { item } } }).cursor).toEqual({ anchor: start, head: { type: null, tname: null, item, assoc: 0 } });
  });

  test.each(["red", "red; position:fixed; inset:0", "#12345", "#1234567", "#12345g", "url(//elsewhere)", "#123456;", "#123456\n", 7, null, undefined])("colour %s: that of the id", (color) => {
    expect(readPeer({ user: { ...ann, color } }).user).toEqual({ ...ann, color: colourOf("ann") });
  });

  test.each([
    ["words for a user", { user: "evil", cursor: { anchor: start, head: start } }],
    ["a user without an id", { user: { name: "x", color: "#123456" }, cursor: { anchor: start, head: start } }],
    ["nothing at either end", { user: ann, cursor: { anchor: null, head: null } }],
    ["words for a caret", { user: ann, cursor: "here" }],
    ["nowhere", { user: ann, cursor: { anchor: start, head: { type: null, tname: null, item: null } } }],
    ["another root", { user: ann, cursor: { anchor: start, head: { ...start, tname: "elsewhere" } } }],
    ["junk for an id", { user: ann, cursor: { anchor: start, head: { ...start, item: { client: "x", clock: {} } } } }],
    ["an id below nothing", { user: ann, cursor: { anchor: start, head: { ...start, item: { client: 1, clock: -1 } } } }],
  ])("%s: no caret", (_, said) => {
    expect(readPeer(said).cursor).toBeNull();
  });
});

// A report with structure, marks, and words that are gone.
function report(): Y.Doc {
  const doc = new Y.Doc({ gc: false });
  const section = new Y.XmlElement("section");
  const paragraph = new Y.XmlElement("paragraph");
  const text = new Y.XmlText("One furrow crosses both legs");
  paragraph.insert(0, [text]);
  paragraph.setAttribute("id", "p1");
  section.insert(0, [paragraph, new Y.XmlElement("paragraph"), new Y.XmlElement("tagList")]);
  doc.getXmlFragment("default").insert(0, [section]);
  text.format(4, 6, { bold: {} });
  text.delete(0, 3);
  section.delete(1, 1);
  paragraph.setAttribute("id", "p2");
  doc.getMap("meta").set("title", "A title");
  doc.getMap("evidence").set("e", new Y.Map([["text", new Y.Text("words")]]));
  return doc;
}

describe("whatever anybody says", () => {
  const shared = report();
  const fragment = shared.getXmlFragment("default");
  const { doc, mapping } = initProseMirrorDoc(fragment, reportSchema());
  const binding = { doc: shared, type: fragment, binding: { mapping }, snapshot: null, prevSnapshot: null };
  const state = EditorState.create({ doc, plugins: [new Plugin({ key: ySyncPluginKey, state: { init: () => binding, apply: () => binding } })] });
  const own = new Y.Doc();
  const peers = new Peers(own);
  afterAll(() => own.destroy());

  // As the server sends it.
  const say = (client: number, clock: number, said: unknown): void => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(said ?? null));
    applyAwarenessUpdate(peers, encoding.toUint8Array(encoder), "server");
  };
  const draw = (): number => createDecorations(state, peers, (mine, client) => mine !== client, () => null as never, () => ({})).find().length;

  const ids = [...junk(), ...[...shared.store.clients].flatMap(([client, structs]) => structs.map(({ id }) => ({ client, clock: id.clock })))];
  const positions = [
    ...junk(), start,
    ...ids.flatMap((id) => [{ item: id }, { type: id }, { type: id, tname: "default" }, { item: id, type: id, assoc: -1 }, { item: id, tname: "meta", assoc: 1e300 }]),
  ];

  test("the carets of the editor do not throw, and stand where they can be drawn", () => {
    let clock = 0;
    let drawn = 0;
    for (const said of junk()) {
      say(9, ++clock, said);
      expect(draw()).toBe(0);
      for (const field of ["user", "cursor", "section", "view"]) {
        say(9, ++clock, { user: ann, cursor: { anchor: start, head: start }, section: "s", view: "editor", [field]: said });
        draw();
      }
      for (const part of ["id", "name", "color"]) {
        say(9, ++clock, { user: { ...ann, [part]: said }, cursor: { anchor: start, head: start } });
        draw();
      }
    }
    for (const position of positions) {
      for (const cursor of [{ anchor: position, head: start }, { anchor: start, head: position }, { anchor: position, head: position }]) {
        say(9, ++clock, { user: ann, cursor });
        drawn += draw();
        for (const at of Object.values(peers.getStates().get(9)!.cursor ?? {})) {
          relativePositionToAbsolutePosition(shared, fragment, Y.createRelativePositionFromJSON(at), mapping);
        }
      }
    }
    expect(drawn, "the good ones are drawn").toBeGreaterThan(10);
  });

  test("who is here is a list of Peers, whatever was said", () => {
    let client = 100;
    for (const said of junk()) say(++client, 1, said);
    for (const [, peer] of peers.others()) {
      expect(Object.keys(peer).sort()).toEqual(["cursor", "section", "user", "view"]);
      if (peer.user) expect(peer.user).toEqual({ id: expect.any(String), name: expect.any(String), color: expect.stringMatching(/^#[0-9a-f]{6}$/i) });
    }
  });

  test("one's own state goes out as it is said, and is renewed without a change", () => {
    const changes: unknown[] = [];
    peers.on("change", (change: unknown) => changes.push(change));
    peers.setLocalStateField("user", ann);
    peers.setLocalStateField("cursor", { anchor: Y.createRelativePositionFromJSON(start), head: Y.createRelativePositionFromJSON(start) });
    peers.setLocalState(peers.getLocalState());
    expect(changes).toHaveLength(2);
    const decoder = decoding.createDecoder(encodeAwarenessUpdate(peers, [peers.clientID]));
    decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    expect(JSON.parse(decoding.readVarString(decoder))).toEqual({ user: ann, cursor: { anchor: start, head: start }, section: null, view: null });
  });
});
