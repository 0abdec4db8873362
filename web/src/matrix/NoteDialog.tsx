import { useSignal } from "@preact/signals";
import { Dialog } from "../shell/Dialog";
import { cellKey, note_max, rate } from "./matrix_doc";
import type { CellAt } from "./MatrixView";
import { nameOf, titleOf, type MatrixStore } from "./store";
import { t } from "./words";

export function NoteDialog(props: { store: MatrixStore; at: CellAt; onClose: () => void }) {
  const { store, at } = props;
  const key = cellKey(at.item, at.hypothesis);
  const note = useSignal(store.own(key)?.note ?? "");
  const item = store.items.value.find(({ id }) => id === at.item);
  const hypothesis = store.hypotheses.value.find(({ id }) => id === at.hypothesis);
  const keep = (event: Event): void => {
    event.preventDefault();
    rate(store.session.doc, store.session.user, key, { note: note.value });
    props.onClose();
  };
  return (
    <Dialog title={t("note.title")} onClose={props.onClose}>
      <form class="stack" onSubmit={keep} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && keep(event)}>
        {item && hypothesis && <p class="quiet small">{t("note.of", { item: nameOf(item), hypothesis: titleOf(hypothesis) })}</p>}
        <label class="field">
          <span>{t("note")}</span>
          <textarea class="input" rows={4} autoFocus maxLength={note_max} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
        </label>
        <div class="actions">
          <button type="button" class="button" onClick={props.onClose}>{t("dialog.cancel")}</button>
          <button type="submit" class="button primary">{t("dialog.keep")}</button>
        </div>
      </form>
    </Dialog>
  );
}
