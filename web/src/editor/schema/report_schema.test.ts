import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import documented from "../../../../docs/schema.md?raw";
import { reportSchema } from "./report_schema";
import { findUnknown, watchUnknown } from "./unknown";

const schema = reportSchema();

const block = ["id", "lead", "eol"];
const nodes: [name: string, content: string, attributes: string[]][] = [
  ["doc", "(section | block)*", []],
  ["section", "block*", [...block, "role"]],
  ["heading", "inline*", [...block, "level", "marker"]],
  ["paragraph", "inline*", [...block, "marker"]],
  ["bulletList", "listItem*", block],
  ["orderedList", "listItem*", [...block, "start"]],
  ["listItem", "block*", [...block, "marker"]],
  ["blockquote", "block*", block],
  ["codeBlock", "text*", [...block, "language"]],
  ["table", "tableRow*", block],
  ["tableRow", "(tableCell | tableHeader)*", block],
  ["tableHeader", "block*", [...block, "colspan", "rowspan", "colwidth"]],
  ["tableCell", "block*", [...block, "colspan", "rowspan", "colwidth"]],
  ["hypothesis", "block*", [...block, "marker", "form"]],
  ["assumptionList", "block*", [...block, "kind", "label", "marker", "form"]],
  ["scenario", "block*", [...block, "case", "likelihood", "label", "marker", "form"]],
  ["tagList", "", [...block, "source"]],
  ["hardBreak", "", []],
  ["confidence", "", ["level", "label"]],
  ["entityMention", "", ["id", "label"]],
];
const marks: [name: string, attributes: string[]][] = [
  ["bold", []], ["italic", []], ["strike", []], ["underline", []], ["code", []], ["link", ["href"]],
];

describe("schema", () => {
  test("has exactly the nodes and marks of docs/schema.md", () => {
    expect(Object.keys(schema.nodes).sort()).toEqual([...nodes.map(([name]) => name), "text"].sort());
    expect(Object.keys(schema.marks).sort()).toEqual(marks.map(([name]) => name).sort());
    for (const [name] of [...nodes, ...marks]) expect(documented, name).toContain(`\`${name}\``);
  });

  test.each(nodes)("%s", (name, content, attributes) => {
    const type = schema.nodes[name]!;
    expect(type.spec.content ?? "").toBe(content);
    expect(Object.keys(type.spec.attrs ?? {}).sort()).toEqual([...attributes].sort());
    expect(type.contentMatch.validEnd, "empty is legal").toBe(true);
    expect(type.hasRequiredAttrs()).toBe(false);
  });

  test.each(marks)("%s", (name, attributes) => {
    const type = schema.marks[name]!;
    expect(Object.keys(type.spec.attrs ?? {})).toEqual(attributes);
    expect(type.excludes(type), "stored under its own name").toBe(true);
    for (const [other] of marks) if (other !== name) expect(type.excludes(schema.marks[other]!)).toBe(false);
  });
});

function report(fill: (fragment: Y.XmlFragment, doc: Y.Doc) => void): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    doc.getMap("meta").set("schema", 1);
    fill(doc.getXmlFragment("default"), doc);
  });
  return doc;
}

function element(name: string, children: (Y.XmlElement | Y.XmlText)[] = [], attributes: Record<string, unknown> = {}): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
  made.insert(0, children);
  return made;
}

function text(words: string, formats: Record<string, unknown> = {}): Y.XmlText {
  const made = new Y.XmlText();
  made.applyDelta([{ insert: words, attributes: formats }]);
  return made;
}

const cases: [name: string, make: () => Y.XmlElement, unknown: string | null][] = [
  ["a paragraph", () => element("paragraph", [text("a", { bold: {} })], { id: "x" }), null],
  ["a link", () => element("paragraph", [text("a", { link: { href: "https://example.org" } })]), null],
  ["an unknown node", () => element("timeline"), 'node "timeline"'],
  ["an unknown node deep inside", () => element("section", [element("blockquote", [element("map")])]), 'node "map"'],
  ["an unknown inline atom", () => element("paragraph", [text("a"), element("footnote")]), 'node "footnote"'],
  ["an unknown attribute", () => element("paragraph", [text("a")], { tone: "grave" }), 'attribute "paragraph.tone"'],
  ["an unknown mark", () => element("paragraph", [text("a", { spoiler: {} })]), 'mark "spoiler"'],
  ["an unknown attribute of a mark", () => element("paragraph", [text("a", { link: { href: "x", rev: "1" } })]), 'attribute "link.rev"'],
  ["a block where words belong", () => element("paragraph", [element("paragraph")]), '"paragraph" in "paragraph"'],
  ["words where blocks belong", () => element("section", [text("a")]), 'text in "section"'],
];

describe("unknown content", () => {
  test.each(cases)("%s, at the start", (_name, make, unknown) => {
    expect(findUnknown(report((fragment) => fragment.insert(0, [make()])), schema)).toBe(unknown);
  });

  test.each(cases)("%s, in a later update, before any observer", (_name, make, unknown) => {
    const here = report((fragment) => fragment.insert(0, [element("section", [element("paragraph", [text("here")])])]));
    const there = new Y.Doc();
    Y.applyUpdate(there, Y.encodeStateAsUpdate(here));
    const order: string[] = [];
    watchUnknown(here, schema, (what) => order.push(what));
    here.getXmlFragment("default").observeDeep(() => order.push("rendered"));
    there.getXmlFragment("default").push([make()]);
    Y.applyUpdate(here, Y.encodeStateAsUpdate(there, Y.encodeStateVector(here)));
    expect(order).toEqual(unknown === null ? ["rendered"] : [unknown, "rendered"]);
  });

  test("formats and attributes put on what was there", () => {
    for (const change of [
      (paragraph: Y.XmlElement) => paragraph.setAttribute("tone", "grave"),
      (paragraph: Y.XmlElement) => (paragraph.get(0) as Y.XmlText).format(0, 2, { spoiler: {} }),
      (paragraph: Y.XmlElement) => paragraph.doc!.getMap("meta").set("schema", 2),
    ]) {
      const doc = report((fragment) => fragment.insert(0, [element("section", [element("paragraph", [text("here")])])]));
      const found: string[] = [];
      watchUnknown(doc, schema, (what) => found.push(what));
      change((doc.getXmlFragment("default").get(0) as Y.XmlElement).get(0) as Y.XmlElement);
      expect(found).toHaveLength(1);
    }
  });

  test("a newer schema", () => {
    expect(findUnknown(report((_fragment, doc) => doc.getMap("meta").set("schema", 2)), schema)).toBe("schema 2");
  });
});
