// Who else is here, as far as their pages say so. Anybody with a link to the report, a viewer too, says what they like in their
// awareness state: it is read once, where it comes in, into a `Peer`, which cannot be wrong. Nobody sees it as it was said, the
// editor's carets least of all: they would throw, for everybody.

import { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { colourOf } from "../account/identity";
import type { Person } from "./report_session";

// As Yjs writes a relative position; at least one of item, type and tname is there.
export interface TextPosition {
  item: { client: number; clock: number } | null;
  type: { client: number; clock: number } | null;
  tname: string | null;
  assoc: number;
}

// A type, not an interface: Awareness wants an object of any members.
export type Peer = {
  // Null: somebody without a name, who is not shown and has no caret.
  user: Person | null;
  cursor: { anchor: TextPosition; head: TextPosition } | null;
  // The id of the section that the caret is in.
  section: string | null;
  view: string | null;
};

// The root that carets stand in.
const text_root = "default";
const id_max = 256;
const name_max = 100;
const colour_form = /^#[0-9a-f]{6}$/i;

type Said = Readonly<Record<string, unknown>>;

const said = (value: unknown): Said => (typeof value === "object" && value !== null ? (value as Said) : {});
const short = (value: unknown): string | null => (typeof value === "string" && value !== "" && value.length <= id_max ? value : null);
const count = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

export function readPeer(state: unknown): Peer {
  const { user, cursor, section, view } = said(state);
  const person = readPerson(user);
  const { anchor, head } = said(cursor);
  const from = readPosition(anchor);
  const to = readPosition(head);
  return {
    user: person,
    cursor: person && from && to ? { anchor: from, head: to } : null,
    section: short(section),
    view: short(view),
  };
}

function readPerson(value: unknown): Person | null {
  const { id, name, color } = said(value);
  const known = short(id);
  if (known === null || typeof name !== "string") return null;
  return { id: known, name: name.slice(0, name_max), color: typeof color === "string" && colour_form.test(color) ? color : colourOf(known) };
}

function readPosition(value: unknown): TextPosition | null {
  const { item, type, tname, assoc } = said(value);
  const position = { item: readId(item), type: readId(type), tname: tname === text_root ? text_root : null, assoc: typeof assoc === "number" && assoc < 0 ? -1 : 0 };
  // A part that is there and no part of a position spoils the rest: the caret would stand somewhere else.
  const spoiled = (item != null && !position.item) || (type != null && !position.type) || (tname != null && !position.tname);
  return spoiled || !(position.item || position.type || position.tname) ? null : position;
}

function readId(value: unknown): { client: number; clock: number } | null {
  const { client, clock } = said(value);
  return count(client) && count(clock) ? { client, clock } : null;
}

// What came in is read on its way in.
class PeerStates extends Map<number, Peer> {
  override set(client: number, state: unknown): this {
    return super.set(client, readPeer(state));
  }
}

// Awareness whose states are all of them Peers, one's own too.
export class Peers extends Awareness {
  declare states: Map<number, Peer>;

  constructor(doc: Y.Doc) {
    super(doc);
    const own = this.states;
    this.states = new PeerStates();
    for (const [client, state] of own) this.states.set(client, state);
  }

  override getStates(): Map<number, Peer> {
    return this.states;
  }

  override getLocalState(): Peer | null {
    return this.states.get(this.clientID) ?? null;
  }

  // Everybody but this page itself.
  others(): [client: number, peer: Peer][] {
    return [...this.states].filter(([client]) => client !== this.clientID);
  }
}
