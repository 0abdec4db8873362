// The list as last seen, so that it can be shown at once and offline.

import type { Row } from "../wire/api";

const stored_key = "assay.list";

export function keptRows(): readonly Row[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(stored_key) ?? "null");
    return Array.isArray(kept) ? (kept as Row[]) : null;
  } catch {
    return null;
  }
}

export function keepRows(rows: readonly Row[]): void {
  try {
    localStorage.setItem(stored_key, JSON.stringify(rows));
  } catch {
    forgetRows();
  }
}

export function forgetRows(): void {
  try {
    localStorage.removeItem(stored_key);
  } catch {
    // Nothing was kept.
  }
}
