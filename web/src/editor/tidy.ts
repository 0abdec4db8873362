// Keeps the text whole while it is edited: each new block gets an id, a doubled one a new id, and a container that an edit left
// empty gets a line to write on. Done by the client that edits, in the same step as its edit, so that undo takes back both; what
// others write is never touched here (see mend.ts).

import type { Node, NodeType } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Mapping } from "@tiptap/pm/transform";
import { drawId } from "./schema/attributes";
import { isRendered } from "./transactions";

// Containers in which a caret needs a line. A list or table without items is left to the mending: it may be half of a merge.
const containers = new Set(["section", "listItem", "blockquote", "tableCell", "tableHeader", "hypothesis", "assumptionList", "scenario"]);

export const hasBlockId = (type: NodeType): boolean => type.isBlock && type.spec.attrs?.["id"] !== undefined;

export function tidyPlugin(writable: () => boolean): Plugin {
  return new Plugin({
    key: new PluginKey("tidy"),
    appendTransaction(transactions, before, after) {
      if (!writable() || !transactions.some((transaction) => transaction.docChanged)) return null;
      if (transactions.some(isRendered)) return null;
      const transaction = after.tr;
      tidy(transaction, kept(transactions, before), after);
      return transaction.docChanged ? transaction : null;
    },
  });
}

// Where each id of the state before stands now: of two blocks with one id, the one that stands there keeps it.
function kept(transactions: readonly Transaction[], before: EditorState): Map<string, number> {
  const mapping = new Mapping(transactions.flatMap((transaction) => transaction.mapping.maps));
  const positions = new Map<string, number>();
  before.doc.descendants((node, position) => {
    if (hasBlockId(node.type) && typeof node.attrs["id"] === "string" && !positions.has(node.attrs["id"])) {
      const now = mapping.mapResult(position, 1);
      if (!now.deleted) positions.set(node.attrs["id"], now.pos);
    }
    return !node.isTextblock;
  });
  return positions;
}

function tidy(transaction: Transaction, positions: Map<string, number>, state: EditorState): void {
  const seen = new Map<string, number>();
  const nameless: { node: Node; position: number; copy: boolean }[] = [];
  const empty: number[] = [];
  state.doc.descendants((node, position) => {
    if (!hasBlockId(node.type)) return !node.isTextblock;
    const id: unknown = node.attrs["id"];
    if (typeof id !== "string") nameless.push({ node, position, copy: false });
    else if (!seen.has(id)) seen.set(id, position);
    else if (positions.get(id) === position) {
      const other = seen.get(id)!;
      nameless.push({ node: state.doc.nodeAt(other)!, position: other, copy: true });
      seen.set(id, position);
    } else nameless.push({ node, position, copy: true });
    if (node.childCount === 0 && containers.has(node.type.name)) empty.push(position + 1);
    return !node.isTextblock;
  });
  for (const { node, position, copy } of nameless) {
    // A copy was not in the file: how its line stood there is the original's.
    const attributes = copy ? { ...node.attrs, lead: null, eol: null, ...("marker" in node.attrs ? { marker: null } : {}) } : node.attrs;
    transaction.setNodeMarkup(position, undefined, { ...attributes, id: drawId() }, node.marks);
  }
  const paragraph = state.schema.nodes["paragraph"]!;
  for (const position of empty.reverse()) transaction.insert(position, paragraph.create({ id: drawId() }));
}
