import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isAnonymous, me } from "../account/identity";
import type { Role } from "../provider/report_session";
import { Dialog } from "../shell/Dialog";
import { Face } from "../shell/Face";
import { Icon } from "../shell/Icon";
import { reportPath } from "../shell/router";
import { copyText, say } from "../shell/Toasts";
import { t } from "../shell/words";
import { ApiError, changeRoles, findUsers, readReport, type Named, type ReportDetail, type RoleEntry } from "../wire/api";
import "./share.css";

const roles: readonly Role[] = ["owner", "editor", "reviewer", "viewer"];

// Who may open the report, and as what. Every change takes effect at once; the server has the last word.
export function ShareDialog(props: { id: string; title: string; onClose: () => void }) {
  const detail = useSignal<ReportDetail | null>(null);
  const wrong = useSignal("");
  const attempt = async (what: () => Promise<ReportDetail>) => {
    try {
      detail.value = await what();
      wrong.value = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      wrong.value = error.status === 0 ? t("failed.server") : error.message;
    }
  };
  useEffect(() => void attempt(() => readReport(props.id)), []);
  const change = (user: string, role: Role | null) => void attempt(() => changeRoles(props.id, { [user]: role }));
  const link = new URL(reportPath(props.id), location.href).href;
  const owner = detail.value?.me === "owner";
  return (
    <Dialog title={t("share.title", { title: props.title || t("list.untitled") })} onClose={props.onClose}>
      {wrong.value && (
        <p class="notice danger" role="alert">
          {wrong.value}
        </p>
      )}
      {isAnonymous() ? (
        <p class="quiet">{t("share.none")}</p>
      ) : (
        <>
          {owner && <AddPerson taken={detail.value?.roles ?? []} add={(person, role) => change(person.id, role)} />}
          <section class="share-people" aria-label={t("share.people")}>
            <h3 class="quiet small">{t("share.people")}</h3>
            <ul>
              {detail.value?.roles.map((entry) => (
                <PersonRow key={entry.user} entry={entry} changeable={owner} change={change} />
              ))}
            </ul>
            {detail.value?.roles.length === 0 && <p>{t("share.people.none")}</p>}
            {detail.value && <p class="quiet small">{t("share.admins")}</p>}
            {detail.value && !owner && <p class="quiet small">{t("share.owner.only")}</p>}
          </section>
        </>
      )}
      <div class="actions share-actions">
        <button type="button" class="button" onClick={() => void copyText(link, t("share.link.done"))}>
          <Icon name="copy" /> {t("share.link")}
        </button>
        <button type="button" class="button primary" onClick={props.onClose}>
          {t("share.done")}
        </button>
      </div>
    </Dialog>
  );
}

function PersonRow(props: { entry: RoleEntry; changeable: boolean; change: (user: string, role: Role | null) => void }) {
  const { entry, changeable, change } = props;
  const own = me()?.id === entry.user;
  return (
    <li>
      <Face person={{ id: entry.user, name: entry.name }} />
      <span class="name">
        {entry.name} {own && <span class="quiet">({t("share.you")})</span>}
        <span class="quiet small">{entry.user}</span>
      </span>
      {changeable ? (
        <>
          <RoleSelect label={t("share.role.of", { name: entry.name })} value={entry.role} choose={(role) => change(entry.user, role)} />
          <button type="button" class="button plain square" aria-label={t("share.remove", { name: entry.name })} onClick={() => change(entry.user, null)}>
            <Icon name="close" />
          </button>
        </>
      ) : (
        <span class="quiet">{t(`role.${entry.role}`)}</span>
      )}
    </li>
  );
}

function RoleSelect(props: { label: string; value: Role; choose: (role: Role) => void }) {
  const chosen = (event: Event & { currentTarget: HTMLSelectElement }) => {
    const role = roles.find((name) => name === event.currentTarget.value);
    if (role) props.choose(role);
  };
  return (
    <select class="select" aria-label={props.label} value={props.value} onChange={chosen}>
      {roles.map((role) => (
        <option key={role} value={role} title={t(`role.${role}.text`)}>
          {t(`role.${role}`)}
        </option>
      ))}
    </select>
  );
}

function AddPerson(props: { taken: readonly RoleEntry[]; add: (person: Named, role: Role) => void }) {
  const words = useSignal("");
  const found = useSignal<readonly Named[] | null>(null);
  const role = useSignal<Role>("editor");
  useEffect(() => {
    const asked = words.value.trim();
    if (asked === "") {
      found.value = null;
      return;
    }
    // A pause in typing, so that not every letter asks the server.
    const timer = setTimeout(async () => {
      try {
        const users = await findUsers(asked);
        if (words.peek().trim() === asked) found.value = users;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        say(error.status === 0 ? t("failed.server") : error.message);
      }
    }, 200);
    return () => clearTimeout(timer);
  }, [words.value]);
  const free = found.value?.filter((user) => !props.taken.some((entry) => entry.user === user.id));
  const add = (person: Named) => {
    props.add(person, role.value);
    words.value = "";
  };
  return (
    <div class="share-add">
      <label class="field">
        <span>{t("share.add")}</span>
        <input
          class="input"
          type="search"
          autoFocus
          autoComplete="off"
          placeholder={t("share.add.hint")}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            const only = free?.[0];
            if (event.key === "Enter" && only) add(only);
          }}
        />
      </label>
      <RoleSelect label={t("share.role.new")} value={role.value} choose={(next) => (role.value = next)} />
      {free && (
        <ul class="share-found" role="status">
          {free.length === 0 && <li class="quiet">{t("share.nobody")}</li>}
          {free.slice(0, 6).map((user) => (
            <li key={user.id}>
              <button type="button" onClick={() => add(user)}>
                <Face person={user} />
                <span class="name">
                  {user.name} <span class="quiet small">{user.id}</span>
                </span>
                <Icon name="plus" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="quiet small share-role-text">
        {t(`role.${role.value}`)}: {t(`role.${role.value}.text`)}
      </p>
    </div>
  );
}
