import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { plainText } from "./plain_text";

type Child = string | { bold: string } | Y.XmlElement;

function element(name: string, attributes: Record<string, string>, ...inside: Child[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.insert(
    0,
    inside.map((child) => {
      if (child instanceof Y.XmlElement) return child;
      const text = new Y.XmlText();
      if (typeof child === "string") text.insert(0, child);
      else text.insert(0, child.bold, { bold: {} });
      return text;
    }),
  );
  return made;
}

const line = (...inside: Child[]) => element("paragraph", {}, ...inside);

function report(meta: Record<string, unknown>, ...blocks: Y.XmlElement[]): Y.Doc {
  const doc = new Y.Doc();
  for (const [key, value] of Object.entries(meta)) doc.getMap("meta").set(key, value);
  doc.getXmlFragment("default").insert(0, blocks);
  return doc;
}

const cases: { name: string; block: () => Y.XmlElement; text: string }[] = [
  { name: "a paragraph with bold words", block: () => line("one ", { bold: "two" }, " three"), text: "one **two** three" },
  { name: "a heading with its number", block: () => element("heading", { marker: "1. " }, "BLUF"), text: "1. BLUF" },
  { name: "a break", block: () => line("one", element("hardBreak", {}), "two"), text: "one\ntwo" },
  { name: "a chip as written", block: () => line("Level: ", element("confidence", { level: "low", label: "LOW" })), text: "Level: LOW" },
  { name: "a chip by its level", block: () => line("Level: ", element("confidence", { level: "low" })), text: "Level: Low" },
  { name: "a mention", block: () => line(element("entityMention", { label: "ASEAN" })), text: "ASEAN" },
  {
    name: "a list",
    block: () => element("bulletList", {}, element("listItem", { marker: "- " }, line("one"), line("under it")), element("listItem", { marker: "– " }, line("two"))),
    text: "- one\nunder it\n– two",
  },
  { name: "a hypothesis", block: () => element("hypothesis", { marker: "1. " }, element("heading", {}, "Title"), line("Statement.")), text: "1. **Title**: Statement." },
  { name: "a hypothesis without a number", block: () => element("hypothesis", {}, element("heading", {}, "Title"), line("Statement.")), text: "1. **Title**: Statement." },
  { name: "a list without bullets", block: () => element("orderedList", { start: "3" }, element("listItem", {}, line("a")), element("listItem", {}, line("b"))), text: "3. a\n4. b" },
  { name: "a scenario with a likelihood", block: () => element("scenario", { case: "best", likelihood: "20 %" }, line("Well.")), text: "- Best Case (20 %): Well." },
  { name: "a likelihood in its own place", block: () => element("scenario", { form: "L [P]: S", likelihood: "20 %" }, line("Well.")), text: "- Most Likely [20 %]: Well." },
  { name: "nothing said yet", block: () => element("scenario", { case: "worst" }, line()), text: "- Worst Case:" },
  { name: "a hypothesis in a form of its own", block: () => element("hypothesis", { form: "T - S" }, element("heading", {}, "S"), line("T")), text: "1. S - T" },
  { name: "red flags", block: () => element("assumptionList", { kind: "redFlag", marker: "– " }, line("One."), line("Two.")), text: "– **Red Flags**: One.\nTwo." },
  { name: "a scenario", block: () => element("scenario", { case: "worst", marker: "- " }, line("All of it.")), text: "- Worst Case: All of it." },
  { name: "blank lines before", block: () => element("paragraph", { lead: "\n \n" }, "late"), text: "\n \nlate" },
  {
    name: "a table",
    block: () => element("table", {}, element("tableRow", {}, element("tableHeader", {}, line("a")), element("tableCell", {}, line("b")))),
    text: "a\tb",
  },
];

describe("plainText", () => {
  it.each(cases)("$name", ({ block, text }) => {
    expect(plainText(report({}, block()))).toBe(text);
  });

  it("writes the tags in order, and the header as it came", () => {
    const header = "A title – An outlet\r\nPublished on: 2025-10-09\r\n";
    const source = { eol: "\r\n", finalNewline: true, header };
    const doc = report({ title: "A title", source }, element("tagList", {}));
    for (const [at, name] of ["second", "first"].entries()) {
      const tag = new Y.Map();
      tag.set("order", 2 - at);
      doc.getMap("tags").set(name, tag);
    }
    expect(plainText(doc)).toBe(`${header}first, second\r\n`);
  });
});
