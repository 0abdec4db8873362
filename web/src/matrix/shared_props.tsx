// What every way of drawing the matrix is handed.

import type { Signal } from "@preact/signals";
import { cellKey, type Hypothesis, type Item } from "./matrix_doc";
import type { CellAt } from "./MatrixView";
import { whoseOf, type CellPicture, type Column, type View, type WhatIf } from "./picture";
import { stepOf, type Rating } from "./rating";
import { bitsOf, saysNothing } from "./score";
import { nameOf, titleOf, type MatrixStore } from "./store";
import { t } from "./words";

export interface MatrixProps {
  store: MatrixStore;
  hypotheses: readonly Hypothesis[];
  items: readonly Item[];
  columns: readonly (Column | null)[];
  view: View;
  // Who is compared with; null where nobody else has rated.
  other: { id: string; name: string } | null;
  what_if: Signal<WhatIf | null>;
  chosen: Signal<CellAt | null>;
  edit: (item: Item) => void;
  note: (at: CellAt) => void;
}

export const percent = (share: number): string => share.toLocaleString(document.documentElement.lang, { style: "percent" });
export const points = (score: number): string => score.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace(/^-(?!0[.,]0$)/, "−").replace(/^-/, "");

const valueWords = (value: string | null): string => t(`rating.${(value ?? "none") as "none"}`);

// What a cell shows, in words.
export function saidOf(cell: CellPicture, view: View, name: string): string {
  if (cell.hidden) return t("rating.hidden");
  if (view === "compare") return t("cell.compare", { mine: valueWords(cell.own?.value ?? null), name, theirs: valueWords(cell.theirs?.value ?? null) });
  const parts = [valueWords(cell.value)];
  if (view === "disagreement") parts.push(t("cell.spread", { percent: percent(cell.spread) }));
  if (view === "group" && cell.disagreement !== "none") parts.push(t(`cell.disagreement.${cell.disagreement}`));
  if (view !== "mine" && cell.applicability) parts.push(t("cell.applicability"));
  if (cell.notes > 0) parts.push(t("cell.note"));
  return parts.join(", ");
}

export const labelOf = (cell: CellPicture, item: Item, hypothesis: Hypothesis, view: View, name: string): string => (
  t("cell", { item: nameOf(item), hypothesis: titleOf(hypothesis), value: saidOf(cell, view, name) }));

export const standingWords = (column: Column): string => (
  column.rank === null ? t("unrated") : [points(column.score), t("rank.said", { n: column.rank }), ...(column.coverage < 1 ? [t("coverage", { percent: percent(column.coverage) })] : [])].join(", "));

// Beside the name of a figure: whose ratings it is made of.
export const Whose = (props: { view: View }) => <span class="matrix-whose">{t(`view.${whoseOf(props.view)}`)}</span>;

export interface Tells {
  bits: number;
  // Says the same of all.
  none: boolean;
}

// By row: how much it tells the hypotheses apart, by one's own ratings in Mine, by the group's elsewhere. Null where that is not known.
export function tellingOf(store: MatrixStore, item: Item, view: View): Tells | null {
  if (whoseOf(view) === "mine") return tells(store.hypotheses.value.map(({ id }) => store.own(cellKey(item.id, id))?.value ?? null));
  const { panel } = store.said.value;
  const row = panel?.evidence.indexOf(item.id) ?? -1;
  if (row < 0 || !panel?.group) return null;
  return tells(panel.group.aggregate[row]!, panel.group.bits[row]!);
}

function tells(row: readonly (Rating | null)[], bits = bitsOf(row)): Tells | null {
  return row.filter((value) => stepOf(value) !== null).length < 2 ? null : { bits, none: saysNothing(row) };
}
