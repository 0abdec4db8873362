// Light, dark, or as the system says: `data-theme` on the root element is always one of the two, so that a view needs one rule.

import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark" | "system";
const stored_key = "assay.theme";

function stored(): Theme {
  try {
    const value = localStorage.getItem(stored_key);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

export const theme = signal<Theme>(stored());

export function chooseTheme(next: Theme): void {
  theme.value = next;
  try {
    localStorage.setItem(stored_key, next);
  } catch {
    // Without a store the choice lasts as long as the page.
  }
}

export function followTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = theme.value === "system" ? (dark.matches ? "dark" : "light") : theme.value;
    document.documentElement.dataset["theme"] = chosen;
  };
  dark.addEventListener("change", show);
  effect(show);
}
