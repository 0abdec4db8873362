// What this device keeps of reports begins with these names. Stands apart from what is kept: signing out must not load the whole
// of Yjs.

// Databases, one a document.
export const prefix = "assay/";
// In localStorage.
export const late_prefix = "assay.late/";
export const unsent_prefix = "assay.unsent/";
export const role_prefix = "assay.role/";

// On signing out: the next person at this device finds no report of the last one.
export async function eraseAllCopies(): Promise<void> {
  try {
    const kept = [late_prefix, unsent_prefix, role_prefix];
    for (const key of Object.keys(localStorage)) if (kept.some((start) => key.startsWith(start))) localStorage.removeItem(key);
    const stores = await indexedDB.databases();
    for (const { name } of stores) if (name?.startsWith(prefix)) indexedDB.deleteDatabase(name);
  } catch {
    // A browser that keeps nothing, or cannot list what it keeps, has a short life of it anyway (private windows).
  }
}
