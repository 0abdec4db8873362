// The structured nodes as the editor draws them, and the table with its own plugins kept from changing what others wrote.

import type { Extensions } from "@tiptap/core";
import type { Plugin } from "@tiptap/pm/state";
import type { ReportSession } from "../../provider/report_session";
import { AssumptionList, Scenario, TagList } from "../schema/blocks";
import { Confidence, EntityMention } from "../schema/inline";
import { ReportTable } from "../schema/report_schema";
import { isRendered } from "../transactions";
import { EntityMentionView } from "./entity_view";
import { AssumptionListView, ConfidenceView, ScenarioView } from "./structured_views";
import { TagListView } from "./tag_list_view";

type Position = () => number | undefined;

export function drawnNodes(session: ReportSession): Extensions {
  return [
    AssumptionList.extend({
      addNodeView: () => ({ node, view, getPos }) => new AssumptionListView(node, view, getPos as Position),
    }),
    Scenario.extend({
      addNodeView: () => ({ node, view, getPos }) => new ScenarioView(node, view, getPos as Position),
    }),
    Confidence.extend({
      addNodeView: () => ({ node, view, getPos }) => new ConfidenceView(node, view, getPos as Position),
    }),
    TagList.extend({
      addNodeView: () => ({ node, view }) => new TagListView(node, view, session),
    }),
    EntityMention.extend({
      addNodeView: () => ({ node, view }) => new EntityMentionView(node, view, session.doc),
    }),
    ReportTable.extend({
      addProseMirrorPlugins() {
        return (this.parent?.() ?? []).map((plugin) => onlyOwnEdits(plugin, () => session.writable.peek()));
      },
    }),
  ];
}

// A table's plugin mends rows by itself; it may do so after an edit made here, never on what only arrived.
function onlyOwnEdits(plugin: Plugin, writable: () => boolean): Plugin {
  const append = plugin.spec.appendTransaction;
  if (append) {
    plugin.spec.appendTransaction = function (transactions, before, after) {
      return !writable() || transactions.some(isRendered) ? null : append.call(this as Plugin, transactions, before, after);
    };
  }
  return plugin;
}
