// What one cell shows: a symbol in its colour, and what else is to be known at a glance.

import type { CellPicture, View } from "./picture";
import { symbols, type Rating } from "./rating";
import { percent } from "./shared_props";

const Symbol = (props: { value: Rating | null }) => (
  <span class="matrix-symbol" data-value={props.value ?? "none"}>{props.value === null ? "·" : symbols[props.value]}</span>
);

export function CellFace(props: { cell: CellPicture; view: View }) {
  const { cell, view } = props;
  if (cell.hidden) return <span class="matrix-face" aria-hidden="true"><span class="matrix-symbol" data-value="hidden">•••</span></span>;
  return (
    <span class="matrix-face" aria-hidden="true">
      {view === "compare" ? (
        <span class="matrix-pair" data-differ={cell.theirs !== null && cell.own !== null && cell.theirs.value !== cell.own.value}>
          <Symbol value={cell.own?.value ?? null} />
          <Symbol value={cell.theirs?.value ?? null} />
        </span>
      ) : <Symbol value={cell.value} />}
      {view === "disagreement" && cell.value !== null && <span class="matrix-spread">{cell.applicability ? `${symbols.NA}?` : percent(cell.spread)}</span>}
      {view === "group" && cell.disagreement !== "none" && <span class={`matrix-corner ${cell.disagreement}`}>{cell.disagreement === "strong" ? "!!" : "!"}</span>}
      {cell.notes > 0 && <span class="matrix-noted">✎</span>}
    </span>
  );
}
