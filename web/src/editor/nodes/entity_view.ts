// A mention keeps the words as written; the index entry behind it says who is meant. A click shows the entry, and lets a writer
// correct it.

import type { Node } from "@tiptap/pm/model";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import type * as Y from "yjs";
import { floatingHome, place } from "../floating";
import { mentionLabel } from "../schema/attributes";
import { changeEntity, entity_types, entityOf, type Entity } from "../shared_maps";
import { t } from "../words";

export class EntityMentionView implements NodeView {
  readonly dom = document.createElement("span");
  private readonly stop_: () => void;

  constructor(private node_: Node, private readonly view_: EditorView, private readonly doc_: Y.Doc) {
    this.dom.dataset["node"] = "entityMention";
    this.dom.tabIndex = 0;
    this.dom.setAttribute("role", "button");
    this.dom.addEventListener("click", () => this.open_());
    this.dom.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.open_();
    });
    const draw = (): void => this.draw_();
    const entities = doc_.getMap("entities");
    entities.observeDeep(draw);
    this.stop_ = () => entities.unobserveDeep(draw);
    draw();
  }

  update(node: Node): boolean {
    if (node.type !== this.node_.type) return false;
    this.node_ = node;
    this.draw_();
    return true;
  }

  destroy(): void {
    this.stop_();
  }

  stopEvent(event: Event): boolean {
    return event.type === "keydown";
  }

  ignoreMutation(): boolean {
    return true;
  }

  private draw_(): void {
    const entity = entityOf(this.doc_, this.node_.attrs["id"]);
    this.dom.className = entity ? `entity entity-${entity.type}` : "entity entity-gone";
    this.dom.textContent = mentionLabel(this.node_) || entity?.name || "?";
    this.dom.title = entity ? `${entity.name} · ${t(`entity.${entity.type}`)}` : t("entity.gone");
  }

  private open_(): void {
    const entity = entityOf(this.doc_, this.node_.attrs["id"]);
    if (entity) openCard(this.dom, entity, this.view_.editable ? this.doc_ : null, () => this.view_.focus());
  }
}

let open_card: (() => void) | null = null;

function openCard(at: HTMLElement, entity: Entity, doc: Y.Doc | null, leave: () => void): void {
  open_card?.();
  const card = document.createElement("div");
  const form = document.createElement("form");
  card.append(form);
  card.className = "entity-card";
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", t("entity.card"));
  const name = field(form, t("entity.name"), document.createElement("input"), entity.name);
  const type = field(form, t("entity.type"), typeChoice(), entity.type);
  const aliases = field(form, t("entity.aliases"), document.createElement("input"), entity.aliases.join(", "));
  const note = field(form, t("entity.note"), document.createElement("textarea"), entity.note);
  for (const input of [name, type, aliases, note]) input.disabled = doc === null;

  const save = (): void => {
    if (!doc) return;
    const split = aliases.value.split(",").map((alias) => alias.trim()).filter(Boolean);
    const change: Partial<Omit<Entity, "id">> = {};
    if (name.value.trim() && name.value.trim() !== entity.name) change.name = name.value.trim();
    if (type.value !== entity.type) change.type = type.value as Entity["type"];
    if (note.value !== entity.note) change.note = note.value;
    if (split.join("\n") !== entity.aliases.join("\n")) change.aliases = split;
    if (Object.keys(change).length > 0) changeEntity(doc, entity.id, change);
  };
  const close = (): void => {
    document.removeEventListener("pointerdown", outside, true);
    open_card = null;
    save();
    card.remove();
  };
  const outside = (event: PointerEvent): void => {
    if (!(event.target instanceof globalThis.Node) || !card.contains(event.target)) close();
  };
  const done = document.createElement("button");
  done.className = "button";
  done.textContent = t("entity.close");
  form.append(done);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    leave();
  });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    leave();
  });
  floatingHome().append(card);
  place(card, at.getBoundingClientRect());
  document.addEventListener("pointerdown", outside, true);
  open_card = close;
  (doc ? name : done).focus();
}

function field<T extends HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(
  form: HTMLElement, label: string, input: T, value: string,
): T {
  const line = document.createElement("label");
  const words = document.createElement("span");
  words.textContent = label;
  input.value = value;
  line.append(words, input);
  form.append(line);
  return input;
}

function typeChoice(): HTMLSelectElement {
  const choice = document.createElement("select");
  for (const type of entity_types) {
    const option = document.createElement("option");
    option.value = type;
    option.textContent = t(`entity.${type}`);
    choice.append(option);
  }
  return choice;
}
