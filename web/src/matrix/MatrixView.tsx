// The matrix of a report: evidence against hypotheses, rated by several people at once.

import { effect, useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import * as Y from "yjs";
import { own_edit } from "../editor/transactions";
import type { ReportSession } from "../provider/report_session";
import { go, reportPath } from "../shell/router";
import { say } from "../shell/Toasts";
import { keys } from "../comments/words";
import { CellDetail } from "./CellDetail";
import { Empty } from "./Empty";
import { ItemDialog } from "./ItemDialog";
import { hypothesesSection, removeItem, type Item } from "./matrix_doc";
import { MatrixCards } from "./MatrixCards";
import { MatrixGrid } from "./MatrixGrid";
import { MatrixTable } from "./MatrixTable";
import { NoteDialog } from "./NoteDialog";
import { columnsIf, columnsOf, views, type View, type WhatIf } from "./picture";
import { OwnVerdict, RestsOn } from "./RestsOn";
import { MatrixStore } from "./store";
import { t } from "./words";
import "./matrix.css";
import "./grid.css";
import "./cards.css";

const narrow = matchMedia("(max-width: 767px)");
const nothing_changed: WhatIf = { without: new Set(), levels: new Map() };

export interface CellAt {
  item: string;
  hypothesis: string;
}

export function MatrixView(props: { session: ReportSession }) {
  const { session } = props;
  const store = useMemo(() => new MatrixStore(session), [session]);
  const undo = useMemo(() => new Y.UndoManager([session.doc.getMap("evidence"), session.doc.getMap("ratings")], { trackedOrigins: new Set([own_edit]), captureTimeout: 0 }), [session]);
  useEffect(() => () => {
    store.destroy();
    undo.destroy();
  }, [store, undo]);
  const view = useSignal<View>(useMemo(() => store.firstView(), [store]));
  useFirstViewOnceWritable(store, view);
  const other = useSignal<string | null>(null);
  const what_if = useSignal<WhatIf | null>(null);
  const as_table = useSignal(false);
  const chosen = useSignal<CellAt | null>(null);
  const editing = useSignal<Item | "new" | null>(null);
  const noting = useSignal<CellAt | null>(null);
  const small = useSignal(narrow.matches);
  useEffect(() => {
    const turned = (): void => void (small.value = narrow.matches);
    narrow.addEventListener("change", turned);
    return () => narrow.removeEventListener("change", turned);
  }, []);
  useKeys(session, undo);

  const hypotheses = store.hypotheses.value;
  const items = store.items.value;
  const analysts = store.analysts();
  const compared = analysts.find(({ id }) => id === other.value) ?? analysts[0] ?? null;
  const columns = what_if.value ? columnsIf(store, items, hypotheses, view.value, what_if.value) : columnsOf(store, hypotheses, view.value);
  const remove = (item: Item): void => {
    editing.value = null;
    removeItem(session.doc, item.id);
    say(t("removed"), { label: t("undo"), act: () => undo.undo() });
  };
  const shared = {
    store, hypotheses, items, columns, view: view.value, other: compared, what_if, chosen,
    edit: (item: Item) => (editing.value = item),
    note: (at: CellAt) => (noting.value = at),
  };
  return (
    <main class="matrix" data-view={view.value}>
      <Bar session={session} view={view} other={other} compared={compared?.id ?? null} analysts={analysts} whatIf={what_if} asTable={as_table} small={small.value}
        ready={hypotheses.length > 0 && items.length > 0} add={() => (editing.value = "new")} />
      {what_if.value && (
        <div class="matrix-band" role="status">
          <span>{t("whatif.band")}</span>
          <button type="button" class="button" onClick={() => (what_if.value = null)}>{t("whatif.discard")}</button>
        </div>
      )}
      {!what_if.value && <Trouble store={store} />}
      <Empty store={store} section={hypothesesSection(session.doc)} add={() => (editing.value = "new")} />
      {hypotheses.length > 0 && items.length > 0 && (
        <div class="matrix-body">
          {small.value ? <MatrixCards {...shared} /> : as_table.value ? <MatrixTable {...shared} /> : <MatrixGrid {...shared} />}
          <aside class="matrix-side" aria-label={t(view.value === "mine" ? "rests.mine" : "rests")}>
            {!small.value && <CellDetail store={store} at={chosen.value} view={view.value} note={shared.note} />}
            {view.value === "mine" || what_if.value
              ? <OwnVerdict store={store} columns={columns} assumed={what_if.value !== null} toGroup={() => (view.value = "group")} /> : <RestsOn store={store} />}
          </aside>
        </div>
      )}
      {editing.value && (
        <ItemDialog session={session} item={editing.value === "new" ? null : editing.value} place={null} onClose={() => (editing.value = null)} remove={remove} />
      )}
      {noting.value && <NoteDialog store={store} at={noting.value} onClose={() => (noting.value = null)} />}
    </main>
  );
}

// What one may do is known only when the server has said it, which can be after the text is here.
function useFirstViewOnceWritable(store: MatrixStore, view: Signal<View>): void {
  useEffect(() => {
    const { writable } = store.session;
    const opened_with = view.peek();
    let waits = !writable.peek();
    return effect(() => {
      if (!writable.value || !waits) return;
      waits = false;
      if (view.peek() === opened_with) view.value = store.firstView();
    });
  }, [store, view]);
}

interface BarProps {
  session: ReportSession;
  view: Signal<View>;
  other: Signal<string | null>;
  compared: string | null;
  analysts: readonly { id: string; name: string }[];
  whatIf: Signal<WhatIf | null>;
  asTable: Signal<boolean>;
  small: boolean;
  ready: boolean;
  add: () => void;
}

function Bar(props: BarProps) {
  const { view, whatIf } = props;
  return (
    <div class="matrix-bar">
      <a class="button plain" href={reportPath(props.session.id)} title={keys("Ctrl+Alt+X")}>{t("to.text")}</a>
      <h2>{t("title")}</h2>
      {props.ready && (
        <div class="matrix-views" role="group" aria-label={t("views")}>
          {views.map((one) => (
            <button key={one} type="button" aria-pressed={view.value === one} onClick={() => (view.value = one)}>{t(`view.${one}`)}</button>
          ))}
        </div>
      )}
      {props.ready && view.value === "compare" && (
        props.analysts.length === 0 ? <span class="quiet small">{t("compare.nobody")}</span> : (
          <select class="select matrix-with" aria-label={t("compare.with")} value={props.compared ?? ""} onChange={(event) => (props.other.value = event.currentTarget.value)}>
            {props.analysts.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        )
      )}
      <span class="space" />
      {props.ready && (
        <button type="button" class="button plain" aria-pressed={whatIf.value !== null} onClick={() => (whatIf.value = whatIf.value ? null : nothing_changed)}>{t("whatif")}</button>
      )}
      {props.ready && !props.small && (
        <button type="button" class="button plain" onClick={() => (props.asTable.value = !props.asTable.value)}>{t(props.asTable.value ? "table.back" : "table")}</button>
      )}
      {props.session.writable.value && <button type="button" class="button primary" onClick={props.add}>{t("add")}</button>}
    </div>
  );
}

function Trouble(props: { store: MatrixStore }) {
  const { panel, trouble, at } = props.store.said.value;
  if (props.store.items.value.length === 0 || props.store.hypotheses.value.length === 0) return null;
  if (panel?.tooLarge) return <p class="matrix-trouble" role="status">{t("too.large")}</p>;
  if (trouble === null) return null;
  const words = trouble === "missing" ? t("plugin.missing") : trouble === "waiting" ? t("plugin.waiting")
    : at === null ? t("stale") : t("stale.since", { time: new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) });
  return <p class="matrix-trouble" role="status">{words}</p>;
}

function useKeys(session: ReportSession, undo: Y.UndoManager): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey;
      if (!command || event.isComposing) return;
      const in_field = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]") !== null;
      if (event.altKey && event.code === "KeyX") go(reportPath(session.id));
      else if (!event.altKey && !in_field && event.code === "KeyZ") void (event.shiftKey ? undo.redo() : undo.undo());
      else if (!event.altKey && !in_field && event.code === "KeyY") undo.redo();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [session, undo]);
}
