import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { signedIn } from "../account/identity";
import { ImportDialog } from "../import/ImportDialog";
import { useDrop, type Incoming } from "../import/incoming";
import { Icon } from "../shell/Icon";
import { PageMenu } from "../shell/PageMenu";
import { go, reportPath } from "../shell/router";
import { ShareDialog } from "../share/ShareDialog";
import { say } from "../shell/Toasts";
import { t } from "../shell/words";
import { ApiError, listReports, newReport, type Row } from "../wire/api";
import { forgetRows, keepRows, keptRows } from "./kept_rows";
import { matching } from "./match";
import { ReportTable } from "./ReportTable";
import { TrashDialog } from "./TrashDialog";
import { TrashList } from "./TrashList";
import "./list.css";

const refresh_ms = 10_000;

export function ListView() {
  const rows = useSignal<readonly Row[] | null>(keptRows());
  const stale = useSignal(false);
  const incoming = useSignal<readonly Incoming[] | null>(null);
  const sharing = useSignal<Row | null>(null);
  const trashing = useSignal<Row | null>(null);
  const trash_open = useSignal(false);
  const typed = useSignal("");
  const busy = useSignal(false);

  const refresh = async () => {
    try {
      rows.value = await listReports();
      stale.value = false;
      keepRows(rows.value);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) signed_out();
      else stale.value = true;
    }
  };
  useEffect(() => {
    document.title = `${t("list.title")} · Assay`;
    void refresh();
    const again = () => document.visibilityState === "visible" && void refresh();
    const timer = setInterval(again, refresh_ms);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, []);
  const dropping = useDrop((files) => (incoming.value = files));

  const begin = async () => {
    busy.value = true;
    try {
      go(reportPath((await newReport()).id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(error.status === 0 ? t("failed.server") : error.message);
    }
    busy.value = false;
  };
  const found = rows.value && matching(rows.value, typed.value);
  const buttons = (
    <>
      <button type="button" class="button" onClick={() => (incoming.value = [])}>
        <Icon name="upload" /> {t("list.import")}
      </button>
      <button type="button" class="button primary" disabled={busy.value} onClick={() => void begin()}>
        <Icon name="plus" /> {t("list.new")}
      </button>
    </>
  );
  return (
    <div class="list-view">
      <header class="header">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" /> Assay
        </a>
        <span class="space" />
        <PageMenu face>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => (trash_open.value = true)}>
            <Icon name="trash" /> {t("trash.list")}
          </button>
        </PageMenu>
      </header>
      <main class="list-main">
        <div class="list-head">
          <h1>{t("list.title")}</h1>
          {rows.value && rows.value.length > 0 && <span class="quiet count">{t("list.count", { n: rows.value.length })}</span>}
          <div class="list-buttons">{buttons}</div>
        </div>
        {stale.value && (
          <p class="notice warning" role="status">
            {rows.value ? t("list.offline") : t("failed.server")}
          </p>
        )}
        {rows.value && rows.value.length > 0 && <SearchBox typed={typed} />}
        {found && found.length > 0 && (
          <ReportTable rows={found} share={(row) => (sharing.value = row)} trash={(row) => (trashing.value = row)} />
        )}
        {found?.length === 0 && rows.value && rows.value.length > 0 && (
          <p class="list-none" role="status">
            {t("list.none")}
            <button type="button" class="button" onClick={() => (typed.value = "")}>
              {t("list.clear")}
            </button>
          </p>
        )}
        {rows.value?.length === 0 && <Empty begin={() => void begin()} bring={() => (incoming.value = [])} />}
        {!rows.value && !stale.value && <p class="quiet">{t("loading")}</p>}
      </main>
      {dropping.value && (
        <div class="drop-veil" aria-hidden="true">
          <p>
            <Icon name="upload" /> {t("list.drop")}
          </p>
        </div>
      )}
      {incoming.value && (
        <ImportDialog
          brought={incoming.value}
          onClose={() => {
            incoming.value = null;
            void refresh();
          }}
        />
      )}
      {sharing.value && <ShareDialog id={sharing.value.id} title={sharing.value.title} onClose={() => (sharing.value = null)} />}
      {trash_open.value && (
        <TrashList
          onClose={() => {
            trash_open.value = false;
            void refresh();
          }}
        />
      )}
      {trashing.value && (
        <TrashDialog
          row={trashing.value}
          onRestored={() => void refresh()}
          onClose={() => {
            trashing.value = null;
            void refresh();
          }}
        />
      )}
    </div>
  );
}

// `/` from anywhere on the list comes here.
function SearchBox(props: { typed: Signal<string> }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
      event.preventDefault();
      box.current?.focus();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  return (
    <input
      ref={box}
      class="input list-search"
      type="search"
      aria-label={t("list.search")}
      placeholder={t("list.search")}
      value={props.typed.value}
      onInput={(event) => (props.typed.value = event.currentTarget.value)}
    />
  );
}

function Empty(props: { begin: () => void; bring: () => void }) {
  return (
    <div class="list-empty">
      <h2>{t("list.empty")}</h2>
      <p class="quiet">{t("list.empty.text")}</p>
      <div class="list-buttons">
        <button type="button" class="button primary" onClick={props.begin}>
          {t("list.new")}
        </button>
        <button type="button" class="button" onClick={props.bring}>
          {t("list.empty.import")}
        </button>
      </div>
    </div>
  );
}

function signed_out(): void {
  forgetRows();
  signedIn.value = { auth: "accounts", user: null, setup: false };
}
