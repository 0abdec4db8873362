import { expect, it } from "vitest";
import * as Y from "yjs";
import { addItem, cellKey, changeItem, hypothesesOf, itemsOf, moveItem, rate, ratingsOf, removeItem } from "./matrix_doc";

const dana = { id: "dana", name: "Dana Reyes", color: "#224466" };

function reportWith(titles: string[]): Y.Doc {
  const doc = new Y.Doc();
  const section = new Y.XmlElement("section");
  section.setAttribute("role", "hypotheses");
  section.insert(0, titles.map((title, j) => {
    const heading = new Y.XmlElement("heading");
    heading.insert(0, [new Y.XmlText(title)]);
    const hypothesis = new Y.XmlElement("hypothesis");
    hypothesis.setAttribute("id", `h${j}`);
    hypothesis.insert(0, [heading]);
    return hypothesis;
  }));
  doc.getXmlFragment("default").insert(0, [section]);
  return doc;
}

it("hypotheses are read off the text", () => {
  const doc = reportWith(["Anchor drag", ""]);
  expect(hypothesesOf(doc)).toEqual([{ id: "h0", title: "Anchor drag", number: 1 }, { id: "h1", title: "", number: 2 }]);
});

it("evidence: added, changed word by word, moved, taken away", () => {
  const doc = reportWith(["a", "b"]);
  const first = addItem(doc, { text: " One furrow crosses both legs ", credibility: "H", source: "Halcyon" });
  const second = addItem(doc, { text: "A gap" });
  expect(itemsOf(doc).map(({ text, credibility, order }) => [text, credibility, order])).toEqual([["One furrow crosses both legs", "H", 0], ["A gap", null, 1]]);
  const elsewhere = new Y.Doc();
  Y.applyUpdate(elsewhere, Y.encodeStateAsUpdate(doc));
  changeItem(doc, first, { text: "One long furrow crosses both legs" });
  changeItem(elsewhere, first, { text: "One furrow crosses both legs of the cable", relevance: "L" });
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(elsewhere));
  expect(itemsOf(doc)[0]).toMatchObject({ text: "One long furrow crosses both legs of the cable", relevance: "L", credibility: "H" });
  moveItem(doc, second, -1);
  expect(itemsOf(doc).map(({ id }) => id)).toEqual([second, first]);
  removeItem(doc, second);
  expect(itemsOf(doc).map(({ id }) => id)).toEqual([first]);
});

it("ratings: one's own, with note and what was looked at first; nothing is left of an empty one", () => {
  const doc = reportWith(["a", "b"]);
  const cell = cellKey("e1", "h0");
  rate(doc, dana, cell, { reveal: true });
  expect(ratingsOf(doc).get(cell)?.get("dana")).toMatchObject({ value: null, revealed: expect.any(Number) });
  rate(doc, dana, cell, { value: "II" });
  rate(doc, dana, cell, { note: "one operator" });
  expect(ratingsOf(doc).get(cell)?.get("dana")).toMatchObject({ value: "II", note: "one operator", revealed: expect.any(Number), name: "Dana Reyes" });
  const other = cellKey("e2", "h0");
  rate(doc, dana, other, { value: "C" });
  rate(doc, dana, other, { value: null });
  expect(doc.getMap("ratings").has("dana/e2/h0")).toBe(false);
});

it("what does not fit is left out", () => {
  const doc = new Y.Doc();
  const entry = new Y.Map<unknown>();
  doc.getMap("evidence").set("x", entry).set("order", "late");
  entry.set("credibility", "Z");
  doc.getMap("evidence").set("y", 3);
  doc.getMap("ratings").set("ann/x/h", { value: "maybe", at: "now" });
  doc.getMap("ratings").set("ann/x", { value: "C" });
  doc.getMap("ratings").set("a/b/x/h", { value: "C", at: 5 });
  expect(itemsOf(doc)).toMatchObject([{ id: "x", text: "", credibility: null }]);
  expect(ratingsOf(doc).get("x/h")?.get("ann")?.value).toBe(null);
  expect(ratingsOf(doc).get("x/h")?.get("a/b")?.value).toBe("C");
});
