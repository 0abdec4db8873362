// Which rows fit what was typed above the list: every word somewhere in title, tags or owner, in any order and case.

import type { Row } from "../wire/api";

export function matching(rows: readonly Row[], typed: string): readonly Row[] {
  const words = folded(typed).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const hay = folded([row.title, ...row.tags, row.owner?.name ?? "", row.owner?.id ?? ""].join("\n"));
    return words.every((word) => hay.includes(word));
  });
}

// Without case and without accents, which not every keyboard has.
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
