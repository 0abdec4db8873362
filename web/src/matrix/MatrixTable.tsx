// The matrix to read, not to work in: a plain table with every value in words.

import { cellOf } from "./picture";
import { saidOf, standingWords, tellingOf, Whose, type MatrixProps } from "./shared_props";
import { nameOf, titleOf } from "./store";
import { t } from "./words";

export function MatrixTable(props: MatrixProps) {
  const { store, hypotheses, items, columns, view } = props;
  return (
    <div class="matrix-scroll" tabIndex={0} role="region" aria-label={t("label")}>
      <table class="matrix-plain">
        <caption class="visually-hidden">{t("label")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("evidence")}</th>
            {hypotheses.map((hypothesis) => <th scope="col" key={hypothesis.id}>{titleOf(hypothesis)}</th>)}
            <th scope="col">{t("diagnosticity")} <Whose view={view} /></th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const telling = tellingOf(store, item, view);
            return (
              <tr key={item.id}>
                <th scope="row">{nameOf(item, 400)}</th>
                {hypotheses.map((hypothesis) => (
                  <td key={hypothesis.id}>{saidOf(cellOf(store, item, hypothesis, view, props.other?.id ?? null), view, props.other?.name ?? t("somebody"))}</td>
                ))}
                <td>{telling && (telling.none ? t("diagnosticity.none") : t("diagnosticity.value", { bits: telling.bits.toFixed(2) }))}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("score")} <Whose view={view} /></th>
            {columns.map((column, j) => <td key={hypotheses[j]!.id}>{column && standingWords(column)}</td>)}
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
