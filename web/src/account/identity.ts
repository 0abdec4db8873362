// Who this page speaks as. Under accounts the server says; without them the device keeps an id and a name of its own, for
// carets, comments and ratings.

import { signal } from "@preact/signals";
import type { Person } from "../provider/report_session";
import type { SignedIn } from "../wire/api";

const stored_key = "assay.identity";

// White letters stand on each of these with a contrast of at least 4.5.
const colours = ["#1f5fbf", "#b3261e", "#1b7340", "#8a4b00", "#7b3fb5", "#0f6f7c", "#b0246f", "#4a5c1a", "#5a5f6b", "#a23b00"] as const;

export function colourOf(id: string): string {
  let sum = 0;
  for (const unit of id) sum = (sum * 31 + (unit.codePointAt(0) ?? 0)) >>> 0;
  return colours[sum % colours.length] ?? colours[0];
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

interface Kept {
  id: string;
  name: string;
}

function read_kept(): Kept | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(stored_key) ?? "null");
    if (typeof kept !== "object" || kept === null || !("id" in kept) || !("name" in kept)) return null;
    return typeof kept.id === "string" && typeof kept.name === "string" ? { id: kept.id, name: kept.name } : null;
  } catch {
    return null;
  }
}

function keep(kept: Kept): Kept {
  try {
    localStorage.setItem(stored_key, JSON.stringify(kept));
  } catch {
    // Without a store the name lasts as long as the page.
  }
  return kept;
}

function new_identity(): Kept {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const id = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const number = 100 + (((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 900);
  return { id, name: `Analyst ${number}` };
}

export const signedIn = signal<SignedIn | null>(null);
const device = signal<Kept>(read_kept() ?? keep(new_identity()));

export const isAnonymous = () => signedIn.value?.auth === "none";

// Without accounts the server listens on this machine alone, and whoever sits at it administers it.
export const isAdmin = () => isAnonymous() || signedIn.value?.user?.admin === true;

// Null until somebody is signed in, or nobody needs to be.
export function me(): Person | null {
  const session = signedIn.value;
  if (!session) return null;
  if (session.auth === "accounts") {
    return session.user && { id: session.user.id, name: session.user.name, color: colourOf(session.user.id) };
  }
  return { ...device.value, color: colourOf(device.value.id) };
}

export function rename(name: string): void {
  const trimmed = name.trim().slice(0, 80);
  const before = device.peek();
  if (trimmed !== "") device.value = keep({ ...before, name: trimmed });
}
