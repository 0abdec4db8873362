import { describe, expect, it } from "vitest";
import { placed, type Points } from "./placed";

const of = (score: number, worst: number, coverage: number): Points => ({ score, worst, coverage });
const whole = (score: number): Points => of(score, score, 1);
const none = of(0, -8, 0);

describe("who leads", () => {
  it("is who has least against, once everything is rated", () => {
    expect(placed([whole(-2), whole(-1), whole(-4)])).toEqual({ ranks: [2, 1, 3], first: [1], unrated: [], rivals: [], decided: true });
  });
  it("can be several", () => {
    expect(placed([whole(-1), whole(-1), whole(-4)])).toEqual({ ranks: [1, 1, 3], first: [0, 1], unrated: [], rivals: [], decided: true });
  });
  it("is never one that nobody rated: it holds no rank, and leaves it open", () => {
    expect(placed([whole(-2), none])).toEqual({ ranks: [1, null], first: [0], unrated: [1], rivals: [], decided: false });
    // Nothing against the first either: the other could still be as good.
    expect(placed([whole(0), none])).toMatchObject({ first: [0], unrated: [1], decided: false });
  });
  it("is nobody where nothing is rated", () => {
    expect(placed([none, none])).toEqual({ ranks: [null, null], first: [], unrated: [0, 1], rivals: [], decided: false });
  });
  it("stays open while empty cells of the first could put another ahead", () => {
    expect(placed([of(-1, -5, 0.5), whole(-3)])).toMatchObject({ first: [0], rivals: [1], decided: false });
    expect(placed([of(-1, -3, 0.5), whole(-3)])).toMatchObject({ first: [0], rivals: [], decided: true });
  });
  it("stays open while those that tie have empty cells", () => {
    expect(placed([of(0, -2, 0.5), whole(0), whole(-3)])).toMatchObject({ ranks: [1, 1, 3], first: [0, 1], rivals: [1], decided: false });
  });
});
