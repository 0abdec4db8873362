// Every word on screen comes from a table: `const t = phrases(en, de)`, then `t("key", {n: 3})`.
// A phrase is a string with {names}, or its plural forms, chosen by `n` as the language counts.

import { signal } from "@preact/signals";

export type Language = "en" | "de";
export type Phrase = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type PhraseTable = Readonly<Record<string, Phrase>>;
type Values = Readonly<Record<string, string | number>>;

const stored_key = "assay.language";

function first_language(): Language {
  const stored = read_stored();
  if (stored) return stored;
  const wanted = typeof navigator === "undefined" ? ["en"] : navigator.languages;
  for (const tag of wanted) {
    if (tag.startsWith("de")) return "de";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}

function read_stored(): Language | null {
  try {
    const stored = localStorage.getItem(stored_key);
    return stored === "en" || stored === "de" ? stored : null;
  } catch {
    return null;
  }
}

export const language = signal<Language>(first_language());

export function chooseLanguage(next: Language): void {
  language.value = next;
  if (typeof document !== "undefined") document.documentElement.lang = next;
  try {
    localStorage.setItem(stored_key, next);
  } catch {
    // Without a store the choice lasts as long as the page.
  }
}

const plural_rules = { en: new Intl.PluralRules("en"), de: new Intl.PluralRules("de") };

// Reading `language` inside makes every component that shows a phrase follow a change of language.
export function phrases<T extends PhraseTable>(en: T, de: { readonly [K in keyof T]: Phrase }) {
  return (key: keyof T & string, values: Values = {}): string => {
    const chosen = language.value;
    const phrase: Phrase = (chosen === "de" ? de : en)[key] as Phrase;
    const text = typeof phrase === "string" ? phrase : plural(chosen, phrase, Number(values["n"] ?? 0));
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === "number" ? number(value) : value;
    });
  };
}

function plural(chosen: Language, forms: Exclude<Phrase, string>, n: number): string {
  return forms[plural_rules[chosen].select(n)] ?? forms.other;
}

export function number(value: number): string {
  return value.toLocaleString(language.value);
}
