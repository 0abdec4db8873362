// One item of evidence, all of it: new, or as it is.

import { useSignal } from "@preact/signals";
import type { ReportSession } from "../provider/report_session";
import { Dialog } from "../shell/Dialog";
import { addItem, changeItem, moveItem, text_max, type Item, type ItemChange, type Place } from "./matrix_doc";
import { asLevel, levels } from "./rating";
import { known_types, typeWords } from "./RowHead";
import { t } from "./words";

interface ItemDialogProps {
  session: ReportSession;
  // Null for a new one.
  item: Item | null;
  // Of a new one that was selected in the text.
  place: Place | null;
  onClose: () => void;
  remove: (item: Item) => void;
}

export function ItemDialog(props: ItemDialogProps) {
  const { session, item } = props;
  const begun: Required<Omit<ItemChange, "place">> = item ?? { text: props.place?.quote ?? "", type: "", source: "", date: "", origin: "", stance: null, credibility: null, relevance: null };
  const draft = useSignal<Required<Omit<ItemChange, "place">>>(begun);
  const writable = session.writable.value;
  const set = (change: Partial<typeof begun>): void => void (draft.value = { ...draft.value, ...change });
  const keep = (event: Event): void => {
    event.preventDefault();
    if (draft.value.text.trim() === "") return;
    const { text, type, source, date, origin, stance, credibility, relevance } = draft.value;
    const change = { text, type, source, date, origin, stance, credibility, relevance };
    if (item) changeItem(session.doc, item.id, change);
    else addItem(session.doc, { ...change, place: props.place });
    props.onClose();
  };
  const words = (name: "source" | "date" | "origin") => (
    <input class="input" maxLength={400} disabled={!writable} value={draft.value[name]} onInput={(event) => set({ [name]: event.currentTarget.value })} />
  );
  const level = (name: "credibility" | "relevance") => (
    <label class="field">
      <span>{t(name)}</span>
      <select class="select" disabled={!writable} value={draft.value[name] ?? ""} onChange={(event) => set({ [name]: asLevel(event.currentTarget.value) })}>
        <option value="">{t("level.none")}</option>
        {[...levels].reverse().map((one) => <option key={one} value={one}>{t(`level.${one}`)}</option>)}
      </select>
    </label>
  );
  return (
    <Dialog title={t(item ? "dialog.edit" : "dialog.add")} onClose={props.onClose} wide>
      <form class="stack" onSubmit={keep} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && keep(event)}>
        <label class="field">
          <span>{t("field.text")}</span>
          <textarea class="input" rows={3} autoFocus required maxLength={text_max} disabled={!writable} value={draft.value.text} onInput={(event) => set({ text: event.currentTarget.value })} />
        </label>
        <div class="matrix-fields">
          <label class="field">
            <span>{t("field.type")}</span>
            <select class="select" disabled={!writable} value={draft.value.type} onChange={(event) => set({ type: event.currentTarget.value })}>
              <option value="">{t("type.none")}</option>
              {known_types.map((type) => <option key={type} value={type}>{typeWords(type)}</option>)}
              {draft.value.type !== "" && !known_types.some((type) => type === draft.value.type) && <option value={draft.value.type}>{draft.value.type}</option>}
            </select>
          </label>
          <label class="field"><span>{t("field.source")}</span>{words("source")}</label>
          <label class="field"><span>{t("field.date")}</span>{words("date")}</label>
          {level("credibility")}
          {level("relevance")}
          <label class="field"><span>{t("field.origin")}</span>{words("origin")}</label>
          <label class="field matrix-wide">
            <span>{t("field.stance")}</span>
            <select class="select" disabled={!writable} value={draft.value.stance ?? ""}
              onChange={({ currentTarget: { value } }) => set({ stance: value === "sincere" || value === "deceptive" ? value : null })}>
              <option value="">{t("stance.none")}</option>
              <option value="sincere">{t("stance.sincere")}</option>
              <option value="deceptive">{t("stance.deceptive")}</option>
            </select>
          </label>
        </div>
        <p class="small quiet">{t("field.origin.hint")}</p>
        {writable && (
          <div class="actions">
            {item && (
              <>
                <button type="button" class="button plain" onClick={() => moveItem(session.doc, item.id, -1)}>{t("dialog.up")}</button>
                <button type="button" class="button plain" onClick={() => moveItem(session.doc, item.id, 1)}>{t("dialog.down")}</button>
                <button type="button" class="button plain matrix-remove" onClick={() => props.remove(item)}>{t("dialog.remove")}</button>
                <span class="space" />
              </>
            )}
            <button type="button" class="button" onClick={props.onClose}>{t("dialog.cancel")}</button>
            <button type="submit" class="button primary">{t("dialog.keep")}</button>
          </div>
        )}
      </form>
    </Dialog>
  );
}
