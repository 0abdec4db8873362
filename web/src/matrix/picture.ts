// What each cell and each column shows, whichever view is chosen: values in, values out.

import { cellKey, type Hypothesis, type Item, type Rated } from "./matrix_doc";
import { stepOf, type Level, type Rating } from "./rating";
import { disagreementOf, leadersOf, ranksOf, spreadOf, standingOf, together, weightOf, type Disagreement } from "./score";
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

export interface Column {
  score: number;
  rank: number;
  leads: boolean;
  ties: boolean;
  worst: number;
  coverage: number;
}

export function cellOf(store: MatrixStore, item: Item, hypothesis: Hypothesis, view: View, other: string | null): CellPicture {
  const key = cellKey(item.id, hypothesis.id);
  const all = [...(store.ratings.value.get(key)?.values() ?? [])];
  const votes = all.map(({ value }) => value);
  const own = store.own(key);
  const hidden = view !== "mine" && !store.open(key);
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
  if (!panel || !standing) return hypotheses.map(() => null);
  const ranks = ranksOf(standing.scores);
  return hypotheses.map(({ id }) => {
    const j = panel.hypotheses.indexOf(id);
    if (j < 0) return null;
    const leads = standing.leaders.includes(j);
    return { score: standing.scores[j]!, rank: ranks[j]!, leads, ties: leads && standing.leaders.length > 1, worst: standing.bounds[j]![0], coverage: standing.coverage[j]! };
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
  const ranks = ranksOf(standing.scores);
  const leaders = leadersOf(standing.scores);
  return hypotheses.map((_, j) => ({
    score: standing.scores[j]!, rank: ranks[j]!, leads: leaders.includes(j), ties: leaders.includes(j) && leaders.length > 1,
    worst: standing.worst[j]!, coverage: standing.coverage[j]!,
  }));
}
