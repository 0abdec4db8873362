// The default method, weighted inconsistency, for what only this browser knows: one's own "what if". What everybody sees comes from
// the plugin `ach` (plugins/ach/methods.h has the formulas and their sources); score.test.ts holds both to the same cases.

import type { Level, Rating } from "./rating";
import { stepOf } from "./rating";

export interface Weighed {
  credibility: Level | null;
  relevance: Level | null;
}

export type Cells = readonly (readonly (Rating | null)[])[];

export interface Standing {
  // 0 or below; nearest to 0 leads.
  scores: number[];
  leaders: number[];
  // What unrated cells could still do: each counted as very inconsistent.
  worst: number[];
  // Share of the items rated, one a hypothesis.
  coverage: number[];
}

export const equal_within = 1e-9;
const rank = { L: -1, M: 0, H: 1 } as const;

// Credibility times relevance, low 1/√2, medium 1, high √2; absent counts as medium.
export function weightOf(item: Weighed): number {
  const sum = rank[item.credibility ?? "M"] + rank[item.relevance ?? "M"];
  return [0.5, Math.SQRT1_2, 1, Math.SQRT2, 2][sum + 2]!;
}

export function standingOf(cells: Cells, weights: readonly number[], hypotheses: number): Standing {
  const scores = new Array<number>(hypotheses).fill(0);
  const worst = new Array<number>(hypotheses).fill(0);
  const rated = new Array<number>(hypotheses).fill(0);
  cells.forEach((row, i) => {
    for (let j = 0; j < hypotheses; ++j) {
      const rating = row[j] ?? null;
      const penalty = Math.min(stepOf(rating) ?? 0, 0) * weights[i]!;
      scores[j]! += penalty;
      worst[j]! += rating === null ? -2 * weights[i]! : penalty;
      if (rating !== null) rated[j]! += 1;
    }
  });
  return { scores, worst, leaders: leadersOf(scores), coverage: rated.map((n) => (cells.length === 0 ? 0 : n / cells.length)) };
}

// Leaders are a set: equal scores both lead, and column order never decides.
export function leadersOf(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  return scores.flatMap((score, j) => (score >= top - equal_within ? [j] : []));
}

const likelihoods = { II: 0.05, I: 0.2, N: 0.5, C: 0.8, CC: 0.95 } as const;
const entropy = (p: number): number => -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);

// How much an item tells the hypotheses apart: bits, 0 where all that it says is the same.
export function bitsOf(row: readonly (Rating | null)[]): number {
  const given = row.flatMap((rating) => (rating === null || rating === "NA" ? [] : [likelihoods[rating]]));
  if (given.length < 2) return 0;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.max(0, entropy(mean(given)) - mean(given.map(entropy)));
}

// It says the same of all that it was weighed against; of one alone nothing can be said yet.
export function saysNothing(row: readonly (Rating | null)[]): boolean {
  const given = row.filter((rating) => stepOf(rating) !== null);
  return given.length > 1 && given.every((rating) => rating === given[0]);
}

// The lower median of the votes, since ACH refutes; not applicable by majority; null where nobody voted.
export function together(votes: readonly (Rating | null)[]): Rating | null {
  const cast = votes.filter((vote) => vote !== null);
  const on_steps = cast.map(stepOf).filter((step) => step !== null).sort((a, b) => a - b);
  if (cast.length === 0) return null;
  if (cast.length - on_steps.length > on_steps.length) return "NA";
  return (["II", "I", "N", "C", "CC"] as const)[on_steps[(on_steps.length - 1) >> 1]! + 2]!;
}

// 0 to 1: the mean distance between two analysts' steps, over 4.
export function spreadOf(votes: readonly (Rating | null)[]): number {
  const on_steps = votes.map(stepOf).filter((step) => step !== null);
  let sum = 0;
  let pairs = 0;
  on_steps.forEach((a, at) => on_steps.slice(at + 1).forEach((b) => {
    sum += Math.abs(a - b);
    ++pairs;
  }));
  return pairs === 0 ? 0 : sum / pairs / 4;
}

export type Disagreement = "none" | "some" | "strong";
export const disagreementOf = (spread: number): Disagreement => (spread >= 0.5 ? "strong" : spread >= 0.25 ? "some" : "none");
