// A report's text as one flat string, its blocks in order with a line end between them, and the way back to the shared types.
// Offsets count UTF-16 units, as Yjs does.

import * as Y from "yjs";
import { atomText, text_blocks } from "./atoms";

export interface Block {
  id: string | null;
  section: string | null;
  start: number;
  end: number;
}

export interface FlatText {
  text: string;
  blocks: Block[];
}

// A stretch of the text that lies in one XmlText, or one inline atom, which is the child `index` of its block.
interface Segment {
  start: number;
  end: number;
  block: Y.XmlElement;
  text: Y.XmlText | null;
  index: number;
}

export interface TextView extends FlatText {
  doc: Y.Doc;
  segments: Segment[];
}

const separator = "\n";

export function viewOf(doc: Y.Doc): TextView {
  const view: TextView = { doc, text: "", blocks: [], segments: [] };
  const parts: string[] = [];
  let length = 0;
  const put = (words: string): void => {
    parts.push(words);
    length += words.length;
  };

  const readBlock = (block: Y.XmlElement, section: string | null): void => {
    if (view.blocks.length > 0) put(separator);
    const start = length;
    block.toArray().forEach((child, index) => {
      const from = length;
      if (child instanceof Y.XmlText) put(wordsOf(child));
      else if (child instanceof Y.XmlElement) put(atomText(child.nodeName, child.getAttributes()));
      else return;
      view.segments.push({ start: from, end: length, block, text: child instanceof Y.XmlText ? child : null, index });
    });
    view.blocks.push({ id: attribute(block, "id"), section, start, end: length });
  };
  const walk = (parent: Y.XmlFragment, section: string | null): void => {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue;
      if (text_blocks.has(child.nodeName)) readBlock(child, section);
      else walk(child, child.nodeName === "section" ? attribute(child, "id") : section);
    }
  };
  walk(doc.getXmlFragment("default"), null);
  view.text = parts.join("");
  return view;
}

function attribute(element: Y.XmlElement, name: string): string | null {
  const value: unknown = element.getAttribute(name);
  return typeof value === "string" ? value : null;
}

// What is embedded in a text counts one unit, as in Yjs.
function wordsOf(text: Y.XmlText): string {
  return (text.toDelta() as { insert: unknown }[]).map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc")).join("");
}

// The relative position of the character that begins at `offset` ("start"), or that ends there ("end"): what is typed at either
// edge of a range stays outside it.
export function relativeAt(view: TextView, offset: number, edge: "start" | "end"): Y.RelativePosition | null {
  const segment = edge === "start"
    ? view.segments.find(({ start, end }) => start <= offset && offset < end)
    : view.segments.findLast(({ start, end }) => start < offset && offset <= end);
  if (!segment) return null;
  const { text, block, index } = segment;
  if (text) return Y.createRelativePositionFromTypeIndex(text, offset - segment.start, edge === "start" ? 0 : -1);
  return Y.createRelativePositionFromTypeIndex(block, edge === "start" ? index : index + 1, edge === "start" ? 0 : -1);
}

// Null when what the position belongs to is not in the text any more.
export function offsetOf(view: TextView, position: Y.RelativePosition): number | null {
  const found = Y.createAbsolutePositionFromRelativePosition(position, view.doc);
  if (!found) return null;
  const inside = placesOf(view).get(found.type as unknown as object);
  if (!inside) return null;
  for (const segment of inside) {
    if ((segment.text as unknown) === found.type) return Math.min(segment.start + found.index, segment.end);
    if (segment.index === found.index) return segment.start;
  }
  const last = inside.at(-1)!;
  return found.index > last.index ? last.end : null;
}

// The segments of each text, and of each block that a position may name by its children; made once a view.
const places = new WeakMap<TextView, Map<object, Segment[]>>();

function placesOf(view: TextView): Map<object, Segment[]> {
  const known = places.get(view);
  if (known) return known;
  const made = new Map<object, Segment[]>();
  const put = (type: object, segment: Segment): void => {
    const inside = made.get(type);
    if (inside) inside.push(segment);
    else made.set(type, [segment]);
  };
  for (const segment of view.segments) {
    put(segment.block, segment);
    if (segment.text) put(segment.text, segment);
  }
  places.set(view, made);
  return made;
}
