// Who leads, as far as that can be said. What nobody has rated is not taken for neutral: it holds no rank, and while it or the empty
// cells of those in front leave open who is ahead, nobody leads yet.

import { equal_within } from "./score";

export interface Points {
  score: number;
  // With each empty cell counted as very inconsistent.
  worst: number;
  // Share of the items rated.
  coverage: number;
}

export interface Placed {
  // 1 for the best, ties share one; null where nothing is rated.
  ranks: (number | null)[];
  // Those of rank 1.
  first: number[];
  unrated: number[];
  // Rated ones that could be ahead of one of the first.
  rivals: number[];
  decided: boolean;
}

export function placed(columns: readonly Points[]): Placed {
  const all = columns.map((_, j) => j);
  const rated = all.filter((j) => columns[j]!.coverage > 0);
  const ahead = (j: number): number => rated.filter((other) => columns[other]!.score > columns[j]!.score + equal_within).length;
  const ranks = columns.map(({ coverage }, j) => (coverage > 0 ? 1 + ahead(j) : null));
  const first = rated.filter((j) => ranks[j] === 1);
  const unrated = all.filter((j) => columns[j]!.coverage === 0);
  const rivals = rated.filter((j) => first.some((other) => other !== j && columns[j]!.score > columns[other]!.worst + equal_within));
  return { ranks, first, unrated, rivals, decided: first.length > 0 && unrated.length === 0 && rivals.length === 0 };
}
