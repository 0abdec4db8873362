// Counts, on the wire itself, what the server has yet to acknowledge. The provider's own count starts anew with every sync it
// begins, while older updates may still be under way; "Saved" may not rest on that.
// The rule of the wire: each sync step 2 and each update gets exactly one sync status, in order, on its routing key.
// No clock and no socket inside: bytes and times come as arguments.

import { createDecoder, readVarInt, readVarString, readVarUint } from "lib0/decoding";

const message_sync = 0;
const message_sync_reply = 4;
const message_sync_status = 8;
const sync_step_1 = 0;
const sync_step_2 = 1;

export interface DocumentLedger {
  // Sent and not yet answered; the time each was sent, oldest first.
  unanswered: readonly number[];
  // The server's state arrived and ours went out, both on this connection: from here an empty ledger means that all is stored.
  level: boolean;
  last_stored: number | null;
}

interface Ledger {
  unanswered: number[];
  questions: number; // sync steps 1 sent and not yet answered
  heard: boolean;
  told: boolean;
  last_stored: number | null;
}

// "answer": to the last sync step 1 of ours. That of an earlier one was perhaps on its way already when the last one was sent.
export type Received = "stored" | "refused" | "answer" | "other";

export class Acknowledgements {
  private readonly ledgers_ = new Map<string, Ledger>();

  constructor(names: readonly string[]) {
    for (const name of names) this.ledgers_.set(name, { unanswered: [], questions: 0, heard: false, told: false, last_stored: null });
  }

  // A new connection: what was under way on the old one will be told again by the handshake.
  opened(): void {
    for (const ledger of this.ledgers_.values()) {
      ledger.unanswered = [];
      ledger.questions = 0;
      ledger.heard = false;
      ledger.told = false;
    }
  }

  // The document whose ledger grew, or null.
  sent(message: Uint8Array, now: number): string | null {
    const read = this.read_(message);
    if (!read || (read.type !== message_sync && read.type !== message_sync_reply)) return null;
    const step = readVarUint(read.decoder);
    if (step === sync_step_1) {
      ++read.ledger.questions;
      return null;
    }
    if (step === sync_step_2) read.ledger.told = true;
    read.ledger.unanswered.push(now);
    return read.name;
  }

  received(message: Uint8Array, now: number): { name: string; what: Received } | null {
    const read = this.read_(message);
    if (!read) return null;
    const { name, ledger, type, decoder } = read;
    if (type === message_sync || type === message_sync_reply) {
      if (readVarUint(decoder) !== sync_step_2) return { name, what: "other" };
      ledger.heard = true;
      ledger.questions = Math.max(0, ledger.questions - 1);
      return { name, what: ledger.questions === 0 ? "answer" : "other" };
    }
    if (type !== message_sync_status) return { name, what: "other" };
    ledger.unanswered.shift();
    if (readVarInt(decoder) !== 1) return { name, what: "refused" };
    ledger.last_stored = now;
    return { name, what: "stored" };
  }

  of(name: string): DocumentLedger {
    const ledger = this.ledgers_.get(name);
    if (!ledger) throw new Error(`no ledger for ${name}`);
    return {
      unanswered: ledger.unanswered,
      level: ledger.heard && ledger.told,
      last_stored: ledger.last_stored,
    };
  }

  // Messages of other documents, pings, and what cannot be read are none of our business: the provider judges them.
  private read_(message: Uint8Array) {
    try {
      const decoder = createDecoder(message);
      const name = readVarString(decoder).split("\0", 1)[0] ?? "";
      const ledger = this.ledgers_.get(name);
      return ledger ? { name, ledger, type: readVarUint(decoder), decoder } : null;
    } catch {
      return null;
    }
  }
}
