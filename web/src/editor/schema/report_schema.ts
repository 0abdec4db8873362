// All nodes and marks of the text, without behaviour of the page: what a test, the guard and the editor share.

import { getSchema, type Extensions } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Italic } from "@tiptap/extension-italic";
import { Strike } from "@tiptap/extension-strike";
import { Table } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import type { Schema } from "@tiptap/pm/model";
import { blockAttributes } from "./attributes";
import {
  AssumptionList, Hypothesis, ReportBlockquote, ReportBulletList, ReportCodeBlock, ReportDocument, ReportHeading, ReportListItem,
  ReportOrderedList, ReportParagraph, ReportTableCell, ReportTableHeader, ReportTableRow, Scenario, Section, TagList,
} from "./blocks";
import { Confidence, EntityMention, ReportHardBreak } from "./inline";
import { ReportCode, ReportLink } from "./marks";

// The number in `meta.schema` of the reports this page can read and write.
export const schema_version = 1;

export const ReportTable = Table.extend({ content: "tableRow*", addAttributes: blockAttributes });

export const structured = [AssumptionList, Scenario, Confidence, EntityMention, TagList] as const;

// The nodes that the editor draws itself come last, so that it can put its own in their place.
export const plain_extensions: Extensions = [
  ReportDocument, Text, ReportParagraph, ReportHeading, Section, Hypothesis, ReportBulletList, ReportOrderedList, ReportListItem,
  ReportBlockquote, ReportCodeBlock, ReportTableRow, ReportTableHeader, ReportTableCell, ReportHardBreak,
  Bold, Italic, Strike, Underline, ReportCode, ReportLink,
];

export function reportSchema(): Schema {
  return getSchema([...plain_extensions, ReportTable, ...structured]);
}
