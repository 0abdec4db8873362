// A report on the page: outline, paper, rail; one of them at a time where the window is narrow.

import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ReportSession } from "../provider/report_session";
import "./editor.css";
import { HeadFields } from "./HeadFields";
import { openEditor, type ReportEditor } from "./open_editor";
import { OutlinePanel } from "./OutlinePanel";
import { ReadableCopy } from "./readable_copy";
import { reportSchema } from "./schema/report_schema";
import { findUnknown } from "./schema/unknown";
import { sectionInView } from "./section_in_view";
import { Toolbar } from "./Toolbar";
import { t } from "./words";

type Area = "text" | "outline" | "comments";

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
          <ReadableCopy doc={props.session.doc} />
        </article>
      </main>
    </div>
  );
}

function BoundView(props: { session: ReportSession; unknown: (what: string) => void }) {
  const { session } = props;
  const mount = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLElement>(null);
  const report = useSignal<ReportEditor | null>(null);
  const area = useSignal<Area>("text");
  const in_view = useSignal<string | null>(null);

  useEffect(() => {
    if (!mount.current) return;
    const opened = openEditor(session, mount.current, []);
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

  useEffect(() => {
    const opened = report.value;
    return opened ? sectionInView(opened, (id) => (in_view.value = id)) : undefined;
  }, [report.value]);

  const toText = (): void => void report.value?.editor.commands.focus("start");
  return (
    <div class="report-layout" data-area={area.value}>
      <aside class="outline-area">
        {report.value && (
          <OutlinePanel session={session} report={report.value} inView={in_view.value} threads={new Map()} leave={() => (area.value = "text")} />
        )}
      </aside>
      <main class="paper-area" ref={scroller}>
        {report.value && <Toolbar report={report.value} canComment={false} comment={() => undefined} />}
        <article class="paper">
          <HeadFields session={session} toText={toText} />
          <div ref={mount} />
        </article>
      </main>
      <AreaBar area={area} choose={(next) => (area.value = next)} />
    </div>
  );
}

function AreaBar(props: { area: ReadonlySignal<Area>; choose: (area: Area) => void }): ComponentChildren {
  const areas = useComputed((): Area[] => ["text", "outline", "comments"]).value;
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
