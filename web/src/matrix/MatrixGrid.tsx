// The matrix as a grid: arrows move, a digit rates, both heads stay in sight.

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CellFace } from "./CellFace";
import { ColumnFoot } from "./ColumnFoot";
import { RowHead } from "./RowHead";
import { rate, type Hypothesis, type Item } from "./matrix_doc";
import { cellOf } from "./picture";
import { ratingOfKey, ratings, symbols, type Rating } from "./rating";
import { labelOf, tellingOf, Whose, type MatrixProps } from "./shared_props";
import { titleOf } from "./store";
import { Telling } from "./Telling";
import { t } from "./words";

export function MatrixGrid(props: MatrixProps) {
  const { store, hypotheses, items, columns, view, what_if, chosen } = props;
  const grid = useRef<HTMLTableElement>(null);
  // Row and column of the one cell that Tab reaches; column -1 is the evidence itself.
  const at = useSignal({ row: 0, column: 0 });
  const moved = useRef(false);
  const spoken = useSignal("");
  const writable = store.session.writable.value;
  const row = Math.min(at.value.row, items.length - 1);
  const column = Math.min(at.value.column, hypotheses.length - 1);
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-at="${row}/${column}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  const moveTo = (to_row: number, to_column: number): void => {
    if (to_row < 0 || to_row >= items.length || to_column < -1 || to_column >= hypotheses.length) return;
    moved.current = true;
    at.value = { row: to_row, column: to_column };
  };
  const here = (): { item: Item; hypothesis: Hypothesis | undefined } => ({ item: items[row]!, hypothesis: hypotheses[column] });
  const set = (value: Rating | null, cell: string): void => {
    rate(store.session.doc, store.session.user, cell, { value });
    spoken.value = t(value === null ? "rating.cleared" : `rating.${value}`);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      return moveTo(event.key === "Home" ? 0 : items.length - 1, column);
    }
    if (event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof Element && event.target.closest("select, input"))) return;
    if (act(event.key, event.shiftKey)) event.preventDefault();
  };
  const act = (key: string, back: boolean): boolean => {
    const { item, hypothesis } = here();
    switch (key) {
      case "ArrowRight": return moveTo(row, column + 1), true;
      case "ArrowLeft": return moveTo(row, column - 1), true;
      case "ArrowDown": return moveTo(row + 1, column), true;
      case "ArrowUp": return moveTo(row - 1, column), true;
      case "Home": return moveTo(row, -1), true;
      case "End": return moveTo(row, hypotheses.length - 1), true;
      case "Enter":
        if (column < 0) return props.edit(item), true;
        if (back) moveTo(column > 0 ? row : row - 1, column > 0 ? column - 1 : hypotheses.length - 1);
        else moveTo(column < hypotheses.length - 1 ? row : row + 1, column < hypotheses.length - 1 ? column + 1 : 0);
        return true;
    }
    if (!hypothesis || !writable) return false;
    const cell = `${item.id}/${hypothesis.id}`;
    const rating = ratingOfKey(key);
    if (rating) return set(rating, cell), true;
    if (key === "Delete" || key === "Backspace") return set(null, cell), true;
    if (key === "c" || key === "C") return props.note({ item: item.id, hypothesis: hypothesis.id }), true;
    return false;
  };
  const choose = (to_row: number, to_column: number): void => {
    at.value = { row: to_row, column: to_column };
    const hypothesis = hypotheses[to_column];
    chosen.value = hypothesis ? { item: items[to_row]!.id, hypothesis: hypothesis.id } : null;
  };

  return (
    <div class="matrix-scroll">
      <p id="matrix-keys" class="visually-hidden">{t("keys")}</p>
      <div role="status" class="visually-hidden">{spoken.value}</div>
      <table class="matrix-grid" role="grid" ref={grid} aria-label={t("label")} aria-describedby="matrix-keys" onKeyDown={pressed}
        data-stale={!what_if.value && store.said.value.trouble !== null}>
        <thead>
          <tr role="row">
            <th role="columnheader" class="matrix-corner-head">{t("evidence")}</th>
            {hypotheses.map((hypothesis, j) => (
              <th role="columnheader" key={hypothesis.id} class="matrix-column" data-leads={columns[j]?.leads ?? false}>
                <span class="matrix-number">{hypothesis.number}</span> {titleOf(hypothesis)}
              </th>
            ))}
            <th role="columnheader" class="matrix-telling">{t("diagnosticity")} <Whose view={view} /></th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, i) => (
            <tr role="row" key={item.id} data-out={what_if.value?.without.has(item.id) ?? false}>
              <th role="rowheader" class="matrix-row" tabIndex={row === i && column === -1 ? 0 : -1} data-at={`${i}/-1`} onFocus={() => choose(i, -1)}>
                <RowHead item={item} {...props} />
              </th>
              {hypotheses.map((hypothesis, j) => {
                const cell = cellOf(store, item, hypothesis, view, props.other?.id ?? null);
                const value = cell.hidden ? "hidden" : (cell.value ?? "none");
                return (
                  <td role="gridcell" key={hypothesis.id} class="matrix-cell" data-value={value} data-heat={view === "disagreement" && cell.value !== null ? Math.round(cell.spread * 4) : undefined}
                    data-applicability={view === "disagreement" && cell.applicability} tabIndex={row === i && column === j ? 0 : -1} data-at={`${i}/${j}`} onFocus={() => choose(i, j)}
                    aria-label={labelOf(cell, item, hypothesis, view, props.other?.name ?? t("somebody"))}>
                    <CellFace cell={cell} view={view} />
                    {writable && <Choices own={cell.own?.value ?? null} choose={(rating) => set(rating === cell.own?.value ? null : rating, cell.key)} />}
                  </td>
                );
              })}
              <td role="gridcell" class="matrix-telling"><Telling telling={tellingOf(store, item, view)} /></td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr role="row">
            <th role="rowheader" class="matrix-foot-head">{t("score")} <Whose view={view} /></th>
            {hypotheses.map((hypothesis, j) => (
              <td role="gridcell" key={hypothesis.id} class="matrix-foot">
                <ColumnFoot column={columns[j] ?? null} before={what_if.value || view !== "group" ? null : (store.ranks_before.value?.get(hypothesis.id) ?? null)} />
              </td>
            ))}
            <td role="gridcell" class="matrix-telling" />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

// Shown on the cell under the pointer or the focus: one click rates. By keyboard a digit does the same.
function Choices(props: { own: Rating | null; choose: (rating: Rating) => void }) {
  return (
    <span class="matrix-choices">
      {ratings.map((rating) => (
        <button key={rating} type="button" tabIndex={-1} aria-pressed={props.own === rating} data-value={rating} title={t(`rating.${rating}`)} aria-label={t(`rating.${rating}`)}
          onClick={() => props.choose(rating)}>
          {symbols[rating]}
        </button>
      ))}
    </span>
  );
}
