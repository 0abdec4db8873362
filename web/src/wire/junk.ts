// For tests: values of every JSON type, as somebody may write them who minds no rule. Nothing that reads what is shared may throw on
// any of them, wherever it stands.

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

export function junk(): unknown[] {
  return [
    null, true, false, 0, -1, 0.5, 1e300, -1e300, 2 ** 53, 8.64e15 + 1, "", "x", "red; position:fixed", "\u0000", "\ud800", "2025-99-99", "javascript:alert(1)", "__proto__",
    "w ".repeat(20_000), [], [null], ["x", 1, {}], [[[]]], {}, { length: 3 }, { toString: 1 }, { toJSON: "x" }, { valueOf: null, toString: null }, { constructor: null },
    { __proto__: null, id: {}, client: "x", clock: {} }, JSON.parse('{"__proto__": {"id": "x"}, "hasOwnProperty": 1}'), deep(90),
  ];
}
