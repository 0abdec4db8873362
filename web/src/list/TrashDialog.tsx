import { useSignal } from "@preact/signals";
import { Dialog } from "../shell/Dialog";
import { say } from "../shell/Toasts";
import { t } from "../shell/words";
import { ApiError, restoreReport, trashReport, type Row } from "../wire/api";

export function TrashDialog(props: { row: Pick<Row, "id" | "title">; onClose: (trashed: boolean) => void; onRestored?: () => void }) {
  const busy = useSignal(false);
  const trash = async () => {
    busy.value = true;
    try {
      await trashReport(props.row.id);
      say(t("trash.done"), { label: t("trash.undo"), act: () => void restore(props.row.id, props.onRestored) });
      props.onClose(true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(error.status === 0 ? t("failed.server") : error.message);
      busy.value = false;
    }
  };
  return (
    <Dialog title={t("trash.title")} onClose={() => props.onClose(false)}>
      <p>{t("trash.text", { title: props.row.title || t("list.untitled") })}</p>
      <div class="actions">
        <button type="button" class="button" autoFocus onClick={() => props.onClose(false)}>
          {t("cancel")}
        </button>
        <button type="button" class="button danger" disabled={busy.value} onClick={() => void trash()}>
          {t("trash.button")}
        </button>
      </div>
    </Dialog>
  );
}

async function restore(id: string, done?: () => void): Promise<void> {
  try {
    await restoreReport(id);
    say(t("trash.undone"));
    done?.();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.status === 0 ? t("failed.server") : error.message);
  }
}
