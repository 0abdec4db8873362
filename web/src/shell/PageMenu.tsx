import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { isAdmin, isAnonymous, me, rename, signedIn } from "../account/identity";
import { leave } from "../account/leave";
import { chooseLanguage, language, type Language } from "../words/phrases";
import { Dialog } from "./Dialog";
import { Face } from "./Face";
import { Icon } from "./Icon";
import { Menu } from "./Menu";
import { chooseTheme, theme, type Theme } from "./theme";
import { t } from "./words";

const themes: readonly Theme[] = ["light", "dark", "system"];
const languages: readonly Language[] = ["en", "de"];

// Theme, language, own name, signing out; `children` are what the view adds above. `face`: the button is one's own face.
export function PageMenu(props: { face?: boolean; children?: ComponentChildren }) {
  const naming = useSignal(false);
  const person = me();
  return (
    <>
      <Menu label={t("menu.page")} button={props.face && person ? <Face person={person} /> : <Icon name="more" />}>
        {props.children}
        {props.children && <hr />}
        <div class="heading" role="presentation">
          {t("menu.theme")}
        </div>
        {themes.map((choice) => (
          <Choice key={choice} chosen={theme.value === choice} choose={() => chooseTheme(choice)} label={t(`theme.${choice}`)} />
        ))}
        <hr />
        <div class="heading" role="presentation">
          {t("menu.language")}
        </div>
        {languages.map((choice) => (
          <Choice key={choice} chosen={language.value === choice} choose={() => chooseLanguage(choice)} label={t(`language.${choice}`)} />
        ))}
        {signedIn.value && <hr />}
        {isAdmin() && (
          <a role="menuitem" tabIndex={-1} href="/admin/plugins">
            <Icon name="plug" /> {t("menu.plugins")}
          </a>
        )}
        {isAnonymous() && (
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => (naming.value = true)}>
            <Icon name="person" /> {t("menu.name")}
          </button>
        )}
        {signedIn.value?.auth === "accounts" && (
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => void leave()}>
            {t("menu.sign.out")} <span class="mark quiet">{me()?.name}</span>
          </button>
        )}
      </Menu>
      {naming.value && <NameDialog onClose={() => (naming.value = false)} />}
    </>
  );
}

function Choice(props: { chosen: boolean; choose: () => void; label: string }) {
  return (
    <button type="button" role="menuitemradio" aria-checked={props.chosen} tabIndex={-1} onClick={props.choose}>
      {props.label}
      {props.chosen && (
        <span class="mark">
          <Icon name="check" />
        </span>
      )}
    </button>
  );
}

function NameDialog(props: { onClose: () => void }) {
  const name = useSignal(me()?.name ?? "");
  const keep = (event: Event) => {
    event.preventDefault();
    rename(name.value);
    props.onClose();
  };
  return (
    <Dialog title={t("name.title")} onClose={props.onClose}>
      <form onSubmit={keep} class="stack">
        <p class="quiet">{t("name.text")}</p>
        <label class="field">
          <span>{t("name.field")}</span>
          <input class="input" autoFocus maxLength={80} required value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        </label>
        <div class="actions">
          <button type="submit" class="button primary">
            {t("name.keep")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
