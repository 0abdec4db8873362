// How the list of reports is sorted: by one column, ties by the newest change, and always the same for the same rows.

import type { Row } from "../wire/api";

export type Column = "title" | "owner" | "people" | "threads" | "findings" | "changed";
export interface Order {
  by: Column;
  descending: boolean;
}

export const first_order: Order = { by: "changed", descending: true };

// A second press on the same column turns it round; words begin with A, numbers and times with the most.
export function pressed(order: Order, by: Column): Order {
  if (order.by === by) return { by, descending: !order.descending };
  return { by, descending: by !== "title" && by !== "owner" };
}

export function sorted(rows: readonly Row[], order: Order, language: string): Row[] {
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a, b, order.by, collator) || b.changed.localeCompare(a.changed) || a.id.localeCompare(b.id));
}

function compare(a: Row, b: Row, by: Column, collator: Intl.Collator): number {
  switch (by) {
    case "title":
      return collator.compare(a.title, b.title);
    case "owner":
      return collator.compare(a.owner?.name ?? "", b.owner?.name ?? "");
    case "people":
      return a.people.length - b.people.length;
    case "threads":
      return a.threads - b.threads;
    case "findings":
      return (a.findings?.errors ?? -1) - (b.findings?.errors ?? -1) || (a.findings?.warnings ?? -1) - (b.findings?.warnings ?? -1);
    case "changed":
      return a.changed < b.changed ? -1 : a.changed > b.changed ? 1 : 0;
  }
}
