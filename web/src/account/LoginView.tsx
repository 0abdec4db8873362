import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go } from "../shell/router";
import { t } from "../shell/words";
import { ApiError, signIn, type SignedIn } from "../wire/api";
import { signedIn } from "./identity";

export function LoginView(props: { back: string }) {
  const session = signedIn.value;
  useEffect(() => {
    document.title = `${t("login.title")} · Assay`;
    if (session && (session.user || session.auth === "none")) go(props.back, "replace");
  }, [session]);
  return (
    <main class="centred">
      <div class="card">
        <img class="mark-large" src="/icon.svg" alt="" />
        <h1>{t("login.title")}</h1>
        {session?.setup && <p class="notice">{t("login.setup")}</p>}
        <LoginForm done={(answer) => (signedIn.value = answer)} />
      </div>
    </main>
  );
}

export function LoginForm(props: { user?: string; done: (answer: SignedIn) => void }) {
  const user = useSignal(props.user ?? "");
  const password = useSignal("");
  const wrong = useSignal("");
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    wrong.value = "";
    try {
      props.done(await signIn(user.value.trim(), password.value));
    } catch (error) {
      wrong.value = sentence(error);
    }
    busy.value = false;
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {wrong.value && (
        <p class="notice danger" role="alert">
          {wrong.value}
        </p>
      )}
      <label class="field">
        <span>{t("login.user")}</span>
        <input
          class="input"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellcheck={false}
          autoFocus={props.user === undefined}
          required
          value={user.value}
          onInput={(event) => (user.value = event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t("login.password")}</span>
        <input
          class="input"
          type="password"
          name="password"
          autoComplete="current-password"
          autoFocus={props.user !== undefined}
          required
          value={password.value}
          onInput={(event) => (password.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary" disabled={busy.value}>
        {t("login.button")}
      </button>
    </form>
  );
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) return t("login.wrong");
  if (error.status === 429) return t("login.often");
  return error.status === 0 ? t("failed.server") : error.message;
}
