import { expect, test } from "vitest";
import * as Y from "yjs";
import { shownName, startThread, threadsOf } from "./threads";

test("a message is shown under the name that the server knows its author by", () => {
  const doc = new Y.Doc();
  startThread(doc, { id: "rene", name: "Olga" }, { start: "", end: "", before: "", after: "", block: "", section: "" }, "words", "I approve.");
  const [message] = threadsOf(doc)[0]!.messages;
  expect(shownName(message!, new Map([["rene", "Rene"], ["olga", "Olga"]]))).toBe("Rene");
  expect(shownName(message!, new Map())).toBe("Olga");
});
