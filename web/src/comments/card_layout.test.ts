import { describe, expect, test } from "vitest";
import { card_gap, layOut, type Card } from "./card_layout";

const card = (id: string, wanted: number, height = 100): Card => ({ id, wanted, height });
const step = 100 + card_gap;

describe("layOut", () => {
  test.each<[name: string, cards: Card[], focused: string | null, tops: Record<string, number>]>([
    ["nothing", [], null, {}],
    ["room for all", [card("a", 0), card("b", 300)], null, { a: 0, b: 300 }],
    ["stacked in the order of the text", [card("b", 10), card("a", 0)], null, { a: 0, b: step }],
    ["the focused one keeps its level", [card("a", 290), card("b", 300)], "b", { b: 300, a: 300 - step }],
    ["and those below make way", [card("a", 290), card("b", 300), card("c", 310)], "b", { a: 300 - step, b: 300, c: 300 + step }],
    ["nothing above the beginning", [card("a", 10), card("b", 20)], "b", { a: 0, b: step }],
    ["a focus that is not here", [card("a", 0), card("b", 5)], "z", { a: 0, b: step }],
  ])("%s", (_name, cards, focused, tops) => {
    expect(Object.fromEntries(layOut(cards, focused))).toEqual(tops);
  });
});
