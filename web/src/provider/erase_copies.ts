// Every local copy's name begins so. Stands apart from the copies: signing out must not load the whole of Yjs.
export const prefix = "assay/";

// On signing out: the next person at this device finds no report of the last one.
export async function eraseAllCopies(): Promise<void> {
  try {
    const stores = await indexedDB.databases();
    for (const { name } of stores) if (name?.startsWith(prefix)) indexedDB.deleteDatabase(name);
  } catch {
    // A browser that cannot list its stores has a short life of them anyway (private windows).
  }
}
