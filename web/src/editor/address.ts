// What the address names behind its `#`: `c-{thread}`, `f-{finding}`, `s-{section}` and, from the matrix, `e-{evidence}`. It is opened
// and scrolled to, once it is there.

import { effect } from "@preact/signals";
import type { Discussion } from "../comments/discussion";
import type { Findings } from "../findings/findings";
import type { ReportSession } from "../provider/report_session";
import type { RailTab } from "../rail/RailFrame";
import type { ReportEditor } from "./open_editor";

export interface Page {
  session: ReportSession;
  report: ReportEditor;
  discussion: Discussion;
  findings: Findings;
  showRail: (tab: RailTab) => void;
}

export const load_evidence = () => import("../matrix/from_selection");

export function followAddress(page: Page): void {
  const [, kind, given] = /^#([cefs])-(.+)$/.exec(location.hash) ?? [];
  const id = given === undefined ? null : decoded(given);
  if (id === null) return;
  if (kind === "s") requestAnimationFrame(() => page.report.editor.view.dom.querySelector(`section[data-id="${CSS.escape(id)}"]`)?.scrollIntoView());
  else if (kind === "e") void load_evidence().then((chunk) => requestAnimationFrame(() => chunk.showEvidence(page.session, page.report, id)));
  else if (kind === "c") whenThere(() => page.discussion.places.value.has(id), () => open("comments", () => page.discussion.reveal(id)));
  else whenThere(() => page.findings.shown.value.some(({ finding }) => finding.id === id), () => open("findings", () => page.findings.reveal(id)));

  function open(tab: RailTab, reveal: () => void): void {
    page.showRail(tab);
    reveal();
  }
}

function decoded(given: string): string | null {
  try {
    return decodeURIComponent(given);
  } catch {
    return null;
  }
}

function whenThere(there: () => boolean, act: () => void): void {
  const stop = effect(() => {
    if (!there()) return;
    queueMicrotask(() => {
      stop();
      act();
    });
  });
}
