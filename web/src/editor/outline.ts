// The report's shape, read off the text: its sections with their hypotheses, and how many words there are.

import type { Node } from "@tiptap/pm/model";
import { roleOf, wordOf, type SectionRole } from "./schema/attributes";
import { sectionsOf } from "./sections";

export interface OutlineHypothesis {
  id: string;
  title: string;
  position: number;
}

export interface OutlineSection {
  id: string;
  role: SectionRole;
  number: string;
  title: string;
  position: number;
  hypotheses: OutlineHypothesis[];
}

export interface Outline {
  sections: OutlineSection[];
  // 0 while there is no more than the layout that a new report comes with.
  words: number;
}

const idOf = (node: Node): string => (typeof node.attrs["id"] === "string" ? node.attrs["id"] : "");

function titleOf(node: Node): string {
  let title = "";
  node.forEach((child) => {
    if (title === "" && child.type.name === "heading") title = child.textContent.trim();
  });
  return title;
}

export function outlineOf(doc: Node): Outline {
  const sections = sectionsOf(doc).map(({ node, position }) => {
    const hypotheses: OutlineHypothesis[] = [];
    node.forEach((child, offset) => {
      if (child.type.name !== "hypothesis") return;
      hypotheses.push({ id: idOf(child), title: titleOf(child), position: position + 1 + offset });
    });
    const marker: unknown = node.firstChild?.type.name === "heading" ? node.firstChild.attrs["marker"] : null;
    return {
      id: idOf(node), role: roleOf(node), number: typeof marker === "string" ? marker.trim() : "", title: titleOf(node), position,
      hypotheses,
    };
  });
  return { sections, words: countWords(doc) };
}

const label_words_max = 3;

// A word is a run of letters, digits and what joins them. The layout's words are not the report's: headings, but for the names of
// hypotheses, and a label with nothing behind it, such as "Confidence level:".
export function countWords(doc: Node): number {
  let words = 0;
  doc.descendants((node, _, parent) => {
    if (!node.isTextblock) return true;
    if (node.type.name === "heading" && parent?.type.name !== "hypothesis") return false;
    const text = node.textBetween(0, node.content.size, undefined, (leaf) => ` ${wordOf(leaf.attrs["label"]) ?? ""} `);
    const here = text.match(/[\p{L}\p{N}]+(?:[’'.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
    if (here > label_words_max || !text.trimEnd().endsWith(":")) words += here;
    return false;
  });
  return words;
}
