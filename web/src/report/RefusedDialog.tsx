import { useSignal } from "@preact/signals";
import { diffWordsWithSpace, type Change } from "diff";
import { useEffect } from "preact/hooks";
import type * as Y from "yjs";
import { threadsOf } from "../comments/threads";
import type { Refusal, ShellSession } from "../provider/report_session";
import { Dialog } from "../shell/Dialog";
import { go, reportPath } from "../shell/router";
import { copyText, say } from "../shell/Toasts";
import { t as shell } from "../shell/words";
import { ApiError, exportText, importReport } from "../wire/api";
import { plainText } from "./plain_text";
import { t } from "./words";

type Compared = { kind: "reading" } | { kind: "unknown" } | { kind: "known"; changes: Change[] };

// The server took none of what was written last. Here it is, so that nothing is lost; only going on replaces the local copy.
export function RefusedDialog(props: { session: ShellSession; refusal: Refusal; onClose: () => void; reopen: () => void }) {
  const { session, refusal } = props;
  const of_text = refusal.where === "text";
  const own = of_text ? plainText(session.doc) : own_messages(session.comments, session.user.id);
  const compared = useSignal<Compared>({ kind: "reading" });
  const busy = useSignal(false);

  useEffect(() => {
    if (!of_text) return;
    exportText(session.id).then(
      (theirs) => (compared.value = { kind: "known", changes: diffWordsWithSpace(theirs, own) }),
      () => (compared.value = { kind: "unknown" }),
    );
  }, []);
  const keep_as_draft = async () => {
    busy.value = true;
    try {
      const { id } = await importReport("", new Blob([own], { type: "text/plain" }));
      await session.forgetCopy();
      say(t("refused.draft.done"));
      go(reportPath(id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(error.status === 0 ? shell("failed.server") : error.message);
    }
    busy.value = false;
  };
  const replace = async () => {
    busy.value = true;
    await session.forgetCopy();
    props.reopen();
  };
  return (
    <Dialog title={t("refused.title")} wide onClose={props.onClose}>
      <p class="notice danger">{refusal.reason ? t("refused.reason", { reason: refusal.reason }) : t("refused.reason.none")}</p>
      <p>{of_text ? t("refused.text") : t("refused.comments")}</p>
      {of_text ? <Comparison compared={compared.value} own={own} /> : <pre class="refused-text">{own}</pre>}
      <div class="actions">
        <button type="button" class="button" onClick={() => void copyText(own, t("copy.done"))}>
          {t("refused.copy")}
        </button>
        <button type="button" class="button" disabled={busy.value} onClick={() => void replace()}>
          {t("refused.replace")}
        </button>
        {of_text && (
          <button type="button" class="button primary" disabled={busy.value} onClick={() => void keep_as_draft()}>
            {t("refused.draft")}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function Comparison(props: { compared: Compared; own: string }) {
  const { compared, own } = props;
  if (compared.kind === "reading") return <p class="quiet">{shell("loading")}</p>;
  if (compared.kind === "unknown") {
    return (
      <>
        <p class="quiet">{t("refused.server.unknown")}</p>
        <pre class="refused-text">{own}</pre>
      </>
    );
  }
  if (compared.changes.every((change) => !change.added && !change.removed)) return <p class="quiet">{t("refused.same")}</p>;
  return (
    <>
      <p class="quiet small">{t("refused.legend")}</p>
      <pre class="refused-text" tabIndex={0}>
        {compared.changes.map((change, at) =>
          change.added ? <ins key={at}>{change.value}</ins> : change.removed ? <del key={at}>{change.value}</del> : <span key={at}>{shortened(change.value)}</span>,
        )}
      </pre>
    </>
  );
}

// What both sides have, long, is only there to show where one is.
function shortened(same: string): string {
  return same.length <= 400 ? same : `${same.slice(0, 160)} […] ${same.slice(-160)}`;
}

function own_messages(comments: Y.Doc, user: string): string {
  return threadsOf(comments).flatMap(({ messages }) => messages).filter(({ author }) => author === user).map(({ body }) => body).join("\n\n");
}
