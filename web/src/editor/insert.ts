// What can be put into the text: blocks below the one with the caret (or in its place while it is empty), chips at the caret.

import type { Editor, JSONContent } from "@tiptap/core";
import { TextSelection, type EditorState } from "@tiptap/pm/state";
import type { AssumptionKind, ConfidenceLevel, ScenarioCase } from "./schema/attributes";
import type { WordKey } from "./words";

export interface Insertion {
  key: WordKey;
  // Further words by which it is found.
  words: string;
  run(editor: Editor): void;
}

const paragraph: JSONContent = { type: "paragraph" };
const cell = (type: string): JSONContent => ({ type, content: [paragraph] });
const row = (type: string): JSONContent => ({ type: "tableRow", content: [cell(type), cell(type), cell(type)] });

const hypothesis: JSONContent = {
  type: "hypothesis", content: [{ type: "heading", attrs: { level: 3 } }, paragraph],
};
const assumptions = (kind: AssumptionKind): JSONContent => ({ type: "assumptionList", attrs: { kind }, content: [paragraph] });
const scenario = (which: ScenarioCase): JSONContent => ({ type: "scenario", attrs: { case: which }, content: [paragraph] });
const table: JSONContent = { type: "table", content: [row("tableHeader"), row("tableCell"), row("tableCell")] };

export const insertions: readonly Insertion[] = [
  { key: "insert.heading", words: "heading title überschrift h3", run: (editor) => setBlock(editor, "heading", { level: 3 }) },
  { key: "insert.text", words: "text paragraph absatz", run: (editor) => setBlock(editor, "paragraph") },
  { key: "insert.bullets", words: "bullet list liste ul", run: (editor) => editor.chain().focus().toggleBulletList().run() },
  { key: "insert.numbers", words: "numbered ordered list liste ol", run: (editor) => editor.chain().focus().toggleOrderedList().run() },
  { key: "insert.hypothesis", words: "hypothesis hypothese ach", run: (editor) => insertBlock(editor, hypothesis) },
  { key: "insert.assumptions", words: "assumptions annahmen", run: (editor) => insertBlock(editor, assumptions("assumption")) },
  { key: "insert.red_flags", words: "red flags warnzeichen", run: (editor) => insertBlock(editor, assumptions("redFlag")) },
  { key: "insert.blind_spots", words: "blind spots gaps lücken", run: (editor) => insertBlock(editor, assumptions("blindSpot")) },
  { key: "insert.best", words: "scenario best case szenario", run: (editor) => insertBlock(editor, scenario("best")) },
  { key: "insert.worst", words: "scenario worst case szenario", run: (editor) => insertBlock(editor, scenario("worst")) },
  { key: "insert.likely", words: "scenario most likely case szenario", run: (editor) => insertBlock(editor, scenario("likely")) },
  { key: "insert.confidence", words: "confidence level konfidenz", run: (editor) => insertConfidence(editor, "moderate") },
  { key: "insert.quote", words: "quote blockquote zitat", run: (editor) => editor.chain().focus().toggleBlockquote().run() },
  { key: "insert.table", words: "table tabelle", run: (editor) => insertBlock(editor, table) },
  { key: "insert.code", words: "code", run: (editor) => setBlock(editor, "codeBlock") },
];

function setBlock(editor: Editor, type: string, attributes?: Record<string, unknown>): void {
  editor.chain().focus().setNode(type, attributes).run();
}

export function insertConfidence(editor: Editor, level: ConfidenceLevel): void {
  editor.chain().focus().insertContent({ type: "confidence", attrs: { level } }).run();
}

// The block of the section (or of the report, outside one) in which the caret stands.
function outermost(state: EditorState): { depth: number; from: number; to: number; empty: boolean } | null {
  const { $from } = state.selection;
  const depth = $from.depth > 0 && $from.node(1).type.name === "section" ? 2 : 1;
  if ($from.depth < depth) return null;
  const node = $from.node(depth);
  return { depth, from: $from.before(depth), to: $from.after(depth), empty: node.type.name === "paragraph" && node.content.size === 0 };
}

export function insertBlock(editor: Editor, content: JSONContent): void {
  const { state } = editor;
  const at = outermost(state);
  const place = at ? (at.empty ? at.from : at.to) : state.doc.content.size;
  editor.chain().focus().command(({ tr }) => {
    const node = state.schema.nodeFromJSON(content);
    if (at?.empty) tr.replaceWith(at.from, at.to, node);
    else tr.insert(place, node);
    tr.setSelection(TextSelection.near(tr.doc.resolve(place + 1))).scrollIntoView();
    return true;
  }).run();
}
