// Anchors in shared texts that an editor changes: written by the editor's binding, read by nothing but this folder.

import { TextSelection, type EditorState } from "@tiptap/pm/state";
import { setBlockType, wrapIn } from "@tiptap/pm/commands";
import type { Node } from "@tiptap/pm/model";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { FlatPositions } from "../editor/flat_positions";
import { HeadlessText, schema } from "../editor/headless_text";
import { movedSection, sectionsOf } from "../editor/sections";
import { likeness, likeness_min } from "./resolve";
import { anchorAt, holdsFast, locate, positionsOf, quoteOf, readAnchor, trimmed } from "./stored_anchor";
import { viewOf } from "./text_view";

class Bound extends HeadlessText {
  anchor(words: string) {
    const { from, to } = this.at(words);
    const view = viewOf(this.doc);
    const flat = new FlatPositions(this.state.doc);
    const range = trimmed(view, { start: flat.offsetAt(from), end: flat.offsetAt(to) });
    return { anchor: anchorAt(view, range)!, quote: quoteOf(view, range) };
  }
}

const words = (text: string) => ({ type: "text", text });
const paragraph = (id: string, ...content: unknown[]) => ({ type: "paragraph", attrs: { id }, content });
const section = (id: string, ...content: unknown[]) => ({ type: "section", attrs: { id }, content });
const report = () => new Bound({
  type: "doc",
  content: [
    section("s1", paragraph("p1", words("The port was closed on Monday. Sources say that traffic resumed on Friday.")), paragraph("p2", words("A second one."))),
    section("s2", paragraph("p3", words("How sure: "), { type: "confidence", attrs: { level: "low" } }, words(", no more."))),
  ],
});

const split = (at: number) => (state: EditorState) => state.apply(state.tr.split(at));
const selected = (state: EditorState, from: number, to = from) => state.apply(state.tr.setSelection(TextSelection.create(state.doc, from, to)));
function command(run: (state: EditorState, dispatch: (transaction: EditorState["tr"]) => void) => boolean, at: number) {
  return (state: EditorState) => {
    let next = selected(state, at);
    run(next, (transaction) => (next = next.apply(transaction)));
    return next;
  };
}

describe("an anchor", () => {
  test("gives its words by the positions alone, before anything happens", () => {
    const bound = report();
    const { anchor, quote } = bound.anchor("traffic resumed");
    const view = viewOf(bound.doc);
    const found = positionsOf(view, anchor)!;
    expect(quoteOf(view, found)).toBe("traffic resumed");
    expect(anchor).toMatchObject({ block: "p1", section: "s1", before: " closed on Monday. Sources say that ".slice(-32), after: " on Friday.\nA second one.\nHow sur".slice(0, 32) });
    expect(locate(view, anchor, quote)?.by).toBe("positions");
    expect(readAnchor(JSON.parse(JSON.stringify(anchor)))).toEqual(anchor);
  });

  test("takes in nothing typed at its edges", () => {
    const bound = report();
    const { anchor, quote } = bound.anchor("traffic resumed");
    bound.run((state) => state.apply(state.tr.insertText("XX", bound.at("traffic resumed").from)));
    bound.run((state) => state.apply(state.tr.insertText("YY", bound.at("traffic resumed").to)));
    const view = viewOf(bound.doc);
    expect(quoteOf(view, locate(view, anchor, quote)!)).toBe("traffic resumed");
  });

  test("may hold a chip, and begin or end with one", () => {
    const bound = report();
    const { from } = bound.at("How sure");
    const view = viewOf(bound.doc);
    const flat = new FlatPositions(bound.state.doc);
    // "sure: [Low], no", "[Low]" and ", no" by the editor's positions, in which a chip takes one.
    for (const [start, end, text] of [[4, 15, "sure: Low, no"], [10, 11, "Low"], [11, 15, ", no"]] as const) {
      const range = { start: flat.offsetAt(from + start), end: flat.offsetAt(from + end) };
      expect(quoteOf(view, range)).toBe(text);
      const found = positionsOf(view, anchorAt(view, range)!)!;
      expect(found).toEqual(range);
      expect([flat.positionAt(found.start, "start"), flat.positionAt(found.end, "end")]).toEqual([from + start, from + end]);
    }
  });

  test.each<[name: string, act: (bound: Bound) => void]>([
    ["a split before them", (bound) => bound.run(split(bound.at("Sources").from))],
    ["a split inside them", (bound) => bound.run(split(bound.at("resumed").from))],
    ["a split and a join", (bound) => {
      bound.run(split(bound.at("Sources").from));
      bound.run((state) => state.apply(state.tr.join(bound.at("Sources").from - 1)));
    }],
    ["a join with what follows", (bound) => bound.run((state) => state.apply(state.tr.join(bound.at("A second").from - 1)))],
    ["a heading made of their block", (bound) => bound.run(command(setBlockType(schema.nodes["heading"]!), bound.at("Sources").from))],
    ["a quote around their block", (bound) => bound.run(command(wrapIn(schema.nodes["blockquote"]!), bound.at("Sources").from))],
    ["their section moved", (bound) => bound.run((state) => state.apply(movedSection(state, sectionsOf(state.doc)[0]!.position, 1)!))],
    ["the other section moved", (bound) => bound.run((state) => state.apply(movedSection(state, sectionsOf(state.doc)[1]!.position, -1)!))],
  ])("finds its words after %s, though nobody wrote new positions", (_name, act) => {
    const bound = report();
    const { anchor, quote } = bound.anchor("traffic resumed");
    act(bound);
    const view = viewOf(bound.doc);
    const found = locate(view, anchor, quote);
    expect(found && quoteOf(view, found).replace("\n", " ").replace("  ", " ")).toBe("traffic resumed");
  });

  test("is an orphan when its words are deleted, and finds them when that is undone", () => {
    const bound = report();
    const undo = new Y.UndoManager(bound.doc.getXmlFragment("default"));
    const { anchor, quote } = bound.anchor("traffic resumed");
    bound.run((state) => state.apply(state.tr.delete(bound.at("traffic").from, bound.at("on Friday").from)));
    expect(locate(viewOf(bound.doc), anchor, quote)).toBeNull();
    undo.undo();
    expect(locate(viewOf(bound.doc), anchor, quote)?.by).toBe("positions");
  });

  test("does not hold fast once its words were deleted and brought back", () => {
    const bound = report();
    const undo = new Y.UndoManager(bound.doc.getXmlFragment("default"));
    const { anchor, quote } = bound.anchor("traffic resumed");
    expect(holdsFast(viewOf(bound.doc), anchor)).toBe(true);
    bound.run((state) => state.apply(state.tr.delete(bound.at("traffic").from, bound.at("on Friday").from)));
    undo.undo();
    const view = viewOf(bound.doc);
    expect(holdsFast(view, anchor)).toBe(false);
    expect(holdsFast(view, anchorAt(view, locate(view, anchor, quote)!)!)).toBe(true);
  });

  test("of a broken kind is none", () => {
    for (const value of [null, 7, "x", {}, { start: "!!", end: "AA==", before: 3 }]) {
      const view = viewOf(report().doc);
      expect(locate(view, readAnchor(value), "nowhere to be found in this text")).toBeNull();
      expect(locate(view, readAnchor(value), "traffic resumed on Friday")?.by).toBe("quote");
    }
  });
});

describe("random edits of blocks that leave the words alone", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  test(`seed ${seed}`, () => {
    const random = generator(seed);
    for (let round = 0; round < 60; ++round) {
      const bound = numbered(random);
      const first = Math.floor(random(150));
      const { anchor, quote } = bound.anchor(Array.from({ length: 3 }, (_, index) => `w${first - (first % 30) + Math.min(27, first % 30) + index}`).join(" "));
      for (let edit = 0; edit < 6; ++edit) bound.run((state) => reshaped(state, random));
      const view = viewOf(bound.doc);
      const found = locate(view, anchor, quote);
      // Where a split left the larger part in place, the positions still give that.
      const shown = found ? quoteOf(view, found).replace(/\s+/g, " ") : "";
      if (found?.by === "positions") expect(likeness(shown, quote), `round ${round}: ${shown}`).toBeGreaterThanOrEqual(likeness_min);
      else expect(shown, `round ${round}`).toBe(quote);
    }
  });
});

// Sections of paragraphs whose words are all different.
function numbered(random: (below: number) => number): Bound {
  let next = 0;
  const line = (id: string) => paragraph(id, words(Array.from({ length: 30 }, () => `w${next++}`).join(" ")));
  return new Bound({ type: "doc", content: [0, 1].map((index) => section(`s${index}`, line(`a${index}`), line(`b${index}`), ...(random(2) < 1 ? [line(`c${index}`)] : [line(`d${index}`)]))) });
}

function reshaped(state: EditorState, random: (below: number) => number): EditorState {
  const blocks: { node: Node; position: number }[] = [];
  state.doc.descendants((node, position) => {
    if (node.isTextblock) blocks.push({ node, position });
    return !node.isTextblock;
  });
  const { node, position } = blocks[Math.floor(random(blocks.length))]!;
  const inside = position + 1 + Math.floor(random(node.content.size));
  switch (Math.floor(random(5))) {
    case 0: {
      const space = node.textContent.indexOf(" ", inside - position - 1);
      return space < 0 ? state : split(position + 1 + space)(state);
    }
    case 1: {
      const before = state.doc.resolve(position).nodeBefore;
      return before?.isTextblock ? state.apply(state.tr.insertText(" ", position + 1).join(position)) : state;
    }
    case 2:
      return command(setBlockType(schema.nodes[node.type.name === "heading" ? "paragraph" : "heading"]!), inside)(state);
    case 3:
      return command(wrapIn(schema.nodes["blockquote"]!), inside)(state);
    default: {
      const sections = sectionsOf(state.doc);
      const moved = movedSection(state, sections[Math.floor(random(sections.length))]!.position, random(2) < 1 ? -1 : 1);
      return moved ? state.apply(moved) : state;
    }
  }
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * below;
  };
}
