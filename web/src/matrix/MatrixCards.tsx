// The matrix on a small screen: an item of evidence per card, the hypotheses as a list of choices.

import { CellFace } from "./CellFace";
import { ColumnFoot } from "./ColumnFoot";
import { rate } from "./matrix_doc";
import { cellOf } from "./picture";
import { asRating, ratings, symbols } from "./rating";
import { RowHead } from "./RowHead";
import { saidOf, tellingOf, Whose, type MatrixProps } from "./shared_props";
import { titleOf } from "./store";
import { Telling } from "./Telling";
import { t } from "./words";

export function MatrixCards(props: MatrixProps) {
  const { store, hypotheses, items, columns, view } = props;
  const { doc, user, writable } = store.session;
  return (
    <div class="matrix-cards">
      <section class="matrix-standings">
        <h3>{t("score")} <Whose view={view} /></h3>
        <ol>
          {hypotheses.map((hypothesis, j) => (
            <li key={hypothesis.id}><span>{titleOf(hypothesis)}</span><ColumnFoot column={columns[j] ?? null} before={null} /></li>
          ))}
        </ol>
      </section>
      {items.map((item) => (
        <article key={item.id} class="matrix-card" data-out={props.what_if.value?.without.has(item.id) ?? false}>
          <RowHead item={item} {...props} />
          <ul>
            {hypotheses.map((hypothesis) => {
              const cell = cellOf(store, item, hypothesis, view, props.other?.id ?? null);
              const said = saidOf(cell, view, props.other?.name ?? t("somebody"));
              return (
                <li key={hypothesis.id}>
                  <span class="matrix-card-name">{titleOf(hypothesis)}</span>
                  {view === "mine" && writable.value ? (
                    <select class="select" data-value={cell.own?.value ?? "none"} aria-label={titleOf(hypothesis)} value={cell.own?.value ?? ""}
                      onChange={(event) => rate(doc, user, cell.key, { value: asRating(event.currentTarget.value) })}>
                      <option value="">{t("rating.none")}</option>
                      {ratings.map((rating) => <option key={rating} value={rating}>{`${symbols[rating]}  ${t(`rating.${rating}`)}`}</option>)}
                    </select>
                  ) : (
                    <span class="matrix-card-value">
                      <CellFace cell={cell} view={view} />
                      <span>{cell.hidden ? t("detail.others", { n: store.others(cell.key).filter(({ value }) => value !== null).length }) : said}</span>
                      {cell.hidden && (
                        <button type="button" class="button" title={t("detail.reveal.hint")} onClick={() => rate(doc, user, cell.key, { reveal: true })}>{t("detail.reveal")}</button>
                      )}
                    </span>
                  )}
                </li>
              );
            })}
          </ul>
          <Telling telling={tellingOf(store, item, view)} />
        </article>
      ))}
    </div>
  );
}
