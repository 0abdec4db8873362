// The blocks of a report, exactly as docs/schema.md lists them. Every content rule is a star: whatever a merge leaves is legal,
// because the binding deletes what does not fit.

import { mergeAttributes, Node, textblockTypeInputRule } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Heading } from "@tiptap/extension-heading";
import { BulletList, ListItem, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import {
  assumption_kinds, blockAttributes, cellSpan, levelOf, markedAttributes, oneOf, scenario_cases, section_roles, seen, wordOf,
} from "./attributes";

export const ReportDocument = Node.create({
  name: "doc",
  topNode: true,
  content: "(section | block)*",
});

export const Section = Node.create({
  name: "section",
  content: "block*",
  defining: true,
  isolating: true,
  addAttributes: () => ({ ...blockAttributes(), role: seen("role", oneOf(section_roles)) }),
  parseHTML: () => [{ tag: "section[data-role]" }],
  renderHTML: ({ HTMLAttributes }) => ["section", HTMLAttributes, 0],
});

export const ReportParagraph = Paragraph.extend({
  addAttributes: markedAttributes,
  addKeyboardShortcuts: () => ({}),
});

// A section's own heading is of level 2, so the first `#` typed inside one makes the level below it.
export const ReportHeading = Heading.extend({
  addAttributes: () => ({ ...markedAttributes(), level: { default: null, rendered: false, keepOnSplit: true } }),
  // A number is shown before the words; a bullet that the file had is kept and not shown.
  renderHTML: ({ node, HTMLAttributes }) =>
    [`h${levelOf(node)}`, mergeAttributes(HTMLAttributes, /\d/.test(wordOf(node.attrs["marker"]) ?? "") ? { class: "numbered" } : {}), 0],
  addKeyboardShortcuts: () => ({}),
  addInputRules() {
    return [1, 2, 3].map((hashes) =>
      textblockTypeInputRule({ find: new RegExp(`^(#{${hashes}})\\s$`), type: this.type, getAttributes: { level: hashes + 2 } }));
  },
});

export const ReportBulletList = BulletList.extend({ content: "listItem*", addAttributes: blockAttributes });

export const ReportOrderedList = OrderedList.extend({
  content: "listItem*",
  addAttributes: () => ({
    ...blockAttributes(),
    start: {
      default: null,
      parseHTML: (element: HTMLElement) => {
        const start = Number.parseInt(element.getAttribute("start") ?? "", 10);
        return Number.isInteger(start) && start !== 1 ? start : null;
      },
      renderHTML: (attributes: Record<string, unknown>) => {
        const start = Number(wordOf(attributes["start"]) ?? 1);
        return Number.isInteger(start) && start !== 1 ? { start, style: `--start: ${start - 1}` } : {};
      },
    },
  }),
  renderHTML: ({ HTMLAttributes }) => ["ol", HTMLAttributes, 0],
});

// The bullet as the file had it is shown in place of ours; a number is counted by the page, since items move.
export const ReportListItem = ListItem.extend({
  content: "block*",
  addAttributes: markedAttributes,
  renderHTML: ({ node, HTMLAttributes }) => {
    const bullet = (wordOf(node.attrs["marker"]) ?? "").trim();
    return ["li", mergeAttributes(HTMLAttributes, bullet ? { "data-bullet": bullet } : {}), 0];
  },
});

export const ReportBlockquote = Blockquote.extend({ content: "block*", addAttributes: blockAttributes });

// Marks are let in because another client may write them; the keyboard of this one does not offer them inside code.
export const ReportCodeBlock = CodeBlock.extend({
  marks: "_",
  addAttributes: () => ({ ...blockAttributes(), language: seen("language") }),
  renderHTML: ({ HTMLAttributes }) => ["pre", HTMLAttributes, ["code", 0]],
});

export const ReportTableRow = TableRow.extend({ content: "(tableCell | tableHeader)*", addAttributes: blockAttributes });

const cellAttributes = () => ({
  ...blockAttributes(),
  colspan: cellSpan("colspan"),
  rowspan: cellSpan("rowspan"),
  colwidth: { default: null, parseHTML: () => null },
});

export const ReportTableCell = TableCell.extend({
  content: "block*",
  addAttributes: cellAttributes,
  parseHTML: () => [{ tag: "td" }],
});
export const ReportTableHeader = TableHeader.extend({
  content: "block*",
  addAttributes: cellAttributes,
  parseHTML: () => [{ tag: "th" }],
});

export const Hypothesis = Node.create({
  name: "hypothesis",
  group: "block",
  content: "block*",
  defining: true,
  isolating: true,
  addAttributes: () => ({ ...markedAttributes(), form: seen("form") }),
  parseHTML: () => [{ tag: "div[data-node=hypothesis]" }],
  renderHTML: ({ HTMLAttributes }) =>
    ["div", mergeAttributes({ "data-node": "hypothesis", class: "hypothesis" }, HTMLAttributes), 0],
});

export const AssumptionList = Node.create({
  name: "assumptionList",
  group: "block",
  content: "block*",
  defining: true,
  isolating: true,
  addAttributes: () => ({
    ...markedAttributes(), kind: seen("kind", oneOf(assumption_kinds)), label: seen("label"), form: seen("form"),
  }),
  parseHTML: () => [{ tag: "div[data-node=assumptionList]" }],
  renderHTML: ({ HTMLAttributes }) => ["div", mergeAttributes({ "data-node": "assumptionList" }, HTMLAttributes), 0],
});

export const Scenario = Node.create({
  name: "scenario",
  group: "block",
  content: "block*",
  defining: true,
  isolating: true,
  addAttributes: () => ({
    ...markedAttributes(), case: seen("case", oneOf(scenario_cases)), likelihood: seen("likelihood"), label: seen("label"),
    form: seen("form"),
  }),
  parseHTML: () => [{ tag: "div[data-node=scenario]" }],
  renderHTML: ({ HTMLAttributes }) => ["div", mergeAttributes({ "data-node": "scenario" }, HTMLAttributes), 0],
});

export const TagList = Node.create({
  name: "tagList",
  group: "block",
  atom: true,
  selectable: true,
  addAttributes: () => ({ ...blockAttributes(), source: { default: null, rendered: false, parseHTML: () => null } }),
  parseHTML: () => [{ tag: "div[data-node=tagList]" }],
  renderHTML: ({ HTMLAttributes }) => ["div", mergeAttributes({ "data-node": "tagList" }, HTMLAttributes)],
});
