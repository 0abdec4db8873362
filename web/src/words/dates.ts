// Times as people say them, in the language of the page.

import { language } from "./phrases";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

// "12 min. ago", "yesterday"; over a month the date. `now` and `then` in Unix ms; null for less than a minute.
export function ago(then: number, now: number): string | null {
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < minute) return null;
  const format = new Intl.RelativeTimeFormat(language.value, { style: "short", numeric: "auto" });
  if (seconds < hour) return format.format(-Math.floor(seconds / minute), "minute");
  if (seconds < day) return format.format(-Math.floor(seconds / hour), "hour");
  if (seconds < 31 * day) return format.format(-Math.floor(seconds / day), "day");
  return new Date(then).toLocaleDateString(language.value, { dateStyle: "medium" });
}

export function clockTime(then: number): string {
  return new Date(then).toLocaleTimeString(language.value, { timeStyle: "medium" });
}

export function fullTime(then: number): string {
  return new Date(then).toLocaleString(language.value, { dateStyle: "full", timeStyle: "short" });
}
