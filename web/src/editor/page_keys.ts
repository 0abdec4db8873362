// The keys of the report that work wherever the focus is in it, also where the text is read-only.

import type { Discussion } from "../comments/discussion";
import type { Findings } from "../findings/findings";
import type { ReportEditor } from "./open_editor";

const areas = [".report-header", ".outline-area", ".paper-text", ".rail-area"] as const;
const focusable = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex="0"]';

const isShown = (element: HTMLElement): boolean => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";

// What the page does on a key that is not the text's own.
export interface PageActs {
  comment: () => void;
  step: (direction: -1 | 1) => void;
  evidence: () => void;
  matrix: () => void;
}

export function listenForKeys(report: ReportEditor, discussion: Discussion, findings: Findings, acts: PageActs): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing || !act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const act = (event: KeyboardEvent): boolean => {
    if (event.key === "F6" && !event.altKey && !event.ctrlKey) return nextArea(event.shiftKey ? -1 : 1);
    if (event.key === "F10" && event.altKey) return focusIn(".toolbar");
    if (event.key === "F8" && !event.altKey && !event.ctrlKey && !event.metaKey) {
      acts.step(event.shiftKey ? -1 : 1);
      return true;
    }
    if (event.key === "." && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) return askAtCaret(findings);
    if (!(event.ctrlKey || event.metaKey) || !event.altKey || event.shiftKey) return false;
    switch (event.code) {
      case "KeyM":
        acts.comment();
        return true;
      case "KeyE":
        acts.evidence();
        return true;
      case "KeyX":
        acts.matrix();
        return true;
      case "KeyR":
        return resolveFocused(discussion);
      case "Period":
        return discussion.step(1);
      case "Comma":
        return discussion.step(-1);
      default:
        return false;
    }
  };
  const nextArea = (direction: -1 | 1): boolean => {
    const shown = areas.filter((area) => {
      const element = document.querySelector<HTMLElement>(area);
      return element !== null && isShown(element);
    });
    const at = shown.findIndex((area) => document.querySelector(area)?.contains(document.activeElement));
    const next = shown[(at + direction + shown.length) % shown.length];
    if (next === ".paper-text") return report.editor.commands.focus();
    return next !== undefined && focusIn(next);
  };
  window.addEventListener("keydown", pressed, { capture: true });
  return () => window.removeEventListener("keydown", pressed, { capture: true });
}

function focusIn(selector: string): boolean {
  const inside = [...document.querySelectorAll<HTMLElement>(`${selector} :is(${focusable})`)].find(isShown);
  inside?.focus();
  return inside !== undefined;
}

function askAtCaret(findings: Findings): boolean {
  const ids = findings.atCaret().map(({ id }) => id);
  if (ids.length > 0) findings.ask(ids, true);
  return ids.length > 0;
}

function resolveFocused(discussion: Discussion): boolean {
  const thread = discussion.threads.peek().find(({ id }) => id === discussion.focused.peek());
  if (!thread) return false;
  discussion.setState(thread.id, thread.state === "open" ? "resolved" : "open");
  return true;
}
