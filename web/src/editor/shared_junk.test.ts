// Every reader of what one person writes and another is shown, given every type of value in every place: nothing throws, and what
// comes out holds what its type promises. The comments and awareness have their own (threads.test.ts, peers.test.ts).

import { initProseMirrorDoc } from "@tiptap/y-tiptap";
import { EditorState } from "@tiptap/pm/state";
import type { Node } from "@tiptap/pm/model";
import { TableMap } from "@tiptap/pm/tables";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { viewOf } from "../anchors/text_view";
import { readFinding, readIgnored, readMessage } from "../findings/wire";
import { hypothesesOf, hypothesesSection, itemsOf, ratingsOf } from "../matrix/matrix_doc";
import { plainText } from "../report/plain_text";
import { junk, sharedJunk } from "../wire/junk";
import { FlatPositions } from "./flat_positions";
import { mended } from "./mend";
import { outlineOf } from "./outline";
import { reportSchema } from "./schema/report_schema";
import { findUnknown } from "./schema/unknown";
import { addTag, entitiesOf, entityOf, tagsOf } from "./shared_maps";

const schema = reportSchema();

function element(name: string, attributes: Record<string, unknown> = {}, children: (Y.XmlElement | Y.XmlText)[] = []): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
  made.insert(0, children);
  return made;
}

// As the page reads a report, from the guard to the export.
function readAll(doc: Y.Doc): void {
  if (findUnknown(doc, schema) === null) {
    const { doc: text } = initProseMirrorDoc(doc.getXmlFragment("default"), schema);
    text.descendants((node) => readNode(node));
    outlineOf(text);
    new FlatPositions(text);
    mended(EditorState.create({ doc: text }));
  }
  viewOf(doc);
  plainText(doc);
  hypothesesOf(doc);
  hypothesesSection(doc);
  tagsOf(doc);
  for (const entity of entitiesOf(doc)) for (const said of [entity.name, entity.note, ...entity.aliases]) expect(said).toBeTypeOf("string");
  for (const { id, text, order } of itemsOf(doc)) expect([typeof id, typeof text, Number.isFinite(order)]).toEqual(["string", "string", true]);
  ratingsOf(doc);
}

function readNode(node: Node): void {
  if (node.type.name === "table") TableMap.get(node);
  node.type.spec.toDOM?.(node);
  for (const mark of node.marks) mark.type.spec.toDOM?.(mark, true);
}

const inside: Record<string, () => Y.XmlElement> = {
  hypothesis: () => element("hypothesis", {}, [element("heading", {}, [new Y.XmlText("Title")]), element("paragraph")]),
  tableCell: () => element("tableCell", {}, [element("paragraph")]),
};
// A node with this attribute, where such a node may stand.
function standing(name: string, attributes: Record<string, unknown>): Y.XmlElement {
  const made = inside[name]?.() ?? element(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
  const type = schema.nodes[name]!;
  if (type.isInline) return element("paragraph", {}, [made]);
  if (name === "listItem") return element("orderedList", {}, [made]);
  if (name === "tableRow") return element("table", {}, [made]);
  if (name === "tableCell" || name === "tableHeader") return element("table", {}, [element("tableRow", {}, [made])]);
  return made;
}

describe("whatever somebody writes", () => {
  const places = Object.values(schema.nodes).flatMap((type) => Object.keys(type.spec.attrs ?? {}).map((name) => [type.name, name] as const));
  test.each(places)("as attribute %s.%s", (node, name) => {
    for (const make of sharedJunk()) {
      const doc = new Y.Doc();
      doc.getXmlFragment("default").insert(0, [standing(node, { [name]: make() })]);
      readAll(doc);
    }
  });

  const marks = Object.values(schema.marks).flatMap((type) => [[type.name, null] as const, ...Object.keys(type.spec.attrs ?? {}).map((name) => [type.name, name] as const)]);
  test.each(marks)("as mark %s.%s", (mark, name) => {
    for (const value of junk()) {
      const doc = new Y.Doc();
      const text = new Y.XmlText("words");
      doc.getXmlFragment("default").insert(0, [element("paragraph", {}, [text])]);
      text.format(1, 2, { [mark]: name === null ? value : { [name]: value } });
      readAll(doc);
    }
  });

  test.each(["title", "outlet", "published", "reportTitle", "source", "schema"])("as meta.%s", (field) => {
    for (const make of sharedJunk()) {
      const doc = new Y.Doc();
      doc.getMap("meta").set(field, make());
      readAll(doc);
    }
  });

  test.each(["eol", "finalNewline", "header", "tail", "kept"])("as meta.source.%s", (field) => {
    for (const value of junk()) {
      const doc = new Y.Doc();
      doc.getMap("meta").set("source", { [field]: value });
      readAll(doc);
    }
  });

  const entries: [root: string, members: string[]][] = [
    ["tags", ["by", "at", "order"]], ["entities", ["name", "type", "aliases", "note"]],
    ["evidence", ["text", "type", "source", "date", "origin", "stance", "credibility", "relevance", "order", "anchor"]],
    ["ratings", ["value", "at", "name", "note", "revealed"]],
  ];
  test.each(entries)("in %s", (root, members) => {
    const key = root === "ratings" ? "ann/e/h" : "x";
    for (const make of sharedJunk()) {
      const doc = new Y.Doc();
      doc.getMap(root).set(key, make());
      readAll(doc);
      for (const member of members) {
        doc.getMap(root).set(key, new Y.Map([[member, make()]]));
        readAll(doc);
      }
    }
    for (const value of junk()) {
      const doc = new Y.Doc();
      for (const member of members) {
        doc.getMap(root).set(key, { [member]: value });
        readAll(doc);
      }
      if (typeof value === "string") doc.getMap(root).set(value, new Y.Map());
      readAll(doc);
      entityOf(doc, value);
    }
  });

  test("a tag is added behind those that are there", () => {
    for (const make of sharedJunk()) {
      const doc = new Y.Doc();
      doc.getMap("tags").set("x", new Y.Map([["order", make()]]));
      doc.getMap("tags").set("y", make());
      expect(addTag(doc, "new", "ann")).toBe(true);
      expect(Number.isFinite((doc.getMap("tags").get("new") as Y.Map<unknown>).get("order"))).toBe(true);
    }
  });

  test("as a word about checks", () => {
    for (const value of junk()) {
      readIgnored(value);
      for (const part of ["scope", "id", "reason", "by", "at"]) readIgnored({ scope: "here", [part]: value });
      for (const part of ["id", "rule", "severity", "field", "help", "quote", "anchor", "range", "fixes", "related", "ignored", "message"]) {
        readFinding({ id: "f", rule: "r", severity: "hint", [part]: value }, "p", false);
      }
      for (const type of ["findings", "checked", "panel", "suggestions", "plugin"]) {
        for (const part of ["plugin", "revision", "final", "stale", "findings", "data", "scores", "suggestions", "state"]) readMessage({ type, plugin: "p", [part]: value });
      }
    }
  });
});
