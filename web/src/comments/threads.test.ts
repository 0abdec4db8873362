import { expect, test } from "vitest";
import * as Y from "yjs";
import { locate } from "../anchors/stored_anchor";
import { viewOf } from "../anchors/text_view";
import { listed, plain, sharedJunk } from "../wire/junk";
import { ago, fullTime } from "../words/dates";
import { body_max, quote_max, shownName, startThread, threadsOf } from "./threads";

test("a message is shown under the name that the server knows its author by", () => {
  const doc = new Y.Doc();
  startThread(doc, { id: "rene", name: "Olga" }, { start: "", end: "", before: "", after: "", block: "", section: "" }, "words", "I approve.");
  const [message] = threadsOf(doc)[0]!.messages;
  expect(shownName(message!, new Map([["rene", "Rene"], ["olga", "Olga"]]))).toBe("Rene");
  expect(shownName(message!, new Map())).toBe("Olga");
});

// A thread, and what of it is something else in its place.
function threadWith(thread: Record<string, unknown>, message: Record<string, unknown> = {}): Y.Map<unknown> {
  return new Y.Map<unknown>(Object.entries({
    anchor: {}, quote: "words", state: "open", by: "rene", at: 1, reactions: new Y.Map(),
    messages: Y.Array.from([new Y.Map<unknown>(Object.entries({ id: "m", author: "rene", name: "Rene", at: 1, body: "I approve.", ...message }))]),
    ...thread,
  }));
}

test.each([[0, 0], [8.64e15, 8.64e15], [8.64e15 + 1, null], [1e300, null], [-1, null], [NaN, null], [Infinity, null], ["now", null], [undefined, null]])(
  "a time of %s is %s", (at, shown) => {
    const doc = new Y.Doc();
    doc.getMap("threads").set("t", threadWith({ at }, { at }));
    const [thread] = threadsOf(doc);
    expect([thread!.at, thread!.messages[0]!.at]).toEqual([shown, shown]);
  });

test("what is longer than a message may be is cut", () => {
  const doc = new Y.Doc();
  doc.getMap("threads").set("t", threadWith({ quote: "w".repeat(5_000_000), anchor: { before: "b".repeat(5_000_000) } }, { body: "w ".repeat(2_500_000) }));
  const [thread] = threadsOf(doc);
  expect(thread!.messages[0]!.body).toBe(`${"w ".repeat(body_max / 2)}…`);
  expect(thread!.quote).toHaveLength(quote_max);
  expect(thread!.anchor.before).toBe("");
});

test("one bad thread takes no other with it, whatever is bad about it", () => {
  const doc = new Y.Doc();
  const threads = doc.getMap("threads");
  threads.set("good", threadWith({}));
  let n = 0;
  for (const junk of sharedJunk()) {
    for (const part of ["anchor", "quote", "state", "by", "at", "messages", "reactions"]) threads.set(`t${n++}`, threadWith({ [part]: junk() }));
    for (const part of ["id", "author", "name", "at", "body", "more"]) threads.set(`t${n++}`, threadWith({}, { [part]: junk() }));
    for (const part of ["start", "end", "before", "after", "block", "section"]) threads.set(`t${n++}`, threadWith({ anchor: { [part]: plain(junk()) } }));
    threads.set(`t${n++}`, threadWith({ messages: Y.Array.from([listed(junk()), listed(junk())]) }));
    threads.set(`t${n++}`, junk());
  }
  const read = threadsOf(doc);
  expect(read.find(({ id }) => id === "good")?.messages[0]?.body).toBe("I approve.");
  const text = viewOf(new Y.Doc());
  const moments = new Set<number | null>();
  for (const { at, anchor, quote, messages } of read) {
    locate(text, anchor, quote);
    for (const moment of [at, ...messages.map((message) => message.at)]) moments.add(moment);
    for (const said of messages.flatMap(({ id, author, name, body }) => [id, author, name, body])) expect(said).toBeTypeOf("string");
  }
  expect(moments.size).toBeGreaterThan(2);
  for (const moment of moments) {
    if (moment !== null) expect(() => [new Date(moment).toISOString(), fullTime(moment), ago(moment, Date.now())]).not.toThrow();
  }
});
