// A report on the page: outline, paper, rail; one of them at a time where the window is narrow.

import { effect, signal, useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Discussion } from "../comments/discussion";
import { Rail } from "../comments/Rail";
import { checksOf } from "../findings/checks";
import { Findings } from "../findings/findings";
import { FindingVoice } from "../findings/FindingVoice";
import "../findings/underlines.css";
import type { ReportSession } from "../provider/report_session";
import { RailFrame, railTab, type RailTab, type TabCount } from "../rail/RailFrame";
import { t as rail } from "../rail/words";
import { Lazy } from "../shell/Lazy";
import { go, reportPath } from "../shell/router";
import "./editor.css";
import { HeadFields } from "./HeadFields";
import { openEditor, type ReportEditor } from "./open_editor";
import { OutlinePanel } from "./OutlinePanel";
import { listenForKeys } from "./page_keys";
import { ReadableCopy } from "./readable_copy";
import { reportSchema } from "./schema/report_schema";
import { findUnknown } from "./schema/unknown";
import { sectionInView } from "./section_in_view";
import { SameTimeCard } from "./SameTimeCard";
import { Toolbar } from "./Toolbar";
import { t } from "./words";

type Area = "text" | "outline" | RailTab;

const load_findings = () => import("../findings/FindingsPanel").then((chunk) => chunk.FindingsPanel);
const load_popover = () => import("../findings/CardPopover").then((chunk) => chunk.CardPopover);

const load_compact = () => import("../matrix/CompactMatrix").then((chunk) => chunk.CompactMatrix);
const load_evidence = () => import("../matrix/from_selection");

const tabs: readonly RailTab[] = ["comments", "findings", "ach"];
const isTab = (area: Area): area is RailTab => area !== "text" && area !== "outline";

// The style sheet's narrow window, where one area fills it, and its wide one, where the rail is always there.
const narrow = matches("(max-width: 767px)");
const wide = matches("(min-width: 1200px)");

function matches(media: string): Signal<boolean> {
  const query = matchMedia(media);
  const now = signal(query.matches);
  query.addEventListener("change", (event) => (now.value = event.matches));
  return now;
}

export function EditorView(props: { session: ReportSession }) {
  const { session } = props;
  if (!session.loaded.value) return <p class="panel-note quiet">{t("paper.loading")}</p>;
  return <LoadedView key={session.id} session={session} />;
}

function LoadedView(props: { session: ReportSession }) {
  const { session } = props;
  const unknown = useSignal(useMemo(() => findUnknown(session.doc, reportSchema()), [session]));
  return unknown.value === null
    ? <BoundView session={session} unknown={(what) => (unknown.value = what)} />
    : <NewerView session={session} />;
}

function NewerView(props: { session: ReportSession }) {
  return (
    <div class="report-layout" data-area="text">
      <main class="paper-area">
        <div class="newer" role="alert">
          <strong>{t("newer.title")}</strong>
          <span>{t("newer.text")}</span>
          <button type="button" class="button" onClick={() => location.reload()}>{t("newer.reload")}</button>
        </div>
        <article class="paper">
          <HeadFields session={props.session} writable={false} toText={() => undefined} />
          <ReadableCopy doc={props.session.doc} />
        </article>
      </main>
    </div>
  );
}

function BoundView(props: { session: ReportSession; unknown: (what: string) => void }) {
  const { session } = props;
  const mount = useRef<HTMLDivElement>(null);
  const discussion = useMemo(() => new Discussion(session), [session]);
  const findings = useMemo(() => new Findings(session, checksOf(session)), [session]);
  const tab = useMemo(() => railTab(session.user.id), [session.user.id]);
  const report = useSignal<ReportEditor | null>(null);
  const area = useSignal<Area>("text");
  const rail_open = useSignal(false);
  const in_view = useSignal<string | null>(null);

  useEffect(() => () => discussion.destroy(), [discussion]);
  useEffect(() => () => findings.destroy(), [findings]);
  useEffect(() => {
    if (!mount.current) return;
    const opened = openEditor(session, mount.current, [discussion.extension(), findings.extension()]);
    report.value = opened;
    const stop = opened.unknown.subscribe((what) => {
      if (what !== null) props.unknown(what);
    });
    return () => {
      stop();
      report.value = null;
      opened.destroy();
    };
  }, [session]);

  const showRail = (which: RailTab): void => {
    tab.value = which;
    area.value = which;
    rail_open.value = true;
  };
  const comment = (): void => {
    if (discussion.begin()) showRail("comments");
  };
  const goTo = (reveal: () => void): void => {
    area.value = "text";
    requestAnimationFrame(reveal);
  };
  // Where the panel is not in sight, the cards stand beside the words.
  const panel_shown = tab.value === "findings" && (narrow.value ? area.value === "findings" : wide.value || rail_open.value);
  const step = (direction: -1 | 1): void => {
    area.value = "text";
    const found = findings.step(direction);
    if (found) findings.ask([found.id]);
  };
  const evidence = (): void => {
    const opened = report.value;
    if (opened) void load_evidence().then((chunk) => chunk.selectionToEvidence(session, opened));
  };
  const matrix = (): void => go(`${reportPath(session.id)}/matrix`);
  useEffect(() => {
    const opened = report.value;
    if (!opened) return;
    const stops = [sectionInView(opened, (id) => (in_view.value = id)), listenForKeys(opened, discussion, findings, { comment, step, evidence, matrix })];
    followAddress(opened, discussion, findings, showRail);
    showLinkedEvidence(session, opened);
    return () => stops.forEach((stop) => stop());
  }, [report.value]);

  // Where one area fills the window, it is the main one.
  const landmark = (shown: boolean): "main" | "complementary" => (narrow.value && shown ? "main" : "complementary");
  const toText = (): void => void report.value?.editor.commands.focus("start");
  const open_threads = discussion.threads.value.filter(({ state }) => state === "open").length;
  return (
    <div class="report-layout" data-area={isTab(area.value) ? "rail" : area.value} data-rail={rail_open.value ? "open" : "closed"}>
      <div class="outline-area" role={landmark(area.value === "outline")} aria-label={t("outline.label")}>
        {report.value && (
          <OutlinePanel session={session} report={report.value} inView={in_view.value} discussion={discussion} findings={findings} leave={() => (area.value = "text")} />
        )}
      </div>
      <main class="paper-area">
        {report.value && (
          <Toolbar report={report.value} canComment={session.canComment.value} comment={comment} evidence={session.writable.value ? evidence : null}
            threads={open_threads} findings={findings.shown.value.length} showRail={() => (rail_open.value = !rail_open.value)} />
        )}
        <article class="paper">
          <HeadFields session={session} writable={session.writable.value} toText={toText} found={findings.worstByField()} />
          <div ref={mount} />
        </article>
        <FindingVoice findings={findings} />
        {report.value && session.writable.value && <SameTimeCard report={report.value} />}
        {report.value && !panel_shown && findings.asked.value && (
          <Lazy load={load_popover} props={{ session, findings, all: () => showRail("findings") }} />
        )}
      </main>
      <div class="rail-area" role={landmark(isTab(area.value))} aria-label={t("areas.beside")}>
        {report.value && (
          <RailFrame tabs={tabs} tab={tab.value} choose={(next) => (tab.value = next)} close={() => (rail_open.value = false)}
            counts={{ comments: { n: open_threads, words: rail("count.comments", { n: open_threads }) }, findings: findingsCount(findings) }}>
            {tab.value === "comments" && <Rail session={session} discussion={discussion} goTo={(id) => goTo(() => discussion.reveal(id))} />}
            {tab.value === "findings" && (
              <Lazy load={load_findings} props={{ session, report: report.value, findings, goTo: (id: string) => goTo(() => findings.reveal(id)) }} />
            )}
            {tab.value === "ach" && <Lazy load={load_compact} props={{ session }} />}
          </RailFrame>
        )}
      </div>
      <AreaBar area={area} choose={(next) => {
        if (isTab(next)) tab.value = next;
        area.value = next;
      }} />
    </div>
  );
}

// `#e-{evidence}` leads from the matrix to the words an item came from.
function showLinkedEvidence(session: ReportSession, report: ReportEditor): void {
  const [, id] = /^#e-([A-Za-z0-9_-]+)$/.exec(location.hash) ?? [];
  if (id) void load_evidence().then((chunk) => requestAnimationFrame(() => chunk.showEvidence(session, report, id)));
}

// Errors and warnings by name; hints are counted in the panel.
function findingsCount(findings: Findings): TabCount {
  const { error, warning, hint } = findings.counts.value;
  const said = [error > 0 ? rail("count.errors", { n: error }) : "", warning > 0 ? rail("count.warnings", { n: warning }) : ""].filter(Boolean);
  const n = error + warning + hint;
  return { n, alarm: error > 0 ? rail("count.errors", { n: error }) : null, words: [...said, rail("count.findings", { n })].join(", ") };
}

// `#c-{thread}`, `#f-{finding}` and `#s-{section}` open and scroll to the thing named.
function followAddress(report: ReportEditor, discussion: Discussion, findings: Findings, showRail: (tab: RailTab) => void): void {
  const [, kind, given] = /^#([cfs])-([A-Za-z0-9_.%/-]+)$/.exec(location.hash) ?? [];
  if (!kind || !given) return;
  const id = decodeURIComponent(given);
  if (kind === "s") {
    requestAnimationFrame(() => report.editor.view.dom.querySelector(`section[data-id="${CSS.escape(id)}"]`)?.scrollIntoView());
    return;
  }
  const there = (): boolean => (kind === "c" ? discussion.places.value.has(id) : findings.shown.value.some(({ finding }) => finding.id === id));
  const stop = effect(() => {
    if (!there()) return;
    queueMicrotask(() => {
      stop();
      showRail(kind === "c" ? "comments" : "findings");
      if (kind === "c") discussion.reveal(id);
      else findings.reveal(id);
    });
  });
}

const areas: readonly Area[] = ["text", "outline", ...tabs];

function AreaBar(props: { area: Signal<Area>; choose: (area: Area) => void }) {
  return (
    <nav class="area-bar" aria-label={t("areas.label")}>
      {areas.map((area) => (
        <button key={area} type="button" aria-current={props.area.value === area ? "page" : undefined} onClick={() => props.choose(area)}>
          {t(`areas.${area}`)}
        </button>
      ))}
    </nav>
  );
}
