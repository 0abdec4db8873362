import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isAnonymous } from "../account/identity";
import { TrashDialog } from "../list/TrashDialog";
import type { ShellSession } from "../provider/report_session";
import { Faces, type FacePerson } from "../shell/Face";
import { Icon } from "../shell/Icon";
import { PageMenu } from "../shell/PageMenu";
import { go } from "../shell/router";
import { t as shell } from "../shell/words";
import { ShareDialog } from "../share/ShareDialog";
import { exportPath } from "../wire/api";
import { SavePill } from "./SavePill";
import { t } from "./words";

const faces_most = 6;

export function ReportHeader(props: { session: ShellSession; showRefused: () => void }) {
  const { session } = props;
  const title = useTitle(session);
  const people = usePeople(session);
  const sharing = useSignal(false);
  const trashing = useSignal(false);

  useEffect(() => {
    document.title = `${title || t("untitled")} · Assay`;
  }, [title]);
  const trashed = (done: boolean) => {
    trashing.value = false;
    if (!done) return;
    void session.forgetCopy();
    go("/");
  };
  return (
    <header class="header report-header">
      <a class="button plain square" href="/" aria-label={shell("to.reports")} title={shell("to.reports")}>
        <Icon name="back" />
      </a>
      <h1 class="visually-hidden">{title || t("untitled")}</h1>
      {session.writable.value ? (
        <input
          class="title-input"
          aria-label={t("title")}
          placeholder={t("untitled")}
          maxLength={1000}
          value={title}
          onInput={(event) => session.doc.getMap("meta").set("title", event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
      ) : (
        <span class="title-input" aria-hidden="true" title={title}>
          {title || t("untitled")}
        </span>
      )}
      <SavePill session={session} showRefused={props.showRefused} />
      <span class="space" />
      <Faces people={people} most={faces_most} label={t("people")} />
      <button type="button" class="button share-button" onClick={() => (sharing.value = true)}>
        <Icon name="share" /> <span>{t("share")}</span>
      </button>
      <PageMenu>
        <a role="menuitem" tabIndex={-1} href={exportPath(session.id, "txt")} download>
          <Icon name="download" /> {t("export.txt")}
        </a>
        <a role="menuitem" tabIndex={-1} href={exportPath(session.id, "json")} download>
          <Icon name="download" /> {t("export.json")}
        </a>
        {(session.role.value === "owner" || isAnonymous()) && (
          <button type="button" role="menuitem" class="danger" tabIndex={-1} onClick={() => (trashing.value = true)}>
            <Icon name="trash" /> {t("trash")}
          </button>
        )}
      </PageMenu>
      {sharing.value && <ShareDialog id={session.id} title={title} onClose={() => (sharing.value = false)} />}
      {trashing.value && <TrashDialog row={{ id: session.id, title }} onClose={trashed} />}
    </header>
  );
}

function useTitle(session: ShellSession): string {
  const title = useSignal("");
  useEffect(() => {
    const meta = session.doc.getMap("meta");
    const read = () => {
      const value = meta.get("title");
      title.value = typeof value === "string" ? value : "";
    };
    read();
    meta.observe(read);
    return () => meta.unobserve(read);
  }, [session]);
  return title.value;
}

// In the order they came, each person once however many tabs; own face last.
function usePeople(session: ShellSession): FacePerson[] {
  const people = useSignal<FacePerson[]>([]);
  useEffect(() => {
    const order: string[] = [];
    const read = () => {
      const present = new Map<string, FacePerson>();
      for (const [, { user }] of session.awareness.others()) {
        if (user && user.id !== session.user.id) present.set(user.id, user);
      }
      for (const id of present.keys()) if (!order.includes(id)) order.push(id);
      people.value = [...order.flatMap((id) => present.get(id) ?? []), session.user];
    };
    read();
    session.awareness.on("change", read);
    return () => session.awareness.off("change", read);
  }, [session]);
  return people.value;
}
