// Finds what this page does not know in a report's text, before the binding sees it: the binding deletes elements that do not fit
// and strips attributes that are not declared, for everybody.

import type { MarkType, NodeType, Schema } from "@tiptap/pm/model";
import * as Y from "yjs";
import { isCellAttribute, wordOf } from "./attributes";
import { schema_version } from "./report_schema";

// What was found, for the log and for tests: `node "timeline"`, `attribute "paragraph.tone"`, `mark "spoiler"`, `schema 2`.
export type Unknown = string;

type Element = Y.XmlElement | Y.XmlFragment;

export function findUnknown(doc: Y.Doc, schema: Schema): Unknown | null {
  return findInMeta(doc) ?? findInElement(doc.getXmlFragment("default"), schema, () => true);
}

// Calls `found` once, before any observer of the document hears of the change, when a later update brings something unknown.
// The walk covers what changed, not the whole text. The answer ends the watch.
export function watchUnknown(doc: Y.Doc, schema: Schema, found: (what: Unknown) => void): () => void {
  const fragment = doc.getXmlFragment("default");
  const meta = doc.getMap("meta");
  const inspect = (transaction: Y.Transaction): void => {
    const isNew = (item: Y.Item): boolean => item.id.clock >= (transaction.beforeState.get(item.id.client) ?? 0);
    for (const type of transaction.changed.keys()) {
      const what = (type as unknown) === meta ? findInMeta(doc) : belongs(type, fragment) ? findInType(type, schema, isNew) : null;
      if (what === null) continue;
      stop();
      found(what);
      return;
    }
  };
  const stop = (): void => doc.off("beforeObserverCalls", inspect);
  doc.on("beforeObserverCalls", inspect);
  return stop;
}

function belongs(type: Y.AbstractType<any>, fragment: Y.XmlFragment): boolean {
  for (let at: Y.AbstractType<any> | null = type; at !== null; at = at.parent) if ((at as unknown) === fragment) return true;
  return false;
}

function findInMeta(doc: Y.Doc): Unknown | null {
  const version = doc.getMap("meta").get("schema");
  return version === undefined || (typeof version === "number" && version <= schema_version) ? null : `schema ${wordOf(version) ?? "unknown"}`;
}

function findInType(type: unknown, schema: Schema, enter: (item: Y.Item) => boolean): Unknown | null {
  if (type instanceof Y.XmlText) return findInText(type, null, schema);
  if (type instanceof Y.XmlElement || type instanceof Y.XmlFragment) return findInElement(type, schema, enter);
  return "type";
}

// `enter` says whether to walk into a child; the children's own fit is always checked.
function findInElement(element: Element, schema: Schema, enter: (item: Y.Item) => boolean): Unknown | null {
  const node = element instanceof Y.XmlElement ? schema.nodes[element.nodeName] : schema.topNodeType;
  if (!node) return `node "${(element as Y.XmlElement).nodeName}"`;
  if (element instanceof Y.XmlElement) {
    for (const [name, value] of Object.entries(element.getAttributes())) {
      if (!Object.hasOwn(node.spec.attrs ?? {}, name)) return `attribute "${node.name}.${name}"`;
      if (!isCellAttribute(name, value)) return `value of "${node.name}.${name}"`;
    }
  }
  for (const child of element.toArray()) {
    const what = findInChild(child, node, schema, enter);
    if (what !== null) return what;
  }
  return null;
}

function findInChild(child: unknown, parent: NodeType, schema: Schema, enter: (item: Y.Item) => boolean): Unknown | null {
  if (child instanceof Y.XmlText) {
    if (child.length > 0 && !parent.contentMatch.matchType(schema.nodes["text"]!)) return `text in "${parent.name}"`;
    return child._item && enter(child._item) ? findInText(child, parent, schema) : null;
  }
  if (!(child instanceof Y.XmlElement)) return "type";
  const type = schema.nodes[child.nodeName];
  if (!type) return `node "${child.nodeName}"`;
  if (!parent.contentMatch.matchType(type)) return `"${type.name}" in "${parent.name}"`;
  return child._item && enter(child._item) ? findInElement(child, schema, enter) : null;
}

function findInText(text: Y.XmlText, parent: NodeType | null, schema: Schema): Unknown | null {
  for (const part of text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]) {
    if (typeof part.insert !== "string") return "embedded content";
    for (const [name, value] of Object.entries(part.attributes ?? {})) {
      const mark = schema.marks[name];
      if (!mark || (parent && !parent.allowsMarkType(mark))) return `mark "${name}"`;
      const what = findInMark(mark, value);
      if (what !== null) return what;
    }
  }
  return null;
}

function findInMark(mark: MarkType, value: unknown): Unknown | null {
  if (typeof value !== "object" || value === null) return value === true ? null : `mark "${mark.name}"`;
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(mark.spec.attrs ?? {}, name)) return `attribute "${mark.name}.${name}"`;
  }
  return null;
}
