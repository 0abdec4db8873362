// What stands between the words: the confidence chip and the mention of an entity.

import { mergeAttributes, Node } from "@tiptap/core";
import { HardBreak } from "@tiptap/extension-hard-break";
import { confidence_levels, confidenceLabel, confidenceOf, mentionLabel, oneOf, seen } from "./attributes";

// A merge can leave a break anywhere, and it has no attributes of its own.
export const ReportHardBreak = HardBreak.extend({ addAttributes: () => ({}) });

export const Confidence = Node.create({
  name: "confidence",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ level: seen("level", oneOf(confidence_levels)), label: seen("label") }),
  parseHTML: () => [{ tag: "span[data-node=confidence]" }],
  renderHTML: ({ node, HTMLAttributes }) => [
    "span",
    mergeAttributes({ "data-node": "confidence", class: `confidence confidence-${confidenceOf(node)}` }, HTMLAttributes),
    confidenceLabel(node),
  ],
  renderText: ({ node }) => confidenceLabel(node),
});

export const EntityMention = Node.create({
  name: "entityMention",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ id: seen("id"), label: seen("label") }),
  parseHTML: () => [{ tag: "span[data-node=entityMention]" }],
  renderHTML: ({ node, HTMLAttributes }) => [
    "span", mergeAttributes({ "data-node": "entityMention", class: "entity" }, HTMLAttributes), mentionLabel(node),
  ],
  renderText: ({ node }) => mentionLabel(node),
});
