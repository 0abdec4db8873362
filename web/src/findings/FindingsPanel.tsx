// All findings of the report: the worst first, or by rule or section, with what is ignored folded away below.

import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isAdmin } from "../account/identity";
import type { ReportEditor } from "../editor/open_editor";
import type { ReportSession } from "../provider/report_session";
import { ago } from "../words/dates";
import { number } from "../words/phrases";
import { FindingCard, SeverityMark, takeBack } from "./FindingCard";
import type { PluginState, Severity } from "./finding";
import type { Findings } from "./findings";
import { grouped, ruleName, type Group, type Grouping } from "./order";
import { statusOf } from "./status";
import { t } from "./words";
import "./findings.css";

const groupings: readonly Grouping[] = ["severity", "rule", "section"];
// So many cards are drawn at once; the rest on demand.
const cards_step = 120;

export interface FindingsPanelProps {
  session: ReportSession;
  report: ReportEditor;
  findings: Findings;
  goTo: (id: string) => void;
}

export function FindingsPanel(props: FindingsPanelProps) {
  const { session, findings } = props;
  const grouping = useSignal<Grouping>("severity");
  const most = useSignal(cards_step);
  const sections = useComputed(() => props.report.outline.value.sections);
  const groups = useComputed(() => grouped(findings.shown.value, grouping.value, sections.value.map(({ id }) => id)));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => followFocus(list, findings), [findings]);

  const total = findings.shown.value.length;
  const nameOf = (group: Group): string => {
    if (grouping.value === "severity") return t(`group.${group.key as Severity}`);
    if (grouping.value === "rule") return ruleName(group.listed[0]!.finding.rule);
    return sections.value.find(({ id }) => id === group.key)?.title || t("group.nowhere");
  };
  return (
    <div class="findings" ref={list}>
      <div class="findings-head">
        <Status findings={findings} session={session} />
        {total > 0 && (
          <label class="findings-group">
            <span class="visually-hidden">{t("group.by")}</span>
            <select value={grouping.value} title={t("group.by")} onChange={(event) => (grouping.value = event.currentTarget.value as Grouping)}>
              {groupings.map((one) => <option key={one} value={one}>{t(`group.${one}`)}</option>)}
            </select>
          </label>
        )}
      </div>
      <Trouble findings={findings} />
      {total === 0 && <Empty findings={findings} written={props.report.outline.value.words > 0} />}
      {cut(groups.value, most.value).map((group) => (
        <section key={group.key} class="findings-part" aria-label={nameOf(group)}>
          <h2>
            {grouping.value === "rule" && <SeverityMark severity={group.listed[0]!.finding.severity} />}
            {nameOf(group)} <span class="findings-count">{number(groups.value.find(({ key }) => key === group.key)!.listed.length)}</span>
          </h2>
          {group.listed.map(({ finding }) => (
            <FindingCard key={finding.id} finding={finding} findings={findings} session={session} goTo={props.goTo} whole={findings.focused.value === finding.id} />
          ))}
        </section>
      ))}
      {total > most.value && (
        <button type="button" class="button findings-more" onClick={() => (most.value += cards_step)}>{t("more", { n: total - most.value })}</button>
      )}
      <IgnoredFold findings={findings} session={session} />
    </div>
  );
}

function cut(groups: readonly Group[], most: number): Group[] {
  let left = most;
  return groups.flatMap(({ key, listed }) => {
    const shown = listed.slice(0, Math.max(0, left));
    left -= shown.length;
    return shown.length === 0 ? [] : [{ key, listed: shown }];
  });
}

// What scrolls around the cards: the panel beside a wide page, the drawer of a narrower one; on a phone it is the page itself.
function scrolling(card: HTMLElement): HTMLElement | null {
  return [".rail-panel", ".rail-area"].flatMap((name) => card.closest<HTMLElement>(name) ?? []).find((element) => getComputedStyle(element).overflowY === "auto") ?? null;
}

// The focused card comes into view of the panel, never of the page: the text stays where it is.
function followFocus(list: { current: HTMLDivElement | null }, findings: Findings): () => void {
  const follow = (id: string | null, grab: boolean): void => {
    requestAnimationFrame(() => {
      const card = id === null ? null : list.current?.querySelector<HTMLElement>(`[data-finding="${CSS.escape(id)}"]`);
      const field = card && scrolling(card);
      if (!card || !field) return;
      const [inside, seen] = [card.getBoundingClientRect(), field.getBoundingClientRect()];
      if (inside.top < seen.top + 48 || inside.bottom > seen.bottom) field.scrollBy({ top: inside.top - seen.top - 64 });
      if (grab) (card.querySelector<HTMLElement>(".fix") ?? card.querySelector<HTMLElement>(".text-act"))?.focus();
    });
  };
  const stops = [
    findings.focused.subscribe((id) => follow(id, false)),
    findings.asked.subscribe((asked) => {
      if (asked?.grab) follow(asked.ids[0] ?? null, true);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

function Status(props: { findings: Findings; session: ReportSession }) {
  const { checks } = props.findings;
  const now = useSignal(Date.now());
  const edited = useSignal<number | null>(null);
  useEffect(() => {
    const tick = setInterval(() => (now.value = Date.now()), 1000);
    const note = (): void => void (edited.value ??= Date.now());
    props.session.doc.on("update", note);
    const stop = checks.checked.subscribe(() => (edited.value = null));
    return () => {
      clearInterval(tick);
      props.session.doc.off("update", note);
      stop();
    };
  }, [props.session]);
  const running = [...checks.plugins.value.values()].filter(({ state }) => state === "running");
  const status = statusOf({ connected: props.session.connected.value, checked: checks.checked.value, edited: edited.value, underway: checks.underway.value }, Math.max(now.value, Date.now()));
  const said = status.kind === "ago" ? t("status.ago", { when: secondsAgo(status.seconds) }) : t(`status.${status.kind}`);
  return (
    <p class="findings-status" title={running.map(({ name, version }) => `${name} ${version}`).join("\n")}>
      {said}
      {running.length > 0 && <span class="quiet"> · {t("status.checks", { n: running.length })}</span>}
    </p>
  );
}

function secondsAgo(seconds: number): string {
  return ago(0, seconds * 1000) ?? new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { style: "short" }).format(-seconds, "second");
}

// A plugin that is not running, did not finish or was not shown all, and what that means for the list: nothing of it is there, or only
// what it found before, or elsewhere.
function Trouble(props: { findings: Findings }) {
  const { checks } = props.findings;
  const kept = new Set(checks.findings.value.map(({ plugin }) => plugin));
  const unfinished = checks.unfinished.value;
  const left_out = checks.left_out.value;
  const wrong = [...checks.plugins.value.values()].flatMap(({ id, name, state, reason }) => {
    const kind: PluginState | "unfinished" | "partial" = state !== "running" ? state : unfinished.get(id) ? "unfinished" : left_out.get(id) ? "partial" : "running";
    return kind === "running" || kind === "starting" ? [] : [{ id, name, kind, reason: state === "running" ? unfinished.get(id) ?? left_out.get(id) : reason }];
  });
  return (
    <div role="status">
      {wrong.map(({ id, name, kind, reason }) => (
        <p key={id} class={`findings-trouble ${kind}`}>
          {t(`plugin.${kind}`, { plugin: name })} {kind !== "partial" && t(kept.has(id) ? "plugin.kept" : "plugin.silent")}
          {kind !== "restarting" && reason && <span class="findings-why">{reason}</span>}
        </p>
      ))}
    </div>
  );
}

function Empty(props: { findings: Findings; written: boolean }) {
  const { checks, ignored } = props.findings;
  const plugins = [...checks.plugins.value.values()];
  const incomplete = (id: string) => checks.unfinished.value.has(id) || checks.left_out.value.has(id);
  const finished = plugins.filter(({ id, state }) => state === "running" && !incomplete(id));
  const admin = isAdmin();
  if (plugins.length === 0 && checks.checked.value === null) {
    return (
      <div class="findings-empty">
        <strong>{t("none.title")}</strong>
        {admin ? <a href="/admin/plugins">{t("none.admin")}</a> : <p>{t("none.text")}</p>}
      </div>
    );
  }
  // What is wrong is said above.
  if (finished.length === 0 && plugins.some(({ id }) => incomplete(id))) return null;
  // That nothing was found in a report that says nothing is no praise.
  if (!props.written && ignored.value.length === 0) {
    return (
      <div class="findings-empty">
        <strong>{t("empty.unwritten")}</strong>
        <p>{t("empty.unwritten.text")}</p>
      </div>
    );
  }
  if (checks.checked.value === null) return <div class="findings-empty"><p>{t("empty.wait")}</p></div>;
  return (
    <div class="findings-empty">
      <svg class="findings-fine" viewBox="0 0 40 40" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <circle cx="20" cy="20" r="16" /><path d="m13 20.5 5 5 9.5-10.5" />
      </svg>
      <strong>{t("empty.title")}</strong>
      <p>{ignored.value.length > 0 ? t("empty.only_ignored") : t("empty.text")}</p>
      {ignored.value.length === 0 && <ul>{finished.map(({ id, name }) => <li key={id}>{name}</li>)}</ul>}
    </div>
  );
}

function IgnoredFold(props: { findings: Findings; session: ReportSession }) {
  const { findings, session } = props;
  const open: Signal<boolean> = useSignal(false);
  const ignored = findings.ignored.value;
  if (ignored.length === 0) return null;
  return (
    <details class="ignored" open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{t("ignored.title", { n: ignored.length })}</summary>
      {open.value && (
        <ul>
          {ignored.slice(0, cards_step).map(({ id, message, quote, ignored }) => ignored && (
            <li key={id}>
              <span class="ignored-message">{message}</span>
              {quote && <q class="finding-quote">{quote.slice(0, 120)}</q>}
              {ignored.reason && <span class="ignored-reason">{ignored.reason}</span>}
              <span class="ignored-foot">
                <span>{t("ignored.by", { who: ignored.by || t("somebody"), when: ago(ignored.at, Date.now()) ?? t("status.now") })} · {t(`ignored.${ignored.scope}`)}</span>
                {session.canComment.value && (
                  <button type="button" class="text-act" aria-label={t("ignored.back.of", { message })} onClick={() => void takeBack(session.id, ignored.id)}>
                    {t("ignored.back")}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
