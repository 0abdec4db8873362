// The underlines in an editor without a page, bound to a shared document by the real binding's own functions: they follow every kind
// of edit, and never stand on other words.

import type { Node } from "@tiptap/pm/model";
import { EditorState, TextSelection, type Transaction } from "@tiptap/pm/state";
import { liftListItem, wrapInList } from "@tiptap/pm/schema-list";
import { setBlockType, splitBlock, joinBackward } from "@tiptap/pm/commands";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import { describe, expect, test } from "vitest";
import { anchorAt } from "../anchors/stored_anchor";
import { viewOf } from "../anchors/text_view";
import { HeadlessText, schema } from "../editor/headless_text";
import type { Finding, Severity } from "./finding";
import { findingsAt, underlines_key, underlinesPlugin, type UnderlinesState } from "./marks";
import { fixed } from "./mend_text";
import { wordsAt } from "../editor/places";

type Json = Record<string, unknown>;
const words = (text: string): Json[] => (text === "" ? [] : [{ type: "text", text }]);
const paragraph = (id: string, text: string): Json => ({ type: "paragraph", attrs: { id }, content: words(text) });
const content = {
  type: "doc",
  content: [
    { type: "section", attrs: { id: "s1" }, content: [
      { type: "heading", attrs: { id: "h1" }, content: words("One") },
      paragraph("p1", "Grain prices will rise sharply in several states this year."),
      paragraph("p2", "The berths were closed by the authority without any warning."),
    ] },
    { type: "section", attrs: { id: "s2" }, content: [{ type: "heading", attrs: { id: "h2" }, content: words("Two") }, paragraph("p3", "Rival ports may gain.")] },
  ],
};

class Page {
  readonly text = new HeadlessText(content);
  state: EditorState;
  orders = 0;

  constructor() {
    const host = { doc: this.text.doc, placesChanged: () => ++this.orders, entered: () => undefined };
    this.state = EditorState.create({ doc: this.text.state.doc, plugins: [underlinesPlugin(host)] });
  }

  // One's own edit: the editor first, then the shared text.
  own(act: (transaction: Transaction) => Transaction): void {
    this.take(act(this.state.tr));
  }

  take = (transaction: Transaction): void => {
    this.state = this.state.apply(transaction);
    this.text.run((state) => state.apply(state.tr.replaceWith(0, state.doc.content.size, this.state.doc.content)));
  };

  // Another's: the shared text first, then all of it is rendered anew, as the binding does it.
  remote(act: (transaction: Transaction, at: (words: string) => { from: number; to: number }) => Transaction, more = {}): void {
    this.text.run((state) => state.apply(act(state.tr, (words) => this.at(words))));
    const { tr } = this.state;
    tr.replaceWith(0, this.state.doc.content.size, this.text.state.doc.content);
    this.state = this.state.apply(tr.setMeta(ySyncPluginKey, { isChangeOrigin: true, ...more }));
  }

  at(words: string): { from: number; to: number } {
    let found = -1;
    this.state.doc.descendants((node: Node, position: number) => {
      const at = node.isTextblock ? node.textContent.indexOf(words) : -1;
      if (found < 0 && at >= 0) found = position + 1 + at;
    });
    if (found < 0) throw new Error(`not in the text: ${words}`);
    return { from: found, to: found + words.length };
  }

  caret(words: string, edge: "from" | "to" = "to"): void {
    this.state = this.state.apply(this.state.tr.setSelection(TextSelection.create(this.state.doc, this.at(words)[edge])));
  }

  type(letters: string): void {
    for (const letter of letters) this.own((tr) => tr.insertText(letter));
  }

  find(quote: string, severity: Severity = "warning", rule = "r"): Finding {
    const view = viewOf(this.text.doc);
    const start = view.text.indexOf(quote);
    if (start < 0) throw new Error(`not in the shared text: ${quote}`);
    return {
      id: `p/${rule}/${quote}`, plugin: "p", rule, severity, message: rule, hint: "", help: null, quote, anchor: anchorAt(view, { start, end: start + quote.length }),
      field: null, fixes: [], related: [], stale: false, ignored: null,
    };
  }

  tell(...findings: Finding[]): void {
    this.state = this.state.apply(this.state.tr.setMeta(underlines_key, { findings }));
  }

  get marks(): UnderlinesState {
    return underlines_key.getState(this.state)!;
  }

  // The words under each line, as drawn.
  drawn(): string[] {
    const { doc } = this.state;
    return this.marks.decorations.find().sort((a, b) => a.from - b.from).map(({ from, to }) => wordsAt(doc, { from, to }));
  }
}

function open(...quotes: string[]): Page {
  const page = new Page();
  page.tell(...quotes.map((quote) => page.find(quote)));
  return page;
}

describe("underlines", () => {
  test("stand on the words of their findings", () => {
    expect(open("rise sharply", "closed by the authority").drawn()).toEqual(["rise sharply", "closed by the authority"]);
  });

  test("move with what is typed before them, at once", () => {
    const page = open("rise sharply");
    page.own((tr) => tr.insertText("Most ", page.at("Grain").from));
    expect(page.drawn()).toEqual(["rise sharply"]);
    page.remote((tr, at) => tr.insertText("Many ", at("Most").from));
    expect(page.drawn()).toEqual(["rise sharply"]);
  });

  test("overlapping, draw the worst, and of equals the shortest, in one stretch each", () => {
    const page = new Page();
    const ids = (): string[] => page.marks.decorations.find().sort((a, b) => a.from - b.from).map(({ spec }) => (spec as { id: string }).id.split("/")[1]!);
    page.tell(page.find("Grain prices will rise sharply", "warning", "long"), page.find("will rise", "warning", "short"));
    expect([page.drawn(), ids()]).toEqual([["Grain prices ", "will rise", " sharply"], ["long", "short", "long"]]);
    // What is typed at the edge of the inner one is the outer one's.
    page.own((tr) => tr.insertText(" now", page.at("will rise").to));
    page.own((tr) => tr.insertText("only ", page.at("will rise").from));
    expect([page.drawn(), ids()]).toEqual([["Grain prices only ", "will rise", " now sharply"], ["long", "short", "long"]]);
    page.tell(page.find("will rise", "hint", "short"), page.find("prices", "error", "worst"), ...[...page.marks.findings.values()].filter(({ rule }) => rule === "long"));
    expect([page.drawn(), ids()]).toEqual([["Grain ", "prices", " only will rise now sharply"], ["long", "worst", "long"]]);
  });

  test("turn old, and go", () => {
    const page = new Page();
    const found = page.find("rise sharply");
    page.tell(found);
    page.tell({ ...found, stale: true });
    expect(page.drawn()).toEqual(["rise sharply"]);
    page.tell();
    expect(page.drawn()).toEqual([]);
  });

  test("leave out what is typed at their edges", () => {
    const page = open("rise sharply");
    page.own((tr) => tr.insertText("all ", page.at("rise").from));
    page.own((tr) => tr.insertText(" now", page.at("sharply").to));
    expect(page.drawn()).toEqual(["rise sharply"]);
  });

  test("stay while their words are mostly the same, and go when they are other words", () => {
    const page = open("closed by the authority");
    page.own((tr) => tr.insertText("port ", page.at("authority").from));
    expect(page.drawn()).toEqual(["closed by the port authority"]);
    page.own((tr) => tr.insertText("x", page.at("closed by").from, page.at("port").to));
    expect(page.drawn()).toEqual([]);
  });

  test.each([
    ["split in the middle", (page: Page) => {
      page.caret("rise ");
      splitBlock(page.state, page.take);
    }, ["rise \nsharply"]],
    ["joined with the paragraph before", (page: Page) => {
      page.caret("The berths", "from");
      joinBackward(page.state, page.take);
    }, ["rise sharply"]],
    ["made a heading", (page: Page) => {
      page.caret("rise");
      setBlockType(schema.nodes["heading"]!, { level: 3 })(page.state, page.take);
    }, ["rise sharply"]],
    ["made a list and taken out of it again", (page: Page) => {
      page.caret("rise");
      wrapInList(schema.nodes["bulletList"]!)(page.state, page.take);
      liftListItem(schema.nodes["listItem"]!)(page.state, page.take);
    }, ["rise sharply"]],
  ])("survive a paragraph that is %s, by oneself", (_, act, drawn) => {
    const page = open("rise sharply");
    act(page);
    expect(page.drawn()).toEqual(drawn);
  });

  test.each([
    ["split", (tr: Transaction, at: Page["at"]) => tr.split(at("sharply").from)],
    ["made a heading", (tr: Transaction, at: Page["at"]) => tr.setBlockType(at("rise").from, at("rise").to, schema.nodes["heading"]!, { level: 3 })],
    ["given a new paragraph before", (tr: Transaction, at: Page["at"]) => tr.insert(at("Grain").from - 1, schema.nodes["paragraph"]!.create(null, schema.text("Before.")))],
    ["typed in", (tr: Transaction, at: Page["at"]) => tr.insertText("very ", at("sharply").from)],
  ])("survive a paragraph that is %s, by somebody else", (_, act) => {
    const page = open("rise sharply", "closed by the authority");
    page.remote((tr) => act(tr, (words) => page.at(words)));
    expect(page.drawn().map((words) => words.replace("very ", "").replace(/\s+/g, " "))).toEqual(["rise sharply", "closed by the authority"]);
  });

  test("go when somebody deletes their words, and are not drawn on the same words elsewhere", () => {
    const page = open("the authority");
    page.own((tr) => tr.insertText(" Says the authority.", page.at("may gain.").to));
    page.remote((tr, at) => tr.delete(at("closed by").from, at("without").from));
    expect(page.drawn()).toEqual([]);
  });

  test("come back with their words when a cut is undone", () => {
    const page = open("rise sharply");
    const { from, to } = page.at("will rise sharply in");
    page.own((tr) => tr.delete(from, to));
    expect(page.drawn()).toEqual([]);
    page.remote((tr, at) => tr.insertText("will rise sharply in", at("prices ").to), { isUndoRedoOperation: true });
    expect(page.drawn()).toEqual(["rise sharply"]);
  });

  test("that are on nothing of the text are not drawn", () => {
    const page = open();
    page.tell({ ...page.find("rise sharply"), quote: "words that nobody wrote" }, { ...page.find("may gain"), anchor: null, field: "title" });
    expect(page.drawn()).toEqual([]);
  });

  test("that a new list leaves out go, and the others keep their place", () => {
    const page = open("rise sharply", "may gain");
    const before = page.marks.places.get("p/r/may gain");
    page.tell(page.find("may gain"));
    expect(page.drawn()).toEqual(["may gain"]);
    expect(page.marks.places.get("p/r/may gain")).toBe(before);
  });
});

describe("the word that is being typed", () => {
  test("is not underlined before it is left", () => {
    const page = open();
    page.caret("Rival ports may gain.");
    page.type(" It is significant");
    page.tell(page.find("significant"));
    expect(page.drawn()).toEqual([]);
    expect(findingsAt(page.state, page.state.selection.head)).toEqual([]);
    page.type(" ");
    expect(page.drawn()).toEqual(["significant"]);
  });

  test("keeps the line it has", () => {
    const page = open("may gain");
    page.caret("may gain");
    page.type("s");
    page.tell(page.find("may gains"));
    expect(page.drawn()).toEqual(["may gains"]);
  });

  test("is underlined once the caret is elsewhere", () => {
    const page = open();
    page.caret("may gain");
    page.type("s");
    page.tell(page.find("gains"));
    expect(page.drawn()).toEqual([]);
    page.caret("Grain", "from");
    expect(page.drawn()).toEqual(["gains"]);
  });

  test("is none after a fix or an undo", () => {
    const page = open();
    page.caret("may gain");
    page.own((tr) => tr.insertText("s").setMeta(underlines_key, { left: true }));
    page.tell(page.find("gains"));
    expect(page.drawn()).toEqual(["gains"]);
    page.type("x");
    page.remote((tr, at) => tr.delete(at("gainsx").to - 1, at("gainsx").to), { isUndoRedoOperation: true });
    page.tell(page.find("may gains"));
    expect(page.drawn()).toEqual(["may gains"]);
  });

  test("is underlined when one only clicks into it", () => {
    const page = open();
    page.caret("gai");
    page.tell(page.find("gain"));
    expect(page.drawn()).toEqual(["gain"]);
  });
});

test("where findings overlap, the worst comes first, then the shortest", () => {
  const page = new Page();
  page.tell(page.find("closed by the authority", "hint", "long"), page.find("by the authority", "warning", "mid"), page.find("authority", "hint", "short"));
  expect(findingsAt(page.state, page.at("authority").from + 2).map((id) => id.split("/")[1])).toEqual(["mid", "short", "long"]);
});

describe("a fix", () => {
  const edit = (page: Page, quote: string, replacement: string) => ({ anchor: page.find(quote).anchor!, quote, replacement });

  test("replaces all of its words in one step", () => {
    const page = new Page();
    const fix = { title: "", edits: [edit(page, "The berths were closed by the authority", "The authority closed the berths"), edit(page, "without any", "without")] };
    const transaction = fixed(page.text.doc, page.state, fix)!;
    expect(page.state.apply(transaction).doc.child(0).child(2).textContent).toBe("The authority closed the berths without warning.");
  });

  test("follows its words to where they are now", () => {
    const page = new Page();
    const fix = { title: "", edits: [edit(page, "sharply", "fast")] };
    page.remote((tr, at) => tr.insertText("Surely, grain", at("Grain").from, at("Grain").to));
    expect(page.state.apply(fixed(page.text.doc, page.state, fix)!).doc.textContent).toContain("Surely, grain prices will rise fast in");
  });

  test("is out of date when one of its words is another", () => {
    const page = new Page();
    const fix = { title: "", edits: [edit(page, "rise sharply", "soar"), edit(page, "several", "four")] };
    page.remote((tr, at) => tr.insertText("many", at("several").from, at("several").to));
    expect(fixed(page.text.doc, page.state, fix)).toBeNull();
  });

  test("may only take away, or only put in", () => {
    const page = new Page();
    const fix = { title: "", edits: [edit(page, " sharply", ""), { ...edit(page, "several states", "as many as "), quote: "" }] };
    expect(page.state.apply(fixed(page.text.doc, page.state, fix)!).doc.textContent).toContain("prices will rise in as many as several states");
  });
});
