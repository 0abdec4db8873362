// A report's plain text from its shared document, as docs/schema.md gives each node: what a person copies, or keeps as a draft,
// when the server cannot or will not take it.

import * as Y from "yjs";

type Node = Y.XmlElement | Y.XmlText;
interface Source {
  eol?: unknown;
  finalNewline?: unknown;
  header?: unknown;
}

const case_label: Record<string, string> = { best: "Best Case", worst: "Worst Case", likely: "Most Likely" };
const kind_label: Record<string, string> = { assumption: "Assumptions", redFlag: "Red Flags", blindSpot: "Blind Spots" };

export function plainText(doc: Y.Doc): string {
  const meta = doc.getMap("meta");
  const source = (meta.get("source") ?? {}) as Source;
  const eol = typeof source.eol === "string" && /^\r?\n$|^\r$/.test(source.eol) ? source.eol : "\n";
  const lines = header(meta, source);
  for (const child of children(doc.getXmlFragment("default"))) lines.push(...block(child, doc));
  return lines.join(eol) + (source.finalNewline === true ? eol : "");
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

// The lines of one block. Blank lines that stood before it come first.
function block(node: Node, doc: Y.Doc): string[] {
  if (node instanceof Y.XmlText) return [inline(node)];
  const lead = blank_lines(attribute(node, "lead"));
  const marker = attribute(node, "marker");
  const inside = () => children(node).flatMap((child) => block(child, doc));
  switch (node.nodeName) {
    case "heading":
    case "paragraph":
      return [...lead, ...(marker + words(node)).split("\n")];
    case "codeBlock":
      return [...lead, ...words(node).split("\n")];
    case "listItem": {
      const [first = "", ...rest] = inside();
      return [...lead, marker + first, ...rest];
    }
    case "tableRow":
      return [...lead, children(node).map((cell) => (cell instanceof Y.XmlText ? inline(cell) : children(cell).flatMap((child) => block(child, doc)).join(" "))).join("\t")];
    case "hypothesis":
      return [...lead, ...hypothesis(node, doc)];
    case "assumptionList":
      return [...lead, ...labelled(node, doc, attribute(node, "form") || "**L**: S", attribute(node, "label") || kind_label[attribute(node, "kind") || "assumption"] || "")];
    case "scenario":
      return [...lead, ...labelled(node, doc, attribute(node, "form") || "L: S", attribute(node, "label") || case_label[attribute(node, "case") || "likely"] || "")];
    case "tagList":
      return [...lead, tag_line(doc)];
    default:
      return [...lead, ...inside()];
  }
}

function hypothesis(node: Y.XmlElement, doc: Y.Doc): string[] {
  const [title, statement, ...rest] = children(node);
  const form = attribute(node, "form") || "**T**: S";
  const line = fill(form, { T: title ? words(title) : "", S: statement ? words(statement) : "" });
  return [attribute(node, "marker") + line, ...rest.flatMap((child) => block(child, doc))];
}

function labelled(node: Y.XmlElement, doc: Y.Doc, form: string, label: string): string[] {
  const [first, ...rest] = children(node);
  return [attribute(node, "marker") + fill(form, { L: label, S: first ? words(first) : "" }), ...rest.flatMap((child) => block(child, doc))];
}

function fill(form: string, values: Record<string, string>): string {
  return form.replace(/[LTS]/g, (letter) => values[letter] ?? letter);
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
