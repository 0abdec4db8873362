// What the page may say about saving. "Saved" only ever means: the server holds all of it on stable storage.

export type SaveState =
  | { kind: "saved"; at: number | null }
  | { kind: "saving"; waiting: number }
  | { kind: "not_saved_yet"; waiting: number; storage: boolean }
  | { kind: "offline_device"; waiting: number }
  | { kind: "offline_tab"; waiting: number }
  | { kind: "read_only"; why: "viewer" | "reviewer" | "locked" }
  | { kind: "refused"; reason: string };
