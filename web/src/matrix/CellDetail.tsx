// Who rated the chosen cell how, and why. What others said is hidden until one has rated it, or has asked to see.

import { cellKey, rate, type Rated } from "./matrix_doc";
import type { CellAt } from "./MatrixView";
import { columnsOf, type View } from "./picture";
import { symbols, type Rating } from "./rating";
import { nameOf, titleOf, type MatrixStore } from "./store";
import { t } from "./words";

export function CellDetail(props: { store: MatrixStore; at: CellAt | null; view: View; note: (at: CellAt) => void }) {
  const { store, at } = props;
  const item = store.items.value.find(({ id }) => id === at?.item);
  const hypothesis = store.hypotheses.value.find(({ id }) => id === at?.hypothesis);
  if (!at || !item || !hypothesis) return <section class="matrix-detail"><p class="quiet small">{t("detail.none")}</p></section>;
  const key = cellKey(at.item, at.hypothesis);
  const own = store.own(key);
  const others = store.others(key);
  const writable = store.session.writable.value;
  const open = store.open(key, props.view);
  return (
    <section class="matrix-detail" aria-label={t("detail")}>
      <h3>{titleOf(hypothesis)}</h3>
      <p class="small quiet">{nameOf(item, 160)}</p>
      <ul>
        {(writable || own) && <Vote name={t("detail.mine")} rated={own} />}
        {open && others.map((rated) => <Vote key={rated.user} name={rated.name || t("somebody")} rated={rated} />)}
      </ul>
      {open && flipsAt(store, at).map((to) => <p key={to} class="small matrix-warn">{t("detail.flips", { value: t(`rating.${to}`) })}</p>)}
      {!open && (
        <p class="small">
          {t("detail.others", { n: others.filter(({ value }) => value !== null).length })}{" "}
          <button type="button" class="button" title={t("detail.reveal.hint")} onClick={() => rate(store.session.doc, store.session.user, key, { reveal: true })}>{t("detail.reveal")}</button>
        </p>
      )}
      {writable && <button type="button" class="button plain" onClick={() => props.note(at)}>{t(own?.note ? "detail.note.change" : "detail.note")}</button>}
    </section>
  );
}

// The ratings of this cell, one step from the group's, that would change the leaders.
function flipsAt(store: MatrixStore, at: CellAt): Rating[] {
  const { panel } = store.said.value;
  if (!columnsOf(store, store.hypotheses.value, "group").some((column) => column?.leads)) return [];
  const row = panel?.evidence.indexOf(at.item);
  const column = panel?.hypotheses.indexOf(at.hypothesis);
  return (panel?.group?.steps ?? []).filter((flip) => flip.row === row && flip.column === column).map(({ to }) => to);
}

function Vote(props: { name: string; rated: Rated | null }) {
  const { rated } = props;
  return (
    <li>
      <span class="matrix-symbol" data-value={rated?.value ?? "none"} aria-hidden="true">{rated?.value ? symbols[rated.value] : "·"}</span>
      <span>
        <strong>{props.name}</strong> {t(`rating.${rated?.value ?? "none"}`)}
        {rated?.revealed != null && <em class="small quiet"> · {t("detail.revealed")}</em>}
        {rated?.note && <span class="matrix-note-words">{rated.note}</span>}
      </span>
    </li>
  );
}
