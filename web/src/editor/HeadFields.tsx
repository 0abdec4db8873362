// The report's head: fields of the map `meta`, written as one types. Of two people in one field the last one wins; each field is
// its own, so nothing else is lost.

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Severity } from "../findings/finding";
import type { ReportSession } from "../provider/report_session";
import { t } from "./words";

type Field = "title" | "outlet" | "published" | "reportTitle";

const longest = 1000;
const iso_date = /^\d{4}-\d{2}-\d{2}$/;

function useMeta(session: ReportSession, field: Field) {
  const meta = session.doc.getMap("meta");
  const read = (): string => {
    const value = meta.get(field);
    return typeof value === "string" ? value : "";
  };
  const value = useSignal(read());
  useEffect(() => {
    const follow = (): void => void (value.value = read());
    follow();
    meta.observe(follow);
    return () => meta.unobserve(follow);
  }, [session]);
  const write = (next: string): void => {
    value.value = next;
    if (!session.writable.peek()) return;
    if (next === "" && meta.has(field) && field !== "title") meta.delete(field);
    else if (next !== read()) meta.set(field, next);
  };
  return { value, write };
}

export function HeadFields(props: { session: ReportSession; writable: boolean; toText: () => void; found?: ReadonlyMap<string, Severity> }) {
  const { session, writable } = props;
  const hasSecond = useMeta(session, "reportTitle").value.value !== "";
  return (
    <div class="head-fields" role="group" aria-label={t("head.label")}>
      <Line session={session} writable={writable} field="title" label={t("head.title")} empty={t("head.title.empty")} class="head-title" found={props.found?.get("title")} leave={props.toText} />
      {(hasSecond || writable) && (
        <Line session={session} writable={writable} field="reportTitle" label={t("head.report_title")} empty={t("head.report_title.empty")}
          class={hasSecond ? "head-second" : "head-second head-blank"} found={props.found?.get("reportTitle")} leave={props.toText} />
      )}
      <div class="head-facts">
        <label class="head-fact">
          <span>{t("head.outlet")}</span>
          <Line session={session} writable={writable} field="outlet" label={t("head.outlet")} empty={t("head.outlet.empty")} class="head-outlet" leave={props.toText} />
        </label>
        <label class="head-fact">
          <span>{t("head.published")}</span>
          <Published session={session} writable={writable} found={props.found?.get("published")} />
        </label>
      </div>
    </div>
  );
}

interface LineProps {
  session: ReportSession;
  writable: boolean;
  field: Field;
  label: string;
  empty: string;
  class: string;
  // The worst finding on it.
  found?: Severity | undefined;
  leave: () => void;
}

// One line of text that wraps: its height follows its words.
function Line(props: LineProps) {
  const { value, write } = useMeta(props.session, props.field);
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    const fit = (): void => {
      element.style.height = "auto";
      element.style.height = `${element.scrollHeight}px`;
    };
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(element.parentElement ?? element);
    return () => watch.disconnect();
  }, [value.value]);
  return (
    <textarea
      ref={input}
      rows={1}
      class={`head-line ${props.class}`}
      data-field={props.field}
      data-found={props.found}
      aria-label={props.label}
      placeholder={props.writable ? props.empty : ""}
      readOnly={!props.writable}
      maxLength={longest}
      value={value.value}
      onInput={(event) => write(event.currentTarget.value.replace(/[\r\n\u2028\u2029]+/g, " "))}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        props.leave();
      }}
    />
  );
}

function Published(props: { session: ReportSession; writable: boolean; found?: Severity | undefined }) {
  const { value, write } = useMeta(props.session, "published");
  // A date as words ("9 October 2025") stays as it was imported and is edited as words.
  const is_date = value.value === "" || iso_date.test(value.value);
  return (
    <input
      class={value.value === "" ? "head-date head-blank" : "head-date"}
      data-field="published"
      data-found={props.found}
      type={(is_date ? "date" : "text") as "text"}
      value={value.value}
      disabled={!props.writable}
      onInput={(event) => write(event.currentTarget.value)}
    />
  );
}
