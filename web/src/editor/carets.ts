// Others' carets and selections. The name stands above a caret for a while after it moved, then only the caret remains.

import type { Plugin } from "@tiptap/pm/state";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { Peers } from "../provider/peers";
import type { Person } from "../provider/report_session";

const name_shown_ms = 3000;

interface Shown {
  cursor: string;
  moved_at: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

// By the style sheet's own means, which take a value and never a further declaration. Answers with the whole of the style.
function colour(element: HTMLElement, { color }: Person): string {
  element.style.setProperty("--person", color);
  return element.style.cssText;
}

export function caretsPlugin(awareness: Peers): Plugin {
  const shown = new Map<number, Shown>();

  const note = ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }): void => {
    for (const client of removed) {
      clearTimeout(shown.get(client)?.timer);
      shown.delete(client);
    }
    for (const client of [...added, ...updated]) {
      const cursor = JSON.stringify(awareness.getStates().get(client)?.cursor ?? null);
      const last = shown.get(client);
      if (last?.cursor === cursor) continue;
      clearTimeout(last?.timer);
      const timer = setTimeout(() => {
        for (const caret of carets(client)) caret.classList.remove("caret-named");
      }, name_shown_ms);
      shown.set(client, { cursor, moved_at: Date.now(), timer });
      for (const caret of carets(client)) caret.classList.add("caret-named");
    }
  };
  const carets = (client: number): NodeListOf<Element> => document.querySelectorAll(`.caret[data-client="${client}"]`);

  const plugin = yCursorPlugin(awareness, {
    cursorBuilder: (user: Person, client: number) => {
      const caret = document.createElement("span");
      caret.className = "caret";
      caret.dataset["client"] = String(client);
      caret.setAttribute("aria-hidden", "true");
      colour(caret, user);
      const name = document.createElement("span");
      name.className = "caret-name";
      name.textContent = user.name;
      // Word joiners keep the caret from breaking a line, and the browser's own caret from being drawn inside it.
      caret.append("\u2060", name, "\u2060");
      if (Date.now() - (shown.get(client)?.moved_at ?? 0) < name_shown_ms) caret.classList.add("caret-named");
      return caret;
    },
    selectionBuilder: (user: Person) => ({ class: "others-selection", style: colour(document.createElement("span"), user) }),
  } as never) as Plugin;

  const view = plugin.spec.view;
  plugin.spec.view = (editor_view) => {
    awareness.on("change", note);
    const drawn = view?.(editor_view);
    return {
      ...drawn,
      destroy: () => {
        awareness.off("change", note);
        for (const { timer } of shown.values()) clearTimeout(timer);
        drawn?.destroy?.();
      },
    };
  };
  return plugin;
}
