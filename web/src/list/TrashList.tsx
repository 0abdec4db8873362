import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "../shell/Dialog";
import { say } from "../shell/Toasts";
import { t } from "../shell/words";
import { ApiError, listTrash, restoreReport, type Row } from "../wire/api";

// What was moved to the trash and can be had back.
export function TrashList(props: { onClose: () => void }) {
  const rows = useSignal<readonly Row[] | null>(null);
  const attempt = async (what: () => Promise<void>) => {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(error.status === 0 ? t("failed.server") : error.message);
    }
  };
  const read = async () => {
    rows.value = await listTrash();
  };
  useEffect(() => void attempt(read), []);
  const restore = async (row: Row) => {
    await restoreReport(row.id);
    say(t("trash.undone"));
    await read();
  };
  return (
    <Dialog title={t("trash.list")} onClose={props.onClose}>
      <p class="quiet">{t("trash.list.text")}</p>
      {rows.value?.length === 0 && <p>{t("trash.list.empty")}</p>}
      {rows.value && rows.value.length > 0 && (
        <ul class="trash-list">
          {rows.value.map((row) => (
            <li key={row.id}>
              <span>{row.title || t("list.untitled")}</span>
              <button type="button" class="button" aria-label={t("trash.restore.of", { title: row.title || t("list.untitled") })} onClick={() => void attempt(() => restore(row))}>
                {t("trash.restore")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
