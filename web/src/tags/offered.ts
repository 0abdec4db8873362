// Which suggestions are offered as tags: pure.

import type { Suggestion } from "../findings/finding";

// More would be a list to work through.
const offered_most = 8;

export interface Offered {
  tag: string;
  // Why; may be empty.
  why: string;
}

const folded = (tag: string): string => tag.normalize("NFC").toLocaleLowerCase();

// Of all plugins that suggest tags, the surest first, each tag once; none that the report has, or that was refused.
export function offered(suggestions: Iterable<readonly Suggestion[]>, tags: readonly string[], refused: ReadonlySet<string>): Offered[] {
  const known = new Set([...tags, ...refused].map(folded));
  const found: Offered[] = [];
  const all = [...suggestions].flat().filter(({ kind }) => kind === "tag").sort((a, b) => b.confidence - a.confidence);
  for (const { value, label } of all) {
    if (known.has(folded(value))) continue;
    known.add(folded(value));
    found.push({ tag: value, why: label });
  }
  return found.slice(0, offered_most);
}
