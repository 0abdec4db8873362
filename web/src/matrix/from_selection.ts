// Between the text and the matrix: selected words become evidence, and evidence leads back to its words.

import { anchorAt, locate, quoteOf, trimmed } from "../anchors/stored_anchor";
import { viewOf } from "../anchors/text_view";
import { keys } from "../comments/words";
import { FlatPositions } from "../editor/flat_positions";
import type { ReportEditor } from "../editor/open_editor";
import type { ReportSession } from "../provider/report_session";
import { go, reportPath } from "../shell/router";
import { say } from "../shell/Toasts";
import { addItem, itemsOf } from "./matrix_doc";
import { t } from "./words";

// What is selected becomes an item of evidence that stays on its words; nothing is asked, the matrix has the rest.
export function selectionToEvidence(session: ReportSession, report: ReportEditor): void {
  if (!session.writable.peek()) return;
  const { from, to, empty } = report.editor.state.selection;
  const view = viewOf(session.doc);
  const flat = new FlatPositions(report.editor.state.doc);
  const range = trimmed(view, { start: flat.offsetAt(from), end: flat.offsetAt(to) });
  const anchor = empty ? null : anchorAt(view, range);
  if (!anchor) return say(t("select.first", { keys: keys("Ctrl+Alt+E") }));
  const quote = quoteOf(view, range);
  addItem(session.doc, { text: quote.replaceAll("\n", " "), place: { anchor, quote } });
  say(t("added", { n: itemsOf(session.doc).length }), { label: t("open.matrix"), act: () => go(`${reportPath(session.id)}/matrix`) });
}

// Selects the words of an item and brings them into view; the top of the text where they are gone.
export function showEvidence(session: ReportSession, report: ReportEditor, id: string): void {
  const place = itemsOf(session.doc).find((item) => item.id === id)?.place;
  const found = place && locate(viewOf(session.doc), place.anchor, place.quote);
  const flat = new FlatPositions(report.editor.state.doc);
  const from = found ? flat.positionAt(found.start, "start") : null;
  const to = found ? flat.positionAt(found.end, "end") : null;
  if (from === null || to === null) return;
  report.editor.chain().setTextSelection({ from, to }).focus(null, { scrollIntoView: false }).run();
  const { top } = report.editor.view.coordsAtPos(from);
  scrollBy({ top: top - innerHeight / 3 });
}
