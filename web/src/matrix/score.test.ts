import { describe, expect, it } from "vitest";
import { asLevel, asRating, type Rating } from "./rating";
import cases from "./score_cases.json";
import { bitsOf, disagreementOf, saysNothing, spreadOf, standingOf, together, weightOf } from "./score";

const cellsOf = (cells: (string | null)[][]): (Rating | null)[][] => cells.map((row) => row.map(asRating));

describe("the default method", () => {
  for (const matrix of cases.matrices) {
    it(matrix.name, () => {
      const weights = matrix.weights.map(([credibility, relevance]) => weightOf({ credibility: asLevel(credibility), relevance: asLevel(relevance) }));
      const standing = standingOf(cellsOf(matrix.cells), weights, matrix.scores.length);
      standing.scores.forEach((score, j) => expect(score).toBeCloseTo(matrix.scores[j]!, 12));
      standing.worst.forEach((score, j) => expect(score).toBeCloseTo(matrix.worst[j]!, 12));
      expect(standing.leaders).toEqual(matrix.leaders);
      expect(standing.coverage).toEqual(matrix.coverage);
    });
  }
});

describe("several analysts", () => {
  for (const { votes, together: wanted, spread } of cases.votes) {
    it(`${votes.join(" ")} is ${wanted}`, () => {
      expect(together(votes.map(asRating))).toBe(wanted);
      expect(spreadOf(votes.map(asRating))).toBeCloseTo(spread, 12);
    });
  }
  it("is marked by how far they are apart", () => {
    expect([0, 0.2, 0.25, 0.49, 0.5, 1].map(disagreementOf)).toEqual(["none", "none", "some", "some", "strong", "strong"]);
  });
});

describe("an item", () => {
  it("tells as many bits as the plugin says", () => {
    expect(bitsOf(["C", "I"])).toBeCloseTo(0.278, 3);
    expect(bitsOf(["II", "CC"])).toBeCloseTo(0.7136, 4);
    expect(bitsOf(["II", "II", "II"])).toBe(0);
    expect(bitsOf(["II", null, "NA"])).toBe(0);
  });
  it("says nothing when it says the same of all; of one alone that is not known yet", () => {
    expect(saysNothing(["C", "C", null])).toBe(true);
    expect(saysNothing(["C", "I", null])).toBe(false);
    expect(saysNothing(["C", null, null])).toBe(false);
    expect(saysNothing(["C", "NA", "C"])).toBe(true);
  });
});
