import { EditorState, type Transaction } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";
import { describe, expect, test } from "vitest";
import { schema } from "./headless_text";
import { answered, keepMine, same_time_key, sameTimePlugin, sentenceAt } from "./same_time";

const doc = () => schema.nodeFromJSON({ type: "doc", content: [{ type: "section", attrs: { id: "s" }, content: [
  { type: "paragraph", attrs: { id: "p1" }, content: [{ type: "text", text: "The berths are closed. Prices rise. Nobody knows why." }] },
  { type: "paragraph", attrs: { id: "p2" }, content: [{ type: "text", text: "Rival ports gain." }] },
] }] });

class Page {
  time = 1_000_000;
  offline = 0;
  state = EditorState.create({ doc: doc(), plugins: [sameTimePlugin(() => this.time, () => this.offline)] });

  at(words: string): { from: number; to: number } {
    let found = -1;
    this.state.doc.descendants((node, position) => {
      const at = node.isTextblock ? node.textContent.indexOf(words) : -1;
      if (found < 0 && at >= 0) found = position + 1 + at;
    });
    if (found < 0) throw new Error(`not in the text: ${words}`);
    return { from: found, to: found + words.length };
  }

  own(act: (tr: Transaction) => Transaction): void {
    this.state = this.state.apply(act(this.state.tr));
  }

  // As the binding renders it: all of the text anew.
  remote(act: (tr: Transaction) => Transaction, more = {}): void {
    const after = act(this.state.tr).doc;
    const tr = this.state.tr.replaceWith(0, this.state.doc.content.size, after.content);
    this.state = this.state.apply(tr.setMeta(ySyncPluginKey, { isChangeOrigin: true, ...more }));
  }

  get clash() {
    return same_time_key.getState(this.state)!.clash;
  }
}

describe("a clash", () => {
  test("is two people changing one sentence", () => {
    const page = new Page();
    page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
    expect(page.clash).toBeNull();
    page.remote((tr) => tr.insertText("Grain prices", page.at("Prices").from, page.at("Prices").to));
    expect(page.clash).toMatchObject({ mine: "Prices sharply rise.", now: "Grain prices sharply rise." });
  });

  test("is one deleting what another has just written", () => {
    const page = new Page();
    page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
    page.remote((tr) => tr.delete(page.at("Prices").from, page.at("Nobody").from));
    expect(page.clash).toMatchObject({ mine: "Prices sharply rise." });
    expect(page.clash!.now).not.toContain("sharply");
  });

  test("is one's words going with a block that another replaced", () => {
    const page = new Page();
    page.own((tr) => tr.insertText(" Typed meanwhile.", page.at("gain.").to));
    const { from } = page.at("Rival");
    page.remote((tr) => tr.replaceWith(from - 1, page.state.doc.resolve(from).after(), schema.nodes["heading"]!.create({ id: "h" }, schema.text("Rival ports gain."))));
    expect(page.clash?.mine).toContain("Typed meanwhile.");
    expect(page.clash?.now).toBe("Rival ports gain.");
  });

  test("is not two people in different sentences of one paragraph", () => {
    const page = new Page();
    page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
    page.remote((tr) => tr.insertText("still ", page.at("closed").from));
    page.remote((tr) => tr.insertText("really ", page.at("knows").from));
    page.remote((tr) => tr.insertText("may ", page.at("gain").from));
    expect(page.clash).toBeNull();
  });

  test("is not what one finished a while ago", () => {
    const page = new Page();
    page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
    page.time += 10_001;
    page.remote((tr) => tr.insertText("Grain prices", page.at("Prices").from, page.at("Prices").to));
    expect(page.clash).toBeNull();
  });

  test("is what one wrote long ago without a connection", () => {
    const page = new Page();
    page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
    page.time += 3_600_000;
    page.offline = page.time - 500;
    page.remote((tr) => tr.insertText("Grain prices", page.at("Prices").from, page.at("Prices").to));
    expect(page.clash?.mine).toBe("Prices sharply rise.");
  });

  test("is not one's own undo", () => {
    const page = new Page();
    page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
    page.remote((tr) => tr.delete(page.at("sharply ").from, page.at("sharply ").to), { isUndoRedoOperation: true });
    expect(page.clash).toBeNull();
  });
});

test("keeping one's own puts it behind what is there, and answers the question", () => {
  const page = new Page();
  page.own((tr) => tr.insertText("sharply ", page.at("rise").from));
  page.remote((tr) => tr.insertText("Costs fall.", page.at("Prices sharply rise.").from, page.at("Prices sharply rise.").to));
  page.own(() => keepMine(page.state, page.clash!));
  expect(page.state.doc.textContent).toContain("Costs fall. Prices sharply rise.");
  expect(page.clash).toBeNull();
});

test("one who has answered is not asked again about the next letters, but is told when words go", () => {
  const page = new Page();
  const both = (): void => {
    page.own((tr) => tr.insertText("x", page.at("rise").from));
    page.remote((tr) => tr.insertText("y", page.at("Prices").to));
  };
  both();
  expect(page.clash).not.toBeNull();
  page.own(() => answered(page.state));
  both();
  expect(page.clash).toBeNull();
  page.own((tr) => tr.insertText("x", page.at("rise").from));
  page.remote((tr) => tr.delete(page.at("Pricesy").from, page.at("Nobody").from));
  expect(page.clash).not.toBeNull();
});

test("a sentence ends with its full stop and the space behind it", () => {
  const page = new Page();
  const words = (place: ReturnType<typeof sentenceAt>) => place && page.state.doc.textBetween(place.from, place.to);
  expect(words(sentenceAt(page.state.doc, page.at("rise").from))).toBe("Prices rise. ");
  expect(words(sentenceAt(page.state.doc, page.at("The").from))).toBe("The berths are closed. ");
  expect(words(sentenceAt(page.state.doc, page.at("why.").to))).toBe("Nobody knows why.");
});
