import { afterEach, describe, expect, it } from "vitest";
import { ago } from "./dates";
import { language, phrases } from "./phrases";

const t = phrases(
  { plain: "Hello {name}", many: { one: "{n} report", other: "{n} reports" } },
  { plain: "Hallo {name}", many: { one: "{n} Bericht", other: "{n} Berichte" } },
);

afterEach(() => {
  language.value = "en";
});

describe("phrases", () => {
  it.each([
    { tongue: "en", key: "plain", values: { name: "Dana" }, text: "Hello Dana" },
    { tongue: "en", key: "many", values: { n: 1 }, text: "1 report" },
    { tongue: "en", key: "many", values: { n: 0 }, text: "0 reports" },
    { tongue: "en", key: "many", values: { n: 1200 }, text: "1,200 reports" },
    { tongue: "de", key: "many", values: { n: 1200 }, text: "1.200 Berichte" },
    { tongue: "de", key: "plain", values: {}, text: "Hallo {name}" },
  ] as const)("$tongue $text", ({ tongue, key, values, text }) => {
    language.value = tongue;
    expect(t(key, values)).toBe(text);
  });
});

describe("ago", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  it.each([
    { seconds: -5, text: null },
    { seconds: 59, text: null },
    { seconds: 12 * 60, text: "12 min. ago" },
    { seconds: 3 * 3600, text: "3 hr. ago" },
    { seconds: 24 * 3600, text: "yesterday" },
    { seconds: 40 * 86400, text: "Oct 14, 2026" },
  ])("$seconds s", ({ seconds, text }) => {
    expect(ago(now - seconds * 1000, now)).toBe(text);
  });
});
