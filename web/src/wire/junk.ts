// For tests: values of every JSON type, as somebody may write them who minds no rule. Nothing that reads what is shared may throw on
// any of them, wherever it stands.

import * as Y from "yjs";

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

export function junk(): unknown[] {
  return [
    null, true, false, 0, -1, 0.5, 1e300, -1e300, 2 ** 53, 8.64e15 + 1, "", "x", "red; position:fixed", "\u0000", "\ud800", "2025-99-99", "javascript:alert(1)", "__proto__", "constructor", "toString",
    "w ".repeat(20_000), [], [null], ["x", 1, {}], [[[]]], {}, { length: 3 }, { toString: 1 }, { toJSON: "x" }, { valueOf: null, toString: null }, { constructor: null },
    { __proto__: null, id: {}, client: "x", clock: {} }, JSON.parse('{"__proto__": {"id": "x"}, "hasOwnProperty": 1}'), deep(90),
  ];
}

// The same in a shared document, and every shared type beside it. Each is made anew: a type stands in one place.
export function sharedJunk(): (() => any)[] {
  return [
    ...junk().filter(isWritable).map((value) => () => value), () => undefined, () => new Uint8Array([1, 2]), () => 10n,
    () => new Y.Map(), () => new Y.Map([["id", {}], ["toString", 1], ["text", new Y.Array()]]), () => new Y.Array(), () => Y.Array.from([null, {}, new Y.Map()]),
    () => new Y.Text("words"), () => new Y.XmlText("words"), () => new Y.XmlElement("paragraph"), () => new Y.XmlFragment(),
  ];
}

// Inside a plain object no shared type can stand.
export const plain = (value: unknown): unknown => (value instanceof Y.AbstractType ? null : value);
// Nor these in a list.
export const listed = (value: any): any => (value === undefined || typeof value === "bigint" ? null : value);

// Yjs itself writes nothing whose constructor it does not know.
function isWritable(value: unknown): boolean {
  return value === null || [Object, Array, String, Number, Boolean].includes((value as object).constructor as never);
}
