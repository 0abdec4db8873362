// Which section the reader sees: the last one whose top has passed the upper third of the window.

import { effect } from "@preact/signals";
import type { ReportEditor } from "./open_editor";

export function sectionInView(report: ReportEditor, tell: (id: string | null) => void): () => void {
  let frame = 0;
  const look = (): void => {
    frame = 0;
    if (report.editor.isDestroyed) return;
    const line = window.innerHeight / 3;
    let seen: string | null = null;
    for (const section of report.editor.view.dom.querySelectorAll<HTMLElement>(":scope > section")) {
      if (seen === null || section.getBoundingClientRect().top <= line) seen = section.dataset["id"] ?? null;
    }
    tell(seen);
  };
  const soon = (): void => {
    if (frame === 0) frame = requestAnimationFrame(look);
  };
  window.addEventListener("scroll", soon, { passive: true, capture: true });
  window.addEventListener("resize", soon);
  const stop = effect(() => {
    void report.outline.value;
    soon();
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
    window.removeEventListener("scroll", soon, { capture: true });
    window.removeEventListener("resize", soon);
  };
}
