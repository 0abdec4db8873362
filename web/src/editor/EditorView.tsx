// A report on the page: outline, paper, rail; one of them at a time where the window is narrow.

import { effect, signal, useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Discussion } from "../comments/discussion";
import { Rail } from "../comments/Rail";
import type { ReportSession } from "../provider/report_session";
import "./editor.css";
import { HeadFields } from "./HeadFields";
import { openEditor, type ReportEditor } from "./open_editor";
import { OutlinePanel } from "./OutlinePanel";
import { listenForKeys } from "./page_keys";
import { ReadableCopy } from "./readable_copy";
import { reportSchema } from "./schema/report_schema";
import { findUnknown } from "./schema/unknown";
import { sectionInView } from "./section_in_view";
import { Toolbar } from "./Toolbar";
import { t } from "./words";

type Area = "text" | "outline" | "comments";

// The style sheet's narrow window.
const narrow_query = matchMedia("(max-width: 767px)");
const narrow = signal(narrow_query.matches);
narrow_query.addEventListener("change", ({ matches }) => (narrow.value = matches));

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
  const report = useSignal<ReportEditor | null>(null);
  const area = useSignal<Area>("text");
  const rail_open = useSignal(false);
  const in_view = useSignal<string | null>(null);

  useEffect(() => () => discussion.destroy(), [discussion]);
  useEffect(() => {
    if (!mount.current) return;
    const opened = openEditor(session, mount.current, [discussion.extension()]);
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

  const showRail = (): void => {
    area.value = "comments";
    rail_open.value = true;
  };
  const comment = (): void => {
    if (discussion.begin()) showRail();
  };
  const goTo = (id: string): void => {
    area.value = "text";
    requestAnimationFrame(() => discussion.reveal(id));
  };
  useEffect(() => {
    const opened = report.value;
    if (!opened) return;
    const stops = [sectionInView(opened, (id) => (in_view.value = id)), listenForKeys(opened, discussion, comment)];
    followAddress(opened, discussion, showRail);
    return () => stops.forEach((stop) => stop());
  }, [report.value]);

  // Where one area fills the window, it is the main one.
  const landmark = (which: Area): "main" | "complementary" => (narrow.value && area.value === which ? "main" : "complementary");
  const toText = (): void => void report.value?.editor.commands.focus("start");
  return (
    <div class="report-layout" data-area={area.value} data-rail={rail_open.value ? "open" : "closed"}>
      <div class="outline-area" role={landmark("outline")} aria-label={t("outline.label")}>
        {report.value && (
          <OutlinePanel session={session} report={report.value} inView={in_view.value} discussion={discussion} leave={() => (area.value = "text")} />
        )}
      </div>
      <main class="paper-area">
        {report.value && (
          <Toolbar report={report.value} canComment={session.canComment.value} comment={comment}
            threads={discussion.threads.value.filter(({ state }) => state === "open").length} showRail={() => (rail_open.value = !rail_open.value)} />
        )}
        <article class="paper">
          <HeadFields session={session} writable={session.writable.value} toText={toText} />
          <div ref={mount} />
        </article>
      </main>
      <div class="rail-area" role={landmark("comments")} aria-label={t("areas.comments")}>
        {report.value && <Rail session={session} discussion={discussion} goTo={goTo} close={() => (rail_open.value = false)} />}
      </div>
      <AreaBar area={area} choose={(next) => (area.value = next)} />
    </div>
  );
}

// `#c-{thread}` and `#s-{section}` open and scroll to the thing named.
function followAddress(report: ReportEditor, discussion: Discussion, showRail: () => void): void {
  const [, kind, id] = /^#([cs])-([A-Za-z0-9_-]+)$/.exec(location.hash) ?? [];
  if (!kind || !id) return;
  if (kind === "s") {
    requestAnimationFrame(() => report.editor.view.dom.querySelector(`section[data-id="${id}"]`)?.scrollIntoView());
    return;
  }
  const stop = effect(() => {
    if (!discussion.places.value.has(id)) return;
    queueMicrotask(() => {
      stop();
      showRail();
      discussion.reveal(id);
    });
  });
}

const areas: readonly Area[] = ["text", "outline", "comments"];

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
