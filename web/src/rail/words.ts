import { phrases } from "../words/phrases";

const en = {
  "rail.label": "Beside the text",
  "rail.close": "Close",
  "tab.comments": "Comments",
  "tab.findings": "Findings",
  "tab.ach": "ACH",
  "count.comments": { one: "{n} open thread", other: "{n} open threads" },
  "count.findings": { one: "{n} finding", other: "{n} findings" },
  "count.errors": { one: "{n} error", other: "{n} errors" },
  "count.warnings": { one: "{n} warning", other: "{n} warnings" },
  "severity.error": "Error",
  "severity.warning": "Warning",
  "severity.hint": "Hint",
  "voice.here": "{severity}: {message}",
  "voice.more": { one: "{said} And {n} more here.", other: "{said} And {n} more here." },
  "voice.none": "No findings in the text",
};

const de: { [K in keyof typeof en]: string | { other: string; one?: string } } = {
  "rail.label": "Neben dem Text",
  "rail.close": "Schließen",
  "tab.comments": "Kommentare",
  "tab.findings": "Befunde",
  "tab.ach": "ACH",
  "count.comments": { one: "{n} offener Kommentar", other: "{n} offene Kommentare" },
  "count.findings": { one: "{n} Befund", other: "{n} Befunde" },
  "count.errors": { one: "{n} Fehler", other: "{n} Fehler" },
  "count.warnings": { one: "{n} Warnung", other: "{n} Warnungen" },
  "severity.error": "Fehler",
  "severity.warning": "Warnung",
  "severity.hint": "Hinweis",
  "voice.here": "{severity}: {message}",
  "voice.more": { one: "{said} Und {n} weiterer hier.", other: "{said} Und {n} weitere hier." },
  "voice.none": "Keine Befunde im Text",
};

export const t = phrases(en, de);
