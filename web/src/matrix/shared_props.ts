// What every way of drawing the matrix is handed.

import type { Signal } from "@preact/signals";
import type { Hypothesis, Item } from "./matrix_doc";
import type { CellAt } from "./MatrixView";
import type { CellPicture, Column, View, WhatIf } from "./picture";
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

// By row: how much it tells the hypotheses apart. Null where the plugin has not spoken of it.
export function tellingOf(store: MatrixStore, item: Item): { bits: number; none: boolean } | null {
  const { panel } = store.said.value;
  const row = panel?.evidence.indexOf(item.id) ?? -1;
  if (row < 0 || !panel?.group) return null;
  const rated = panel.group.aggregate[row]!.some((value) => value !== null);
  return { bits: panel.group.bits[row]!, none: rated && panel.group.zero.includes(row) };
}
