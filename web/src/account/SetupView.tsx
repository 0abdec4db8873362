import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go } from "../shell/router";
import { t } from "../shell/words";
import { ApiError, setUp } from "../wire/api";
import { signedIn } from "./identity";

// Where the link that the server prints at its first start leads.
export function SetupView(props: { token: string }) {
  const user = useSignal("");
  const name = useSignal("");
  const password = useSignal("");
  const wrong = useSignal("");
  const busy = useSignal(false);
  useEffect(() => {
    document.title = `${t("setup.title")} · Assay`;
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    wrong.value = "";
    try {
      signedIn.value = await setUp(props.token, user.value, name.value.trim(), password.value);
      go("/", "replace");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong.value = error.status === 0 ? t("failed.server") : error.status === 401 || error.status === 403 ? t("setup.token") : error.message;
    }
    busy.value = false;
  };
  return (
    <main class="centred">
      <div class="card">
        <img class="mark-large" src="/icon.svg" alt="" />
        <h1>{t("setup.title")}</h1>
        {props.token === "" ? (
          <p class="notice danger" role="alert">
            {t("setup.token")}
          </p>
        ) : (
          <form onSubmit={(event) => void submit(event)}>
            <p class="quiet">{t("setup.text")}</p>
            {wrong.value && (
              <p class="notice danger" role="alert">
                {wrong.value}
              </p>
            )}
            <label class="field">
              <span>{t("setup.name")}</span>
              <input class="input" autoComplete="name" autoFocus required maxLength={80} value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
            </label>
            <label class="field">
              <span>{t("setup.user")}</span>
              <input
                class="input"
                autoComplete="username"
                autoCapitalize="none"
                spellcheck={false}
                required
                maxLength={64}
                pattern="[a-z0-9._\-]+"
                title={t("setup.user.hint")}
                value={user.value}
                onInput={(event) => (user.value = event.currentTarget.value)}
              />
              <small class="quiet">{t("setup.user.hint")}</small>
            </label>
            <label class="field">
              <span>{t("setup.password")}</span>
              <input
                class="input"
                type="password"
                autoComplete="new-password"
                required
                minLength={8}
                value={password.value}
                onInput={(event) => (password.value = event.currentTarget.value)}
              />
              <small class="quiet">{t("setup.password.hint")}</small>
            </label>
            <button type="submit" class="button primary" disabled={busy.value}>
              {t("setup.button")}
            </button>
          </form>
        )}
      </div>
    </main>
  );
}
