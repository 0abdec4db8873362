import type { Node } from "@tiptap/pm/model";
import { EditorState, TextSelection, type Transaction } from "@tiptap/pm/state";
import { prosemirrorToYXmlFragment, ySyncPluginKey } from "@tiptap/y-tiptap";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { HeadlessText, schema } from "./headless_text";
import { mended } from "./mend";
import { countWords, outlineOf } from "./outline";
import { isId } from "./schema/attributes";
import { clearedAcross, movedSection, renumbered, sectionsOf, sectionsPlugin } from "./sections";
import { tidyPlugin } from "./tidy";

type Json = { type: string; attrs?: Record<string, unknown>; content?: Json[]; text?: string };

const words = (text: string): Json[] => (text === "" ? [] : [{ type: "text", text }]);
const paragraph = (id: string, text: string): Json => ({ type: "paragraph", attrs: { id }, content: words(text) });
const heading = (id: string, text: string, level: number | null = null, marker: string | null = null): Json =>
  ({ type: "heading", attrs: { id, level, marker }, content: words(text) });
const section = (id: string, ...content: Json[]): Json => ({ type: "section", attrs: { id }, content });

function report(...content: Json[]): Node {
  return schema.nodeFromJSON({ type: "doc", content });
}

const two = () => report(
  section("s1", heading("h1", "One", null, "1. "), paragraph("p1", "Alpha beta"), paragraph("p2", "Gamma")),
  section("s2", heading("h2", "Two", null, "2. "), paragraph("p3", "Delta epsilon")),
);

function state(doc: Node, writable = true): EditorState {
  return EditorState.create({ doc, plugins: [sectionsPlugin(() => writable), tidyPlugin(() => writable)] });
}

function at(doc: Node, text: string): number {
  let found = -1;
  doc.descendants((node, position) => {
    if (found < 0 && node.isTextblock && node.textContent.includes(text)) found = position + 1 + node.textContent.indexOf(text);
  });
  return found;
}

const apply = (before: EditorState, act: (transaction: Transaction) => Transaction): EditorState => before.applyTransaction(act(before.tr)).state;
const shape = (doc: Node): string => doc.toString();

function idsOf(doc: Node): unknown[] {
  const ids: unknown[] = [];
  doc.descendants((node) => {
    if (node.isBlock) ids.push(node.attrs["id"]);
  });
  return ids;
}

describe("tidy", () => {
  test("a split leaves the id with the first part and gives the second a new one", () => {
    const before = state(two());
    const after = apply(before, (transaction) => transaction.split(at(before.doc, "beta")));
    const [, , first, second] = idsOf(after.doc);
    expect(first).toBe("p1");
    expect(isId(second)).toBe(true);
  });

  test("a copy pasted above does not take the id from the original", () => {
    const before = state(two());
    const copy = before.doc.child(0).child(1);
    const after = apply(before, (transaction) => transaction.insert(before.doc.child(0).child(0).nodeSize + 1, copy));
    const [, , pasted, original] = idsOf(after.doc);
    expect(original).toBe("p1");
    expect(isId(pasted)).toBe(true);
  });

  test("a copy has no place in the file: no marker, no blank lines before it", () => {
    const before = state(report(section("s1", { ...heading("h1", "One", 3, "1. ") })));
    const after = apply(before, (transaction) => transaction.insert(1, before.doc.child(0).child(0)));
    expect(after.doc.child(0).child(0).attrs).toMatchObject({ marker: null, lead: null, eol: null });
    expect(after.doc.child(0).child(1).attrs).toMatchObject({ id: "h1", marker: "1. " });
  });

  test("a container emptied by an edit gets a line", () => {
    const before = state(report(section("s1", { type: "blockquote", attrs: { id: "q" }, content: [paragraph("p1", "Alpha")] })));
    const after = apply(before, (transaction) => transaction.delete(2, 2 + before.doc.child(0).child(0).child(0).nodeSize));
    expect(shape(after.doc)).toBe("doc(section(blockquote(paragraph)))");
  });

  test("what is rendered from others is left as it is, and so is everything for a reader", () => {
    const doubled = report(section("s1", paragraph("x", "Alpha"), paragraph("x", "Beta")));
    const rendered = apply(state(two()), (transaction) => transaction
      .replaceWith(0, transaction.doc.content.size, doubled.content).setMeta(ySyncPluginKey, { isChangeOrigin: true }));
    expect(idsOf(rendered.doc)).toEqual(["s1", "x", "x"]);
    const reader = state(two(), false);
    expect(apply(reader, (transaction) => transaction.insertText("no", at(reader.doc, "Alpha"))).doc.eq(reader.doc)).toBe(true);
  });
});

describe("sections", () => {
  test("no edit takes one away", () => {
    const before = state(two());
    expect(apply(before, (transaction) => transaction.delete(0, before.doc.child(0).nodeSize)).doc.eq(before.doc)).toBe(true);
  });

  test("a selection over several is deleted from each", () => {
    const before = state(two());
    const selected = apply(before, (transaction) => transaction.setSelection(
      TextSelection.create(before.doc, at(before.doc, "beta"), at(before.doc, "epsilon"))));
    const after = selected.applyTransaction(clearedAcross(selected)).state;
    expect(after.doc.textBetween(0, after.doc.content.size, "|")).toBe("One|Alpha ||epsilon");
    expect(sectionsOf(after.doc)).toHaveLength(2);
  });

  test.each<[name: string, index: number, direction: -1 | 1, order: string[] | null]>([
    ["down", 0, 1, ["1. Two", "2. One"]], ["up", 1, -1, ["1. Two", "2. One"]], ["first up", 0, -1, null], ["last down", 1, 1, null],
  ])("move %s, the numbers staying in their places", (_name, index, direction, order) => {
    const before = state(two());
    const transaction = movedSection(before, sectionsOf(before.doc)[index]!.position, direction);
    const moved = transaction && before.applyTransaction(transaction).state;
    const headings = moved && sectionsOf(moved.applyTransaction(renumbered(moved)!).state.doc)
      .map(({ node }) => `${node.child(0).attrs["marker"]}${node.child(0).textContent}`);
    expect(headings).toEqual(order);
  });
});

describe("mending", () => {
  test.each<[name: string, content: Json[], mended: string | null]>([
    ["nothing", [section("s1", paragraph("p1", "Alpha"))], null],
    ["a hypothesis without title", [{ type: "hypothesis", attrs: { id: "y" }, content: [paragraph("p", "S")] }],
      'doc(hypothesis(heading, paragraph("S")))'],
    ["a hypothesis without statement", [{ type: "hypothesis", attrs: { id: "y" }, content: [heading("h", "T", 3)] }],
      'doc(hypothesis(heading("T"), paragraph))'],
    ["an empty hypothesis", [{ type: "hypothesis", attrs: { id: "y" } }], "doc(hypothesis(heading, paragraph))"],
    ["two titles", [{ type: "hypothesis", attrs: { id: "y" }, content: [heading("a", "T", 3), heading("b", "U", 3), paragraph("p", "S")] }],
      'doc(hypothesis(heading("T"), paragraph("U"), paragraph("S")))'],
    ["a list without items", [paragraph("p", "A"), { type: "bulletList", attrs: { id: "l" } }], 'doc(paragraph("A"))'],
    ["an item without a line", [{ type: "bulletList", attrs: { id: "l" }, content: [{ type: "listItem", attrs: { id: "i" } }] }],
      "doc(bulletList(listItem(paragraph)))"],
  ])("%s", (_name, content, expected) => {
    const transaction = mended(state(report(...content)));
    expect(transaction && shape(transaction.doc)).toBe(expected);
    if (transaction) expect(mended(state(transaction.doc)), "once is enough").toBeNull();
  });

  test("a doubled id goes to the first", () => {
    const transaction = mended(state(report(paragraph("x", "A"), paragraph("x", "B"))));
    const [first, second] = idsOf(transaction!.doc);
    expect(first).toBe("x");
    expect(isId(second)).toBe(true);
  });
});

describe("the shared text", () => {
  test.each([[2, -1], [1, 1], [3, 1], [4, -1]] as const)("loses nothing typed in a section while its neighbour %i moves past it (%i)", (index, direction) => {
    const sections = ["s0", "s1", "s2", "s3", "s4"].map((id, at) => section(id, heading(`h${id}`, id, null, `${at + 1}. `), paragraph(`p${id}`, `Words of ${id}`)));
    const here = new HeadlessText({ type: "doc", content: sections });
    const there = new Y.Doc();
    Y.applyUpdate(there, Y.encodeStateAsUpdate(here.doc));
    const occupied = `s${index + direction}`;
    const fragment = there.getXmlFragment("default");
    ((fragment.get(index + direction) as Y.XmlElement).get(1) as Y.XmlElement).insert(1, [new Y.XmlText(" and more")]);
    here.run((state) => state.apply(movedSection(state, sectionsOf(state.doc)[index]!.position, direction, (id) => id === occupied)!));
    here.run((state) => state.apply(renumbered(state)!));
    Y.applyUpdate(here.doc, Y.encodeStateAsUpdate(there));
    const text = here.doc.getXmlFragment("default").toString();
    expect(text).toContain(`Words of ${occupied} and more`);
    expect([...text.matchAll(/marker="(\d)/g)].map(([, number]) => number)).toEqual(["1", "2", "3", "4", "5"]);
  });


  test("holds no attribute that nobody set: absent means the default", () => {
    const doc = new Y.Doc();
    const hypothesis = schema.nodes["hypothesis"]!.create(null, [schema.nodes["heading"]!.create(), schema.nodes["paragraph"]!.create()]);
    prosemirrorToYXmlFragment(schema.topNodeType.create(null, [hypothesis]), doc.getXmlFragment("default"));
    expect(doc.getXmlFragment("default").toString()).toBe("<hypothesis><heading></heading><paragraph></paragraph></hypothesis>");
  });
});

describe("outline", () => {
  test("sections, hypotheses and words", () => {
    const doc = report(
      section("s1", heading("h1", "Rival views", null, "2. "),
        { type: "hypothesis", attrs: { id: "y1" }, content: [heading("t", "It rains", 3), paragraph("p", "Because of clouds’ weight.")] }),
      section("s2"),
    );
    expect(outlineOf(doc).sections.map(({ id, number, title, hypotheses }) => [id, number, title, hypotheses.map((one) => one.title)]))
      .toEqual([["s1", "2.", "Rival views", ["It rains"]], ["s2", "", "", []]]);
    expect(countWords(doc)).toBe(6);
  });

  test("what a new report comes with is no word of it", () => {
    const fresh = (...more: Json[]) => report(section("s1", heading("h1", "Bottom Line Up Front", null, "1. "), paragraph("p", "Confidence level:")),
      section("s2", heading("h2", "Outlook", null, "2. "), heading("h3", "Scenario Projections:", 3), { type: "scenario", attrs: { id: "c" }, content: [paragraph("q", "")] }, ...more));
    expect(outlineOf(fresh()).words).toBe(0);
    expect(outlineOf(fresh(paragraph("r", "Storm"))).words).toBe(1);
  });
});
