// A report's plain text from its shared document, as docs/schema.md gives each node: what a person copies, or keeps as a draft,
// when the server cannot or will not take it. For a text as imported it is the server's export letter by letter; numbers of
// hypotheses that were added or moved since are given anew, where the export also looks at how the others are written.

import * as Y from "yjs";
import { wordOf } from "../editor/schema/attributes";

type Node = Y.XmlElement | Y.XmlText;
interface Source {
  eol?: unknown;
  finalNewline?: unknown;
  header?: unknown;
  tail?: unknown;
}

const case_label: ReadonlyMap<string, string> = new Map([["best", "Best Case"], ["worst", "Worst Case"], ["likely", "Most Likely"]]);
const kind_label: ReadonlyMap<string, string> = new Map([["assumption", "Assumptions"], ["redFlag", "Red Flags"], ["blindSpot", "Blind Spots"]]);

export function plainText(doc: Y.Doc): string {
  const meta = doc.getMap("meta");
  const source = (meta.get("source") ?? {}) as Source;
  const eol = typeof source.eol === "string" && /^\r?\n$|^\r$/.test(source.eol) ? source.eol : "\n";
  const lines = header(meta, source);
  const blocks = children(doc.getXmlFragment("default"));
  if (is_empty_end(blocks.at(-1))) blocks.pop();
  lines.push(...run(blocks, doc));
  return lines.join(eol) + (source.finalNewline === true ? eol : "") + text_of(source.tail);
}

function header(meta: Y.Map<unknown>, source: Source): string[] {
  const bytes = source.header;
  const title = text_of(meta.get("title"));
  if (typeof bytes === "string" && bytes.includes(title)) return bytes.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/);
  const outlet = text_of(meta.get("outlet"));
  const published = text_of(meta.get("published"));
  const report_title = text_of(meta.get("reportTitle"));
  return [
    ...(title ? [outlet ? `${title} – ${outlet}` : title] : []),
    ...(published ? [`Published on: ${published}`] : []),
    ...(report_title ? [`Intelligence Report: ${report_title}`] : []),
  ];
}

// An editor may leave an empty paragraph at the very end, to have a place to type: it is no line.
function is_empty_end(node: Node | undefined): boolean {
  return node instanceof Y.XmlElement && node.nodeName === "paragraph" && words(node) === "" && attribute(node, "lead") + attribute(node, "marker") === "";
}

// Siblings in order: what has no number or bullet of its own takes the usual one of its kind.
function run(nodes: readonly Node[], doc: Y.Doc): string[] {
  let hypotheses = 0;
  return nodes.flatMap((node) => {
    if (node instanceof Y.XmlElement && node.nodeName === "hypothesis") ++hypotheses;
    return block(node, doc, usual_marker(node, hypotheses));
  });
}

function usual_marker(node: Node, hypotheses: number): string {
  if (node instanceof Y.XmlText) return "";
  switch (node.nodeName) {
    case "hypothesis":
      return `${hypotheses}. `;
    case "assumptionList":
      return "– ";
    case "scenario":
      return "- ";
    default:
      return "";
  }
}

// The lines of one block. Blank lines that stood before it come first.
function block(node: Node, doc: Y.Doc, usual = ""): string[] {
  if (node instanceof Y.XmlText) return [inline(node)];
  const lead = blank_lines(attribute(node, "lead"));
  const marker = attribute(node, "marker") || usual;
  const inside = () => run(children(node), doc);
  switch (node.nodeName) {
    case "heading":
    case "paragraph":
      return [...lead, ...(marker + words(node)).split("\n")];
    case "codeBlock":
      return [...lead, ...words(node).split("\n")];
    case "bulletList":
    case "orderedList":
      return [...lead, ...list(node, doc)];
    case "listItem": {
      const [first = "", ...rest] = inside();
      return [...lead, marker + first, ...rest];
    }
    case "tableRow":
      return [...lead, children(node).map((cell) => cell_text(cell, doc)).join("\t")];
    case "hypothesis":
      return [...lead, ...hypothesis(node, doc, marker)];
    case "assumptionList": {
      const label = attribute(node, "label") || kind_label.get(attribute(node, "kind") || "assumption") || "";
      return [...lead, ...labelled(node, doc, marker, attribute(node, "form") || "**L**: S", label)];
    }
    case "scenario": {
      const label = attribute(node, "label") || case_label.get(attribute(node, "case") || "likely") || "";
      return [...lead, ...labelled(node, doc, marker, attribute(node, "form") || "L: S", label)];
    }
    case "tagList":
      return [...lead, attribute(node, "marker") + tag_line(doc)];
    default:
      return [...lead, ...inside()];
  }
}

function list(node: Y.XmlElement, doc: Y.Doc): string[] {
  const start = Number(wordOf(node.getAttribute("start")) ?? 1) || 1;
  const usual = (at: number) => (node.nodeName === "orderedList" ? `${start + at}. ` : "- ");
  return children(node).flatMap((item, at) => block(item, doc, usual(at)));
}

function cell_text(cell: Node, doc: Y.Doc): string {
  return cell instanceof Y.XmlText ? inline(cell) : run(children(cell), doc).join(" ");
}

function hypothesis(node: Y.XmlElement, doc: Y.Doc, marker: string): string[] {
  const [title, statement, ...rest] = children(node);
  const line = fill(attribute(node, "form") || "**T**: S", { T: title ? words(title) : "", S: statement ? words(statement) : "" });
  return [marker + line, ...run(rest, doc)];
}

function labelled(node: Y.XmlElement, doc: Y.Doc, marker: string, form: string, label: string): string[] {
  const [first, ...rest] = children(node);
  const line = fill(form, { L: label, P: attribute(node, "likelihood"), S: first ? words(first) : "" });
  return [marker + line, ...run(rest, doc)];
}

// Each letter once. A likelihood that the form has no place for follows the label; nothing to say leaves no space at the end.
function fill(form: string, values: { [letter: string]: string }): string {
  const left = { ...values };
  const likelihood = left["P"] && !form.includes("P") ? ` (${left["P"]})` : "";
  const filled = form.replace(/[LTSP]/g, (letter) => {
    const value = left[letter];
    delete left[letter];
    return value === undefined ? letter : letter === "L" ? value + likelihood : value;
  });
  return filled.replace(" ()", "").replace(/[ \t]+$/, "");
}

function tag_line(doc: Y.Doc): string {
  const order = (value: unknown) => (value instanceof Y.Map && typeof value.get("order") === "number" ? (value.get("order") as number) : 0);
  const tags = [...doc.getMap("tags").entries()];
  return tags
    .sort((a, b) => order(a[1]) - order(b[1]))
    .map(([tag]) => tag)
    .join(", ");
}

function words(node: Node): string {
  if (node instanceof Y.XmlText) return inline(node);
  switch (node.nodeName) {
    case "hardBreak":
      return "\n";
    case "confidence": {
      const level = attribute(node, "level") || "moderate";
      return attribute(node, "label") || level.charAt(0).toUpperCase() + level.slice(1);
    }
    case "entityMention":
      return attribute(node, "label");
    default:
      return children(node).map(words).join("");
  }
}

// Bold words are written **so**; runs that follow one another are one run.
function inline(text: Y.XmlText): string {
  const runs = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  const marked = runs.map((run) => {
    const said = typeof run.insert === "string" ? run.insert : "";
    return run.attributes && "bold" in run.attributes ? `**${said}**` : said;
  });
  return marked.join("").replaceAll("****", "");
}

function children(node: Y.XmlFragment | Node): Node[] {
  if (node instanceof Y.XmlText) return [];
  return node.toArray().filter((child): child is Node => child instanceof Y.XmlElement || child instanceof Y.XmlText);
}

function attribute(node: Y.XmlElement, name: string): string {
  return text_of(node.getAttribute(name));
}

function text_of(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function blank_lines(lead: string): string[] {
  return lead === "" ? [] : lead.split(/\r\n|\r|\n/).slice(0, -1);
}
