// What each cell and each column shows, whichever view is chosen: values in, values out.

import { cellKey, type Hypothesis, type Item, type Rated } from "./matrix_doc";
import { stepOf, type Level, type Rating } from "./rating";
import { placed, type Points } from "./placed";
import { disagreementOf, spreadOf, standingOf, together, weightOf, type Disagreement } from "./score";
import type { MatrixStore } from "./store";

export type View = "mine" | "group" | "compare" | "disagreement";
export const views: readonly View[] = ["mine", "group", "compare", "disagreement"];

export interface CellPicture {
  key: string;
  // What is drawn: one's own or the group's value.
  value: Rating | null;
  own: Rated | null;
  // Others rated it, and this person has not.
  hidden: boolean;
  theirs: Rated | null;
  spread: number;
  disagreement: Disagreement;
  // Some say it does not apply, others rate it: a matter of its own, not of distance.
  applicability: boolean;
  notes: number;
}

export interface WhatIf {
  // Items that do not count.
  without: ReadonlySet<string>;
  levels: ReadonlyMap<string, { credibility: Level | null; relevance: Level | null }>;
}

// Whose ratings the scores of a view are made of: only Mine has one's own.
export const whoseOf = (view: View): "mine" | "group" => (view === "mine" ? "mine" : "group");

export interface Column extends Points {
  // Null where nothing is rated.
  rank: number | null;
  // False as well while it is open who leads.
  leads: boolean;
  ties: boolean;
}

export function cellOf(store: MatrixStore, item: Item, hypothesis: Hypothesis, view: View, other: string | null): CellPicture {
  const key = cellKey(item.id, hypothesis.id);
  const all = [...(store.ratings.value.get(key)?.values() ?? [])];
  const votes = all.map(({ value }) => value);
  const own = store.own(key);
  const hidden = view !== "mine" && !store.open(key, view);
  const spread = spreadOf(votes);
  const given = votes.filter((vote) => vote !== null);
  return {
    key, own, hidden,
    value: view === "group" || view === "disagreement" ? (hidden ? null : together(votes)) : (own?.value ?? null),
    theirs: other === null || hidden ? null : (all.find(({ user }) => user === other) ?? null),
    spread: hidden ? 0 : spread,
    disagreement: hidden ? "none" : disagreementOf(spread),
    applicability: !hidden && given.includes("NA") && given.some((vote) => stepOf(vote) !== null),
    notes: (own?.note ? 1 : 0) + (hidden || view === "mine" ? 0 : store.others(key).filter(({ note }) => note !== "").length),
  };
}

// From the plugin: one's own standing in Mine, the group's elsewhere. Null where it has not spoken of this hypothesis.
export function columnsOf(store: MatrixStore, hypotheses: readonly Hypothesis[], view: View): (Column | null)[] {
  const { panel } = store.said.value;
  const standing = view === "mine" ? panel?.analysts.get(store.session.user.id) : panel?.group;
  if (!panel || panel.tooLarge) return hypotheses.map(() => null);
  // Who has rated nothing is not in the panel.
  if (!standing) return hypotheses.map(({ id }) => (panel.hypotheses.includes(id) ? { score: 0, worst: 0, coverage: 0, rank: null, leads: false, ties: false } : null));
  const columns = standingColumns(panel.hypotheses.map((_, j) => ({ score: standing.scores[j]!, worst: standing.bounds[j]![0], coverage: standing.coverage[j]! })));
  return hypotheses.map(({ id }) => columns[panel.hypotheses.indexOf(id)] ?? null);
}

export function standingColumns(points: readonly Points[]): Column[] {
  const { ranks, first, decided } = placed(points);
  return points.map((column, j) => {
    const leads = decided && first.includes(j);
    return { ...column, rank: ranks[j]!, leads, ties: leads && first.length > 1 };
  });
}

// The same for what only this browser assumes.
export function columnsIf(store: MatrixStore, items: readonly Item[], hypotheses: readonly Hypothesis[], view: View, what_if: WhatIf): Column[] {
  const counted = items.filter(({ id }) => !what_if.without.has(id));
  const cells = counted.map((item) => hypotheses.map((hypothesis) => {
    const key = cellKey(item.id, hypothesis.id);
    return view === "mine" ? (store.own(key)?.value ?? null) : together([...(store.ratings.value.get(key)?.values() ?? [])].map(({ value }) => value));
  }));
  const weights = counted.map((item) => weightOf(what_if.levels.get(item.id) ?? item));
  const standing = standingOf(cells, weights, hypotheses.length);
  return standingColumns(hypotheses.map((_, j) => ({ score: standing.scores[j]!, worst: standing.worst[j]!, coverage: standing.coverage[j]! })));
}
