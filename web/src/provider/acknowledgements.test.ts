import { createEncoder, toUint8Array, writeVarInt, writeVarString, writeVarUint, writeVarUint8Array, type Encoder } from "lib0/encoding";
import { describe, expect, it } from "vitest";
import { Acknowledgements } from "./acknowledgements";

function message(name: string, type: number, body: (encoder: Encoder) => void = () => undefined): Uint8Array {
  const encoder = createEncoder();
  writeVarString(encoder, name);
  writeVarUint(encoder, type);
  body(encoder);
  return toUint8Array(encoder);
}

const sync = (name: string, step: number, type = 0) =>
  message(name, type, (encoder) => {
    writeVarUint(encoder, step);
    writeVarUint8Array(encoder, new Uint8Array([0, 0]));
  });
const status = (name: string, value: number) => message(name, 8, (encoder) => writeVarInt(encoder, value));
const step_1 = 0;
const step_2 = 1;
const update = 2;

function handshake(ledger: Acknowledgements, name: string) {
  ledger.sent(sync(name, step_1), 1);
  ledger.received(sync(name, step_2), 2);
  ledger.received(sync(name, step_1), 2);
  ledger.sent(sync(name, step_2, 4), 3);
}

describe("Acknowledgements", () => {
  it("is level only when both sides have told what they hold", () => {
    const ledger = new Acknowledgements(["a"]);
    ledger.sent(sync("a", step_1), 1);
    expect(ledger.of("a")).toMatchObject({ level: false, unanswered: [] });
    ledger.received(sync("a", step_2), 2);
    expect(ledger.of("a").level).toBe(false);
    ledger.sent(sync("a", step_2, 4), 3);
    expect(ledger.of("a")).toMatchObject({ level: true, unanswered: [3] });
    expect(ledger.received(status("a", 1), 4)).toEqual({ name: "a", what: "stored" });
    expect(ledger.of("a")).toEqual({ level: true, unanswered: [], last_stored: 4 });
  });

  it("does not take the answer to one sync step for that to a later one", () => {
    const ledger = new Acknowledgements(["a"]);
    ledger.sent(sync("a", step_1), 1);
    ledger.sent(sync("a", step_1), 2);
    expect(ledger.received(sync("a", step_2), 3)).toEqual({ name: "a", what: "other" });
    expect(ledger.received(sync("a", step_2), 4)).toEqual({ name: "a", what: "answer" });
    ledger.sent(sync("a", step_1), 5);
    ledger.opened();
    ledger.sent(sync("a", step_1), 6);
    expect(ledger.received(sync("a", step_2), 7)).toEqual({ name: "a", what: "answer" });
  });

  it("does not take the answer to one update for the answer to all, whatever sync begins between", () => {
    const ledger = new Acknowledgements(["a"]);
    handshake(ledger, "a");
    ledger.received(status("a", 1), 4);
    ledger.sent(sync("a", update), 5);
    ledger.sent(sync("a", update), 6);
    ledger.sent(sync("a", step_1), 7);
    ledger.received(status("a", 1), 8);
    expect(ledger.of("a").unanswered).toEqual([6]);
  });

  it("keeps the documents of one socket apart, with and without a session in the key", () => {
    const ledger = new Acknowledgements(["a", "a~comments"]);
    ledger.sent(sync("a~comments\0s1", update), 5);
    expect(ledger.of("a").unanswered).toEqual([]);
    expect(ledger.of("a~comments").unanswered).toEqual([5]);
    ledger.received(status("a~comments\0s1", 0), 6);
    expect(ledger.of("a~comments")).toMatchObject({ unanswered: [], last_stored: null });
  });

  it("tells a refusal from an acknowledgement", () => {
    const ledger = new Acknowledgements(["a"]);
    ledger.sent(sync("a", update), 5);
    expect(ledger.received(status("a", 0), 6)).toEqual({ name: "a", what: "refused" });
  });

  it("forgets what was under way when a connection begins: the handshake tells it again", () => {
    const ledger = new Acknowledgements(["a"]);
    handshake(ledger, "a");
    ledger.sent(sync("a", update), 5);
    ledger.opened();
    expect(ledger.of("a")).toMatchObject({ level: false, unanswered: [] });
  });

  it.each([
    { name: "awareness", bytes: message("a", 1, (encoder) => writeVarUint8Array(encoder, new Uint8Array())) },
    { name: "ping", bytes: new Uint8Array([9]) },
    { name: "nothing", bytes: new Uint8Array() },
    { name: "a name cut short", bytes: new Uint8Array([200, 65]) },
    { name: "another document", bytes: sync("b", update) },
  ])("counts nothing for $name", ({ bytes }) => {
    const ledger = new Acknowledgements(["a"]);
    ledger.sent(bytes, 1);
    ledger.received(bytes, 1);
    expect(ledger.of("a")).toEqual({ level: false, unanswered: [], last_stored: null });
  });
});
