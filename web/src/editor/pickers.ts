// The menus that open while one types: `/` blocks at a line's start, `@` entities, `#` tags. The caret stays in the text; the menu
// is a listbox that the text names as its active descendant.

import { Extension, type Editor } from "@tiptap/core";
import { Plugin, PluginKey, type EditorState } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { floatingHome, place } from "./floating";

export interface Pick {
  label: string;
  note?: string;
  run(editor: Editor): void;
}

export interface Picker {
  name: string;
  label(): string;
  // Matched against the words from the line's start to the caret; the first group is what was typed after the sign.
  pattern: RegExp;
  // Stands right before the query; both go when something is picked.
  sign: string;
  picks(query: string): Pick[];
  none(): string | null;
}

interface Open {
  picker: Picker;
  from: number;
  to: number;
  query: string;
  chosen: number;
}

interface PickerState {
  open: Open | null;
  // Where a sign stands whose menu was closed with Esc: it stays closed there.
  closed_at: number | null;
}

const key = new PluginKey<PickerState>("pickers");

function match(state: EditorState, pickers: readonly Picker[]): Omit<Open, "chosen"> | null {
  const { $from, empty } = state.selection;
  if (!empty || !$from.parent.isTextblock || $from.parent.type.spec.code) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, "\ufffc");
  for (const picker of pickers) {
    const found = picker.pattern.exec(before);
    if (!found) continue;
    const query = found[1] ?? "";
    return { picker, query, from: $from.pos - query.length - picker.sign.length, to: $from.pos };
  }
  return null;
}

export function pickersExtension(pickers: readonly Picker[]) {
  return Extension.create({
    name: "pickers",
    priority: 1200,
    addProseMirrorPlugins() {
      return [pickersPlugin(this.editor, pickers)];
    },
  });
}

function pickersPlugin(editor: Editor, pickers: readonly Picker[]): Plugin<PickerState> {
  const take = (open: Open, index: number): boolean => {
    const pick = open.picker.picks(open.query)[index];
    if (!pick) return false;
    editor.chain().focus().deleteRange({ from: open.from, to: open.to }).run();
    pick.run(editor);
    return true;
  };
  return new Plugin<PickerState>({
    key,
    state: {
      init: (): PickerState => ({ open: null, closed_at: null }),
      apply(transaction, value, _before, state): PickerState {
        const meta = transaction.getMeta(key) as { close?: true; chosen?: number } | undefined;
        if (meta?.close) return { open: null, closed_at: value.open?.from ?? null };
        if (meta?.chosen !== undefined && value.open) return { ...value, open: { ...value.open, chosen: meta.chosen } };
        if (!transaction.docChanged && !transaction.selectionSet) return value;
        const found = match(state, pickers);
        const closed_at = value.closed_at === null ? null : transaction.mapping.map(value.closed_at);
        if (!found) return { open: null, closed_at: null };
        if (found.from === closed_at) return { open: null, closed_at };
        // It opens by typing, not by going to where a sign stands.
        if (!value.open && !transaction.docChanged) return { open: null, closed_at };
        const same = value.open?.picker === found.picker && value.open.query === found.query;
        return { open: { ...found, chosen: same ? value.open!.chosen : 0 }, closed_at: null };
      },
    },
    props: {
      handleKeyDown(view, event) {
        const open = key.getState(view.state)?.open;
        if (!open) return false;
        const count = open.picker.picks(open.query).length;
        const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        if (step !== 0 && count > 0) {
          view.dispatch(view.state.tr.setMeta(key, { chosen: (open.chosen + step + count) % count }));
          return true;
        }
        if (event.key === "Escape") {
          view.dispatch(view.state.tr.setMeta(key, { close: true }));
          return true;
        }
        return (event.key === "Enter" || event.key === "Tab") && !event.shiftKey && take(open, open.chosen);
      },
      handleDOMEvents: {
        blur: (view) => {
          if (key.getState(view.state)?.open) view.dispatch(view.state.tr.setMeta(key, { close: true }));
          return false;
        },
      },
    },
    view: (view) => new PickerList(view, (open, index) => take(open, index)),
  });
}

class PickerList {
  private readonly list_ = document.createElement("div");
  private shown_: { picker: Picker; query: string } | null = null;

  constructor(
    private readonly view_: EditorView,
    private readonly take_: (open: Open, index: number) => void,
  ) {
    this.list_.className = "text-menu picker";
    this.list_.id = "picker";
    this.list_.setAttribute("role", "listbox");
  }

  update(view: EditorView): void {
    const open = key.getState(view.state)?.open;
    const picks = open?.picker.picks(open.query) ?? [];
    const none = open?.picker.none() ?? null;
    if (!open || !view.editable || (picks.length === 0 && none === null)) return this.hide_();
    if (this.shown_?.picker !== open.picker || this.shown_.query !== open.query) this.draw_(open, picks, none);
    [...this.list_.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === open.chosen));
      if (index === open.chosen) item.scrollIntoView({ block: "nearest" });
    });
    if (picks.length > 0) view.dom.setAttribute("aria-activedescendant", `pick-${open.chosen}`);
    place(this.list_, view.coordsAtPos(open.from));
  }

  destroy(): void {
    this.hide_();
  }

  private draw_(open: Open, picks: readonly Pick[], none: string | null): void {
    this.shown_ = { picker: open.picker, query: open.query };
    this.list_.setAttribute("aria-label", open.picker.label());
    this.list_.replaceChildren(...picks.map((pick, index) => this.item_(open, pick, index)));
    if (picks.length === 0 && none !== null) {
      const empty = document.createElement("div");
      empty.className = "text-menu-none";
      empty.textContent = none;
      this.list_.append(empty);
    }
    if (!this.list_.isConnected) floatingHome().append(this.list_);
    this.view_.dom.setAttribute("aria-controls", this.list_.id);
  }

  private item_(open: Open, pick: Pick, index: number): HTMLElement {
    const item = document.createElement("div");
    item.className = "text-menu-item";
    item.id = `pick-${index}`;
    item.setAttribute("role", "option");
    const label = document.createElement("span");
    label.textContent = pick.label;
    item.append(label);
    if (pick.note) {
      const note = document.createElement("span");
      note.className = "text-menu-note";
      note.textContent = pick.note;
      item.append(note);
    }
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.take_(open, index);
    });
    return item;
  }

  private hide_(): void {
    this.shown_ = null;
    this.list_.remove();
    this.view_.dom.removeAttribute("aria-activedescendant");
    this.view_.dom.removeAttribute("aria-controls");
  }
}
