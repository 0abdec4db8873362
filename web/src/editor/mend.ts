// Mends what a merge of two people's edits left odd: two blocks with one id, a hypothesis without title or statement, an empty list.
// Everything odd is legal, so it can wait until the text has been quiet for a while; and one client does it, the first among those
// who write here, so that two do not mend the same thing twice.

import type { Editor } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import type { EditorState, Transaction } from "@tiptap/pm/state";
import type { ReportSession } from "../provider/report_session";
import { drawId, roleOf } from "./schema/attributes";
import { hasBlockId } from "./tidy";

const quiet_ms = 2000;
const lists = new Set(["bulletList", "orderedList", "table", "tableRow"]);
const lines = new Set(["listItem", "blockquote", "tableCell", "tableHeader", "assumptionList", "scenario", "section"]);

// What awareness says of this client's view of the report.
export function viewOf(writable: boolean): "editor" | "reader" {
  return writable ? "editor" : "reader";
}

export function startMending(session: ReportSession, editor: Editor): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const mend = (): void => {
    if (editor.isDestroyed || !session.writable.peek() || !session.connected.peek() || !isFirstWriter(session)) return;
    const transaction = mended(editor.state);
    if (transaction) editor.view.dispatch(transaction.setMeta("addToHistory", false));
  };
  const wait = ({ transaction }: { transaction: Transaction }): void => {
    if (!transaction.docChanged) return;
    clearTimeout(timer);
    timer = setTimeout(mend, quiet_ms);
  };
  editor.on("transaction", wait);
  timer = setTimeout(mend, quiet_ms);
  return () => {
    clearTimeout(timer);
    editor.off("transaction", wait);
  };
}

// Who only reads says so (see `viewOf`), and is not counted.
function isFirstWriter(session: ReportSession): boolean {
  return !session.awareness.others().some(([client, { view }]) => client < session.doc.clientID && view === viewOf(true));
}

// Null when there is nothing to mend.
export function mended(state: EditorState): Transaction | null {
  const transaction = state.tr;
  const heading = state.schema.nodes["heading"]!;
  const paragraph = state.schema.nodes["paragraph"]!;
  const seen = new Set<string>();
  const at = (position: number): number => transaction.mapping.map(position);
  const insert = (position: number, node: Node): void => void transaction.insert(at(position), node);
  const line = (): Node => paragraph.create({ id: drawId() });

  state.doc.descendants((node, position) => {
    if (!hasBlockId(node.type)) return false;
    const id: unknown = node.attrs["id"];
    if (typeof id !== "string" || seen.has(id)) transaction.setNodeAttribute(at(position), "id", drawId());
    else seen.add(id);
    if (node.childCount === 0 && lists.has(node.type.name)) {
      transaction.delete(at(position), at(position + node.nodeSize));
    } else if (node.childCount === 0 && lines.has(node.type.name) && !isTagSection(node)) insert(position + 1, line());
    else if (node.type.name === "hypothesis") mendHypothesis(node, position, insert, transaction, heading.create({ level: 3, id: drawId() }), line);
    return !node.isTextblock;
  });
  return transaction.docChanged ? transaction : null;
}

const isTagSection = (node: Node): boolean => node.type.name === "section" && roleOf(node) === "tags";

function mendHypothesis(
  node: Node, position: number, insert: (position: number, node: Node) => void, transaction: Transaction, title: Node, line: () => Node,
): void {
  if (node.childCount === 0 || node.child(0).type.name !== "heading") insert(position + 1, title);
  let titles = 0;
  let offset = position + 1;
  node.forEach((child) => {
    // A second title keeps its words as a line of the statement.
    if (child.type.name === "heading" && ++titles > 1) {
      const { id } = child.attrs;
      transaction.setNodeMarkup(transaction.mapping.map(offset), node.type.schema.nodes["paragraph"]!, { id });
    }
    offset += child.nodeSize;
  });
  if (node.childCount === 0 || (node.childCount === 1 && titles === 1)) insert(position + node.nodeSize - 1, line());
}
