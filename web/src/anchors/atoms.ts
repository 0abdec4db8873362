// The words that stand for an inline atom, the same in the shared text and in the editor's.

export const text_blocks: ReadonlySet<string> = new Set(["paragraph", "heading", "codeBlock"]);

const confidence_words: ReadonlyMap<unknown, string> = new Map([["low", "Low"], ["moderate", "Moderate"], ["high", "High"]]);

export function atomText(name: string, attributes: Record<string, unknown>): string {
  const label = typeof attributes["label"] === "string" ? attributes["label"] : "";
  switch (name) {
    case "hardBreak":
      return "\n";
    case "confidence":
      return label || (confidence_words.get(attributes["level"]) ?? "Moderate");
    default:
      return label;
  }
}
