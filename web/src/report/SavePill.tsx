import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { ShellSession } from "../provider/report_session";
import { isAlarm, type SaveState } from "../provider/save_state";
import { Icon, type IconName } from "../shell/Icon";
import { copyText, say } from "../shell/Toasts";
import { ApiError, readReport } from "../wire/api";
import { clockTime } from "../words/dates";
import { plainText } from "./plain_text";
import { t } from "./words";

const icons: Record<SaveState["kind"], IconName> = {
  opening: "cloud",
  saved: "check",
  saving: "cloud",
  not_saved_yet: "warning",
  offline_device: "offline",
  offline_tab: "warning",
  read_only: "lock",
  refused: "warning",
};

// A reviewer cannot write, and is not shut out either.
const nameOf = (state: SaveState): string => t(state.kind === "read_only" && state.why === "reviewer" ? "save.comment_only" : `save.${state.kind}`);

// What the page knows about saving, in one or two words; pressed, the whole of it and what can be done.
export function SavePill(props: { session: ShellSession; showRefused: () => void }) {
  const { session } = props;
  const open = useSignal(false);
  const spoken = useSignal("");
  const anchor = useRef<HTMLDivElement>(null);
  const detail_id = useId();
  const state = session.saveState.value;
  const name = nameOf(state);
  const [first, rest] = name.split(" · ");

  useEffect(() => {
    if (!open.value) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !anchor.current?.contains(event.target)) open.value = false;
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open.value]);
  useEffect(() => {
    // The habit of a lifetime: it answers what it was always meant to ask.
    const asked = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      spoken.value = nameOf(session.saveState.peek());
      open.value = true;
    };
    document.addEventListener("keydown", asked);
    return () => document.removeEventListener("keydown", asked);
  }, [session]);
  useEffect(() => {
    spoken.value = isAlarm(state) ? name : "";
  }, [name]);
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open.value) return;
    open.value = false;
    event.stopPropagation();
    anchor.current?.querySelector("button")?.focus();
  };
  return (
    <div class="menu-anchor save" ref={anchor} onKeyDown={pressed}>
      <button
        type="button"
        class={`save-pill ${state.kind}`}
        data-save={state.kind}
        aria-label={t("save.label", { state: name })}
        aria-expanded={open.value}
        aria-controls={open.value ? detail_id : undefined}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name={icons[state.kind]} />
        <span class="save-name">
          {first}
          {rest !== undefined && <span class="save-rest"> · {rest}</span>}
        </span>
      </button>
      <span class="visually-hidden" role="status">
        {spoken.value}
      </span>
      {open.value && (
        <div class="menu save-detail" id={detail_id} role="group" aria-label={name}>
          <Detail session={session} state={state} showRefused={props.showRefused} />
        </div>
      )}
    </div>
  );
}

function Detail(props: { session: ShellSession; state: SaveState; showRefused: () => void }) {
  const { session, state } = props;
  const copy = (
    <button type="button" class="button" onClick={() => void copyText(plainText(session.doc), t("copy.done"))}>
      <Icon name="copy" /> {t("copy.text")}
    </button>
  );
  switch (state.kind) {
    case "opening":
      return <p>{t("detail.opening")}</p>;
    case "saved":
      return <p>{state.at === null ? t("detail.saved") : t("detail.saved.at", { time: clockTime(state.at) })}</p>;
    case "saving":
      return <p>{t("detail.saving", { n: state.waiting })}</p>;
    case "not_saved_yet":
      return (
        <>
          <p>{state.storage ? t("detail.storage") : t("detail.waiting", { n: state.waiting })}</p>
          <div class="actions">
            {copy}
            <button type="button" class="button primary" onClick={() => session.retry()}>
              {t("retry")}
            </button>
          </div>
        </>
      );
    case "offline_device":
    case "offline_tab":
      return (
        <>
          {session.serverGoing.value && <p>{t("detail.going")}</p>}
          <p>{t(state.kind === "offline_tab" ? "detail.tab" : "detail.device")}</p>
          <p>{state.waiting === 0 ? t("detail.unsent.none") : t("detail.unsent", { n: state.waiting })}</p>
          <NextTry session={session} />
          <div class="actions">
            {copy}
            <button type="button" class="button primary" onClick={() => session.retry()}>
              {t("try.now")}
            </button>
          </div>
        </>
      );
    case "read_only":
      return (
        <>
          <p>{t(`detail.${state.why}`)}</p>
          {!state.connected && <p>{t("detail.stale")}</p>}
          {state.why !== "locked" && (
            <div class="actions">
              <button type="button" class="button" onClick={() => void who_to_ask(session.id)}>
                {t("ask.access")}
              </button>
            </div>
          )}
        </>
      );
    case "refused":
      return (
        <>
          <p>{t("detail.refused")}</p>
          <div class="actions">
            <button type="button" class="button primary" onClick={props.showRefused}>
              {t("detail.refused.show")}
            </button>
          </div>
        </>
      );
  }
}

function NextTry(props: { session: ShellSession }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const next = props.session.nextTry.value;
  const seconds = next === null ? 0 : Math.max(0, Math.ceil((next - now.value) / 1000));
  return <p>{next === null ? t("detail.trying") : t("detail.next", { n: seconds })}</p>;
}

async function who_to_ask(id: string): Promise<void> {
  try {
    const { roles } = await readReport(id);
    const owners = roles.filter((entry) => entry.role === "owner").map((entry) => `${entry.name} (${entry.user})`);
    say(owners.length === 0 ? t("ask.none") : t("ask.who", { n: owners.length, who: owners.join(", ") }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message);
  }
}
