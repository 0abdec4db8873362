// The report's sections and hypotheses, who is where, and the way there.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Discussion } from "../comments/discussion";
import type { Findings } from "../findings/findings";
import type { Counts } from "../findings/order";
import type { Person, ReportSession } from "../provider/report_session";
import { Faces } from "../shell/Face";
import type { ReportEditor } from "./open_editor";
import type { OutlineSection } from "./outline";
import { moveSection } from "./sections";
import { t } from "./words";

// Other people by the section they are in; one with two windows counts once in a section.
function usePeople(session: ReportSession) {
  const people = useSignal(new Map<string, Person[]>());
  useEffect(() => {
    const { awareness } = session;
    const read = (): void => {
      const found = new Map<string, Person[]>();
      for (const [, { user, section }] of awareness.others()) {
        if (!user || user.id === session.user.id || section === null) continue;
        const here = found.get(section) ?? [];
        if (!here.some(({ id }) => id === user.id)) here.push(user);
        found.set(section, here);
      }
      people.value = found;
    };
    read();
    awareness.on("change", read);
    return () => awareness.off("change", read);
  }, [session]);
  return people;
}

export function OutlinePanel(props: { session: ReportSession; report: ReportEditor; inView: string | null; discussion: Discussion; findings: Findings; leave: () => void }) {
  const { report } = props;
  const people = usePeople(props.session);
  const outline = report.outline.value;
  const threads = props.discussion.countBySection();
  const found = props.findings.countsByPart();
  const writable = useComputed(() => props.session.writable.value).value;

  const goTo = (position: number): void => {
    props.leave();
    const target = report.editor.view.nodeDOM(position);
    report.editor.chain().focus(position + 2, { scrollIntoView: false }).run();
    if (target instanceof HTMLElement) target.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  };
  const move = (section: OutlineSection, direction: -1 | 1): void => {
    moveSection(report.editor.view, section.position, direction, (id) => typeof id === "string" && people.peek().has(id));
  };
  const pressed = (event: KeyboardEvent, section: OutlineSection): void => {
    if (!event.altKey || !event.shiftKey || !writable) return;
    const direction = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : null;
    if (direction === null) return;
    event.preventDefault();
    move(section, direction);
    requestAnimationFrame(() => document.getElementById(`outline-${section.id}`)?.focus());
  };
  return (
    <nav class="outline" aria-label={t("outline.sections")}>
      <ol class="outline-sections">
        {outline.sections.map((section, index) => (
          <li key={section.id || index}>
            <div class={props.inView === section.id ? "outline-row in-view" : "outline-row"} {...pointing}>
              <button
                type="button"
                id={`outline-${section.id}`}
                class="outline-link"
                aria-current={props.inView === section.id ? "location" : undefined}
                title={section.title}
                onClick={() => goTo(section.position)}
                onKeyDown={(event) => pressed(event, section)}
              >
                {section.number && <span class="outline-number">{section.number}</span>}
                <span class="outline-title">{section.title || t("outline.untitled")}</span>
              </button>
              <Faces people={people.value.get(section.id) ?? []} most={3}
                label={t("outline.here", { names: (people.value.get(section.id) ?? []).map(({ name }) => name).join(", ") })} />
              <FoundCounts counts={found.get(section.id)} />
              {threads.has(section.id) && (
                <span class="outline-count" title={t("outline.threads", { n: threads.get(section.id)! })}>
                  <span aria-hidden="true">{threads.get(section.id)}</span>
                  <span class="visually-hidden">{t("outline.threads", { n: threads.get(section.id)! })}</span>
                </span>
              )}
              {writable && (
                <span class="outline-moves">
                  <MoveButton up off={index === 0} run={() => move(section, -1)} />
                  <MoveButton off={index === outline.sections.length - 1} run={() => move(section, 1)} />
                </span>
              )}
            </div>
            {section.hypotheses.length > 0 && (
              <ol class="outline-hypotheses">
                {section.hypotheses.map((hypothesis, at) => (
                  <li key={hypothesis.id || at} class="outline-row">
                    <button type="button" class="outline-link" onClick={() => goTo(hypothesis.position)}>
                      <span class="outline-number">H{at + 1}</span>
                      <span class="outline-title">{hypothesis.title || t("outline.unnamed_hypothesis")}</span>
                    </button>
                    <FoundCounts counts={found.get(hypothesis.id)} />
                  </li>
                ))}
              </ol>
            )}
          </li>
        ))}
      </ol>
      <p class="outline-foot">{t("outline.words", { n: outline.words })}</p>
    </nav>
  );
}

// A row that is pointed at shows its buttons. Set here and not by the style sheet alone, since the heading must be measured before it
// makes room for them.
function point(row: HTMLElement): void {
  const title = row.querySelector<HTMLElement>(".outline-title");
  if (!title || row.dataset["pointed"] !== undefined) return;
  const line = Number.parseFloat(getComputedStyle(title).lineHeight);
  row.style.setProperty("--lines", String(Math.max(1, Math.round(title.offsetHeight / line))));
  row.dataset["pointed"] = "";
}

function leave(row: HTMLElement): void {
  if (row.matches(":hover") || row.contains(document.activeElement?.closest(".outline-move") ?? null)) return;
  delete row.dataset["pointed"];
  row.style.removeProperty("--lines");
}

const pointing = {
  onMouseEnter: (event: MouseEvent & { currentTarget: HTMLElement }): void => point(event.currentTarget),
  onMouseLeave: (event: MouseEvent & { currentTarget: HTMLElement }): void => leave(event.currentTarget),
  onFocusIn: (event: FocusEvent & { currentTarget: HTMLElement }): void => point(event.currentTarget),
  onFocusOut: (event: FocusEvent & { currentTarget: HTMLElement }): void => {
    const row = event.currentTarget;
    requestAnimationFrame(() => leave(row));
  },
};

function FoundCounts(props: { counts: Counts | undefined }) {
  const { error = 0, warning = 0 } = props.counts ?? {};
  return (
    <>
      {error > 0 && <FoundCount kind="error" n={error} words={t("outline.errors", { n: error })} />}
      {warning > 0 && <FoundCount kind="warning" n={warning} words={t("outline.warnings", { n: warning })} />}
    </>
  );
}

function FoundCount(props: { kind: "error" | "warning"; n: number; words: string }) {
  return (
    <span class={`outline-count outline-${props.kind}`} title={props.words}>
      <span aria-hidden="true">{props.n}</span>
      <span class="visually-hidden">{props.words}</span>
    </span>
  );
}

function MoveButton(props: { up?: boolean; off: boolean; run: () => void }) {
  const label = props.up ? t("outline.up") : t("outline.down");
  return (
    <button type="button" class="outline-move" aria-label={label} title={label} disabled={props.off} onClick={props.run}>
      <svg class="icon tiny" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
        <path d={props.up ? "m5 12 5-5 5 5" : "m5 8 5 5 5-5"} />
      </svg>
    </button>
  );
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
