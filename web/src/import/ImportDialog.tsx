import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "../shell/Dialog";
import { Icon } from "../shell/Icon";
import { go, reportPath } from "../shell/router";
import { say } from "../shell/Toasts";
import { ApiError, importReport, previewImport, type Preview } from "../wire/api";
import { accepted, ofFiles, ofText, type Incoming } from "./incoming";
import { PreviewPane } from "./PreviewPane";
import { t } from "./words";
import "./import.css";

interface Item {
  incoming: Incoming;
  name: string;
  state: { kind: "reading" } | { kind: "ready"; preview: Preview } | { kind: "failed"; why: string };
}

// Files in, a preview of each, and only then reports. `brought`: what was dropped or pasted to open it, or later while it is open.
export function ImportDialog(props: { brought: readonly Incoming[]; onClose: () => void }) {
  const items = useSignal<readonly Item[]>([]);
  const shown = useSignal(0);
  const done = useSignal<number | null>(null);

  const settle = (incoming: Incoming, state: Item["state"]) => {
    items.value = items.value.map((item) => (item.incoming === incoming ? { ...item, state } : item));
  };
  const add = async (more: readonly Incoming[]) => {
    const fresh = more.map((incoming): Item => ({ incoming, name: incoming.name || t("paste.name"), state: { kind: "reading" } }));
    items.value = [...items.value, ...fresh];
    for (const { incoming } of fresh) {
      try {
        settle(incoming, { kind: "ready", preview: await previewImport(incoming.name, incoming.bytes) });
      } catch (error) {
        settle(incoming, { kind: "failed", why: sentence(error) });
      }
    }
  };
  useEffect(() => void add(props.brought), [props.brought]);

  const ready = items.value.filter((item) => item.state.kind === "ready");
  const busy = done.value !== null || items.value.some((item) => item.state.kind === "reading");
  const confirm = async () => {
    const made: string[] = [];
    done.value = 0;
    for (const { incoming } of ready) {
      try {
        made.push((await importReport(incoming.name, incoming.bytes)).id);
        done.value = made.length;
      } catch (error) {
        settle(incoming, { kind: "failed", why: sentence(error) });
      }
    }
    done.value = null;
    if (made.length < ready.length) {
      items.value = items.value.filter((item) => item.state.kind === "failed");
      shown.value = 0;
      if (made.length > 0) say(t("done.some", { n: made.length }));
      return;
    }
    props.onClose();
    const only = made[0];
    if (made.length === 1 && only !== undefined) go(reportPath(only));
    else say(t("done.some", { n: made.length }));
  };
  const leave_out = (at: number) => {
    items.value = items.value.filter((_, index) => index !== at);
    shown.value = Math.max(0, Math.min(shown.value, items.value.length - 1));
  };
  const current = items.value[shown.value];
  return (
    <Dialog title={t("title")} wide={items.value.length > 0} onClose={props.onClose}>
      {!current ? (
        <Source bring={(incoming) => void add(incoming)} />
      ) : (
        <>
          {items.value.length > 1 && <FileList items={items.value} shown={shown.value} show={(at) => (shown.value = at)} drop={leave_out} />}
          <Shown item={current} />
          <div class="actions import-actions">
            <p class="quiet" role="status">
              {done.value === null ? t("nothing.yet") : t("importing", { done: done.value, n: ready.length })}
            </p>
            <button type="button" class="button" disabled={busy} onClick={() => (items.value = [])}>
              {t("back")}
            </button>
            <button type="button" class="button primary" disabled={busy || ready.length === 0} onClick={() => void confirm()}>
              {t("confirm", { n: ready.length })}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Source(props: { bring: (incoming: readonly Incoming[]) => void }) {
  const text = useSignal("");
  const picker = useRef<HTMLInputElement>(null);
  const picked = () => {
    const files = ofFiles(picker.current?.files ?? []);
    if (files.length > 0) props.bring(files);
  };
  return (
    <div class="import-source">
      <div class="import-pick">
        <input ref={picker} type="file" id="import-files" class="visually-hidden" multiple accept={accepted} tabIndex={-1} aria-label={t("pick")} onChange={picked} />
        <button type="button" class="button" onClick={() => picker.current?.click()}>
          <Icon name="file" /> {t("pick")}
        </button>
        <p class="quiet">{t("pick.hint")}</p>
      </div>
      <label class="field">
        <span>{t("paste.label")}</span>
        <textarea class="input" rows={8} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="button" class="button primary" disabled={text.value.trim() === ""} onClick={() => props.bring([ofText("", text.value)])}>
          {t("paste.button")}
        </button>
      </div>
    </div>
  );
}

function FileList(props: { items: readonly Item[]; shown: number; show: (at: number) => void; drop: (at: number) => void }) {
  return (
    <ul class="import-files" aria-label={t("files")}>
      {props.items.map((item, at) => (
        <li key={at} class={item.state.kind}>
          <button type="button" class="name" aria-current={at === props.shown} onClick={() => props.show(at)}>
            {item.state.kind === "failed" ? <Icon name="warning" /> : <Icon name={item.state.kind === "ready" ? "check" : "file"} />}
            <span>{item.name}</span>
            <span class="visually-hidden">{item.state.kind === "failed" ? t("failed") : item.state.kind === "ready" ? t("ready") : ""}</span>
          </button>
          <button type="button" class="button plain square" aria-label={t("drop", { name: item.name })} onClick={() => props.drop(at)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Shown(props: { item: Item }) {
  const { state, name } = props.item;
  if (state.kind === "reading") return <p class="quiet">{t("reading", { name })}</p>;
  if (state.kind === "ready") return <PreviewPane name={name} preview={state.preview} />;
  return (
    <div class="notice danger" role="alert">
      <strong>
        {t("failed")}: {name}
      </strong>
      <p>{state.why}</p>
    </div>
  );
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  return error.status === 0 ? t("failed.server") : error.message;
}
