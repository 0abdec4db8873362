// Administration of plugins and rule packs: how each one is, on and off, new ones in, old ones out. Nobody else gets to see it.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isAnonymous } from "../account/identity";
import { useDrop } from "../import/incoming";
import { Dialog } from "../shell/Dialog";
import { Icon } from "../shell/Icon";
import { NotHere } from "../shell/NotHere";
import { PageMenu } from "../shell/PageMenu";
import { say } from "../shell/Toasts";
import { t as shell } from "../shell/words";
import { ApiError } from "../wire/api";
import {
  installPack, installPlugin, readPlugins, reloadPlugins, removePack, removePlugin, switchPlugin, type Installed, type PackRow, type PluginRow,
} from "../wire/plugins_api";
import { number } from "../words/phrases";
import { t } from "./words";
import "./admin.css";

const refresh_ms = 2000;

type Going = { kind: "plugin"; row: PluginRow } | { kind: "pack"; row: PackRow };

export function PluginsView() {
  const state = useSignal<Installed | null>(null);
  const denied = useSignal(false);
  const stale = useSignal(false);
  const going = useSignal<Going | null>(null);

  const refresh = async (): Promise<void> => {
    try {
      state.value = await readPlugins();
      stale.value = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      denied.value = error.status === 401 || error.status === 403 || error.status === 404;
      stale.value = !denied.value;
    }
  };
  // Says what went wrong; true when nothing did.
  const attempt = async (act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(t("failed", { why: error.message }));
      return false;
    } finally {
      void refresh();
    }
  };
  useEffect(() => {
    document.title = `${t("title")} · Assay`;
    void refresh();
    const again = (): void => void (document.visibilityState === "visible" && !denied.peek() && refresh());
    const timer = setInterval(again, refresh_ms);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, []);

  const bring = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      if (file.name.endsWith(".so") && isAnonymous()) say(t("install.alone"));
      else if (file.name.endsWith(".so")) {
        if (await attempt(() => installPlugin(file.name, file))) say(t("installing", { file: file.name }));
      } else if (file.name.endsWith(".toml")) {
        if (await attempt(() => installPack(file.name, file))) say(t("packs.done", { file: file.name }));
      } else say(t("drop.other", { file: file.name }));
    }
  };
  const dropping = useDrop((incoming) => void bring(incoming.filter(({ name }) => name !== "").map(({ bytes, name }) => new File([bytes], name))));
  if (denied.value) return <NotHere title={shell("unknown.page")} text={shell("unknown.page.text")} />;
  const remove = async ({ kind, row }: Going): Promise<void> => {
    going.value = null;
    const name = kind === "plugin" ? row.name : row.file;
    if (await attempt(() => (kind === "plugin" ? removePlugin(row.file) : removePack(row.file)))) say(t("removed", { name }));
  };
  return (
    <div class="admin-view">
      <header class="header">
        <a class="button plain square" href="/" aria-label={shell("to.reports")} title={shell("to.reports")}>
          <Icon name="back" />
        </a>
        <span class="brand">{t("title")}</span>
        <span class="space" />
        <PageMenu face />
      </header>
      <main class="admin-main">
        <div class="admin-head">
          <div>
            <h1>{t("title")}</h1>
            <p class="quiet">{t("text")}</p>
            {isAnonymous() && <p class="quiet">{t("install.alone")} <code class="admin-command">assay plugin install FILE.so</code></p>}
          </div>
          <div class="admin-buttons">
            <button type="button" class="button" onClick={() => void attempt(reloadPlugins).then((done) => done && say(t("reload.done")))}>{t("reload")}</button>
            {!isAnonymous() && <Pick label={t("install")} accept=".so" primary bring={bring} />}
          </div>
        </div>
        {stale.value && <p class="notice warning" role="status">{t("unreachable")}</p>}
        {state.value === null && !stale.value && <p class="quiet">{shell("loading")}</p>}
        {state.value?.plugins.length === 0 && (
          <div class="admin-none">
            <strong>{t("none")}</strong>
            <p class="quiet">{t("none.text")}</p>
          </div>
        )}
        <ul class="plugins" aria-label={t("title")}>
          {state.value?.plugins.map((row) => (
            <Plugin key={row.id || row.file} row={row} turn={(on) => void attempt(() => switchPlugin(row.id, on))} remove={() => (going.value = { kind: "plugin", row })} />
          ))}
        </ul>
        {state.value && (
          <section class="packs" aria-labelledby="packs-title">
            <div class="admin-head">
              <div>
                <h2 id="packs-title">{t("packs.title")}</h2>
                <p class="quiet">{t("packs.text")}</p>
              </div>
              <div class="admin-buttons"><Pick label={t("packs.add")} accept=".toml" bring={bring} /></div>
            </div>
            {state.value.packs.length === 0 && <p class="quiet admin-none">{t("packs.none")}</p>}
            <ul>
              {state.value.packs.map((row) => <Pack key={row.file} row={row} remove={() => (going.value = { kind: "pack", row })} />)}
            </ul>
          </section>
        )}
      </main>
      {dropping.value && (
        <div class="drop-veil" aria-hidden="true">
          <p><Icon name="upload" /> {t("drop")}</p>
        </div>
      )}
      {going.value && <RemoveDialog going={going.value} close={() => (going.value = null)} remove={() => void remove(going.peek()!)} />}
    </div>
  );
}

// A button that opens the file dialog.
function Pick(props: { label: string; accept: string; primary?: boolean; bring: (files: readonly File[]) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={props.primary ? "button primary" : "button"} onClick={() => input.current?.click()}>
        <Icon name={props.primary ? "plus" : "upload"} /> {props.label}
      </button>
      <input ref={input} type="file" hidden multiple accept={props.accept} aria-label={props.label} onChange={(event) => {
        const files = [...(event.currentTarget.files ?? [])];
        event.currentTarget.value = "";
        void props.bring(files);
      }} />
    </>
  );
}

function Plugin(props: { row: PluginRow; turn: (on: boolean) => void; remove: () => void }) {
  const { row } = props;
  const on = row.state !== "stopped" && row.state !== "refused";
  return (
    <li class="plugin" data-plugin={row.id} data-state={row.state}>
      <div class="plugin-head">
        <div class="plugin-name">
          <h2>{row.name || row.id || row.file}</h2>
          {row.version && <span class="quiet small">{row.version}</span>}
          <span class={`pill pill-${row.state}`}>{t(`state.${row.state}`)}</span>
        </div>
        {row.state !== "refused" && (
          <button type="button" role="switch" class="switch" aria-checked={on} aria-label={t("on", { plugin: row.name })} onClick={() => props.turn(!on)} />
        )}
      </div>
      {row.reason && <p class="plugin-reason">{row.reason}</p>}
      <dl class="plugin-facts">
        <Fact name={t("fact.checks")} value={number(row.checks)} />
        <Fact name={t("fact.p95")} value={row.checks > 0 ? t("ms", { n: row.p95Us < 10_000 ? Math.round(row.p95Us / 100) / 10 : Math.round(row.p95Us / 1000) }) : t("never")} />
        <Fact name={t("fact.memory")} value={row.memoryKib > 0 ? t("mib", { n: Math.round(row.memoryKib / 102.4) / 10 }) : t("never")} />
        <Fact name={t("fact.deaths")} value={number(row.deaths)} alarm={row.deaths > 0} />
        <Fact name={t("fact.timeouts")} value={number(row.timeouts)} alarm={row.timeouts > 0} />
      </dl>
      <details class="plugin-more">
        <summary>{t("details")}</summary>
        <dl class="plugin-details">
          <dt>{t("detail.id")}</dt><dd><code>{row.id}</code></dd>
          <dt>{t("detail.file")}</dt><dd><code>{row.file}</code></dd>
          <dt>{t("detail.from")}</dt><dd>{row.installed ? t("detail.installed") : t("detail.builtin")}</dd>
          <dt>{t("detail.does")}</dt>
          <dd>{[t(row.incremental ? "does.incremental" : "does.whole"), row.wantsData && t("does.data"), row.learns && t("does.learns")].filter(Boolean).join("; ")}</dd>
        </dl>
        <h3>{t("log")}</h3>
        {row.log.length === 0 ? <p class="quiet small">{t("log.none")}</p> : <pre class="plugin-log" tabIndex={0}>{row.log.join("\n")}</pre>}
        {row.installed && !isAnonymous() && (
          <button type="button" class="button" aria-label={t("remove.of", { name: row.name })} onClick={props.remove}>
            <Icon name="trash" /> {t("remove")}
          </button>
        )}
      </details>
    </li>
  );
}

function Fact(props: { name: string; value: string; alarm?: boolean }) {
  return (
    <div class={props.alarm ? "alarm" : undefined}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

function Pack(props: { row: PackRow; remove: () => void }) {
  const { row } = props;
  return (
    <li class="pack" data-pack={row.file}>
      <Icon name="file" />
      <span class="pack-name">{row.file}</span>
      <span class="quiet small">{t("bytes", { n: Math.max(0.1, Math.round(row.bytes / 100) / 10) })}</span>
      <span class={row.reason ? "pill pill-refused" : "pill pill-running"}>{t(row.reason ? "packs.refused" : "packs.live")}</span>
      <button type="button" class="button plain square" aria-label={t("remove.of", { name: row.file })} title={t("remove")} onClick={props.remove}>
        <Icon name="trash" />
      </button>
      {row.reason && <p class="plugin-reason">{row.reason}</p>}
    </li>
  );
}

function RemoveDialog(props: { going: Going; close: () => void; remove: () => void }) {
  const { kind, row } = props.going;
  const name = kind === "plugin" ? row.name : row.file;
  return (
    <Dialog title={t("remove.title", { name })} onClose={props.close}>
      <p>{t(kind === "plugin" ? "remove.text" : "remove.pack.text")}</p>
      <div class="actions">
        <button type="button" class="button" onClick={props.close}>{shell("cancel")}</button>
        <button type="button" class="button danger" onClick={props.remove}>{t("remove")}</button>
      </div>
    </Dialog>
  );
}
