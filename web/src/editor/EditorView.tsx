// A report on the page: outline, paper, rail; one of them at a time where the window is narrow.

import { useSignal, type Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Discussion } from "../comments/discussion";
import { checksOf } from "../findings/checks";
import { Findings } from "../findings/findings";
import { FindingVoice } from "../findings/FindingVoice";
import "../findings/underlines.css";
import type { ReportSession } from "../provider/report_session";
import { railTab, type RailTab } from "../rail/RailFrame";
import { Lazy } from "../shell/Lazy";
import { go, reportPath } from "../shell/router";
import { followAddress, load_evidence } from "./address";
import { AreaBar, isTab, narrow, wide, type Area } from "./areas";
import { Beside, openThreads } from "./Beside";
import "./editor.css";
import { HeadFields } from "./HeadFields";
import { openEditor, type ReportEditor } from "./open_editor";
import { OutlinePanel } from "./OutlinePanel";
import { listenForKeys } from "./page_keys";
import { ReadableCopy } from "./readable_copy";
import { SameTimeCard } from "./SameTimeCard";
import { reportSchema } from "./schema/report_schema";
import { findUnknown } from "./schema/unknown";
import { sectionInView } from "./section_in_view";
import { Toolbar } from "./Toolbar";
import { t } from "./words";

const load_popover = () => import("../findings/CardPopover").then((chunk) => chunk.CardPopover);

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

interface Parts {
  discussion: Discussion;
  findings: Findings;
}

// The editor in `mount`, with comments and findings in it; null until it is there.
function useReport(session: ReportSession, mount: RefObject<HTMLDivElement | null>, unknown: (what: string) => void): Parts & { report: Signal<ReportEditor | null> } {
  const discussion = useMemo(() => new Discussion(session), [session]);
  const findings = useMemo(() => new Findings(session, checksOf(session)), [session]);
  const report = useSignal<ReportEditor | null>(null);
  useEffect(() => () => discussion.destroy(), [discussion]);
  useEffect(() => () => findings.destroy(), [findings]);
  useEffect(() => {
    if (!mount.current) return;
    const opened = openEditor(session, mount.current, [discussion.extension(), findings.extension()]);
    report.value = opened;
    const stop = opened.unknown.subscribe((what) => {
      if (what !== null) unknown(what);
    });
    return () => {
      stop();
      report.value = null;
      opened.destroy();
    };
  }, [session]);
  return { discussion, findings, report };
}

// Which part of the page is looked at, and the ways from one to another.
function useAreas(session: ReportSession, { findings }: Parts) {
  const tab = useMemo(() => railTab(session.user.id), [session.user.id]);
  const area = useSignal<Area>("text");
  const rail_open = useSignal(false);
  return {
    tab, area, rail_open,
    // Where the panel is not in sight, the cards stand beside the words.
    panelShown: (): boolean => tab.value === "findings" && (narrow.value ? area.value === "findings" : wide.value || rail_open.value),
    choose: (next: Area): void => {
      if (isTab(next)) tab.value = next;
      area.value = next;
    },
    showRail: (which: RailTab): void => {
      tab.value = which;
      area.value = which;
      rail_open.value = true;
    },
    goTo: (reveal: () => void): void => {
      area.value = "text";
      requestAnimationFrame(reveal);
    },
    step: (direction: -1 | 1): void => {
      area.value = "text";
      const found = findings.step(direction);
      if (found) findings.ask([found.id]);
    },
  };
}

function BoundView(props: { session: ReportSession; unknown: (what: string) => void }) {
  const { session } = props;
  const mount = useRef<HTMLDivElement>(null);
  const { discussion, findings, report } = useReport(session, mount, props.unknown);
  const areas = useAreas(session, { discussion, findings });
  const { area, rail_open, showRail } = areas;
  const in_view = useSignal<string | null>(null);

  const comment = (): void => {
    if (discussion.begin()) showRail("comments");
  };
  const evidence = (): void => {
    const opened = report.value;
    if (opened) void load_evidence().then((chunk) => chunk.selectionToEvidence(session, opened));
  };
  const matrix = (): void => go(`${reportPath(session.id)}/matrix`);
  useEffect(() => {
    const opened = report.value;
    if (!opened) return;
    const stops = [sectionInView(opened, (id) => (in_view.value = id)), listenForKeys(opened, discussion, findings, { comment, step: areas.step, evidence, matrix })];
    followAddress({ session, report: opened, discussion, findings, showRail });
    return () => stops.forEach((stop) => stop());
  }, [report.value]);

  // Where one area fills the window, it is the main one.
  const landmark = (shown: boolean): "main" | "complementary" => (narrow.value && shown ? "main" : "complementary");
  const opened = report.value;
  return (
    <div class="report-layout" data-area={isTab(area.value) ? "rail" : area.value} data-rail={rail_open.value ? "open" : "closed"}>
      <div class="outline-area" role={landmark(area.value === "outline")} aria-label={t("outline.label")}>
        {opened && <OutlinePanel session={session} report={opened} inView={in_view.value} discussion={discussion} findings={findings} leave={() => (area.value = "text")} />}
      </div>
      <main class="paper-area">
        {opened && (
          <Toolbar report={opened} canComment={session.canComment.value} comment={comment} evidence={session.writable.value ? evidence : null}
            threads={openThreads(discussion)} findings={findings.shown.value.length} railOpen={rail_open.value} showRail={() => (rail_open.value = !rail_open.value)} />
        )}
        <article class="paper">
          <HeadFields session={session} writable={session.writable.value} toText={() => opened?.editor.commands.focus("start")} found={findings.worstByField()} />
          <div ref={mount} />
        </article>
        <FindingVoice findings={findings} />
        {opened && session.writable.value && <SameTimeCard report={opened} />}
        {opened && !areas.panelShown() && findings.asked.value && <Lazy load={load_popover} props={{ session, findings, all: () => showRail("findings") }} />}
      </main>
      <div class="rail-area" role={landmark(isTab(area.value))} aria-label={t("areas.beside")}>
        {opened && (
          <Beside session={session} report={opened} discussion={discussion} findings={findings} tab={areas.tab} goTo={areas.goTo} close={() => (rail_open.value = false)} />
        )}
      </div>
      <AreaBar area={area.value} alarm={findings.counts.value.error > 0} choose={areas.choose} />
    </div>
  );
}
