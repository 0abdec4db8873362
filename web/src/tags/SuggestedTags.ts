// Tags that the checks suggest, as grey chips behind the report's own. One becomes a tag by a press of its +, never by itself; its ×
// tells the server that it is not wanted in this report.

import { effect, signal } from "@preact/signals";
import { addTag, tagsOf } from "../editor/shared_maps";
import { checksOf } from "../findings/checks";
import type { ReportSession } from "../provider/report_session";
import { say } from "../shell/Toasts";
import { ApiError } from "../wire/api";
import { refuseSuggestion } from "../wire/findings_api";
import { offered, type Offered } from "./offered";
import { t } from "./words";
import "./tags.css";

export class SuggestedTags {
  readonly dom = document.createElement("div");
  private readonly list_ = document.createElement("ul");
  private readonly refused_ = signal<ReadonlySet<string>>(new Set());
  private readonly tags_turn_ = signal(0);
  private readonly stops_: (() => void)[] = [];
  private shown_ = "";

  constructor(private readonly session_: ReportSession) {
    this.dom.className = "tags-suggested";
    this.list_.className = "tags";
    const label = document.createElement("span");
    label.className = "tags-suggested-label";
    label.setAttribute("aria-hidden", "true");
    this.dom.append(label, this.list_);
    const tags = session_.doc.getMap("tags");
    const changed = (): void => void (this.tags_turn_.value = this.tags_turn_.peek() + 1);
    tags.observe(changed);
    this.list_.addEventListener("keydown", (event) => this.pressed_(event));
    const checks = checksOf(session_);
    this.stops_.push(() => tags.unobserve(changed), effect(() => {
      void this.tags_turn_.value;
      label.textContent = t("suggested");
      this.list_.setAttribute("aria-label", t("suggested.label"));
      this.draw_(session_.writable.value ? offered(checks.suggestions.value.values(), tagsOf(session_.doc), this.refused_.value) : []);
    }));
  }

  destroy(): void {
    for (const stop of this.stops_) stop();
  }

  // What is there already is left as it is: a chip must not go from under a finger, or the focus with it.
  private draw_(found: readonly Offered[]): void {
    const now = JSON.stringify([t("suggested"), found]);
    if (now === this.shown_) return;
    this.shown_ = now;
    const focused = this.buttons_().indexOf(document.activeElement as HTMLElement);
    this.dom.hidden = found.length === 0;
    this.list_.replaceChildren(...found.map((one) => this.chip_(one)));
    if (focused >= 0) this.focusNear_(focused);
  }

  private chip_({ tag, why }: Offered): HTMLLIElement {
    const chip = document.createElement("li");
    chip.className = "tag tag-suggested";
    chip.dataset["tag"] = tag;
    const add = document.createElement("button");
    add.type = "button";
    add.className = "tag-add";
    add.textContent = tag;
    add.setAttribute("aria-label", t("suggested.add", { tag }));
    add.addEventListener("click", () => this.session_.writable.peek() && addTag(this.session_.doc, tag, this.session_.user.id));
    const refuse = document.createElement("button");
    refuse.type = "button";
    refuse.className = "tag-remove";
    refuse.textContent = "×";
    refuse.setAttribute("aria-label", t("suggested.refuse", { tag }));
    refuse.addEventListener("click", () => void this.refuse_(tag));
    chip.append(add, refuse);
    if (why !== "") {
      const reason = document.createElement("span");
      reason.className = "tag-why";
      reason.id = `why-${++chips_made}`;
      reason.textContent = why;
      add.setAttribute("aria-describedby", reason.id);
      chip.append(reason);
    }
    return chip;
  }

  private async refuse_(tag: string): Promise<void> {
    const before = this.refused_.peek();
    this.refused_.value = new Set([...before, tag]);
    try {
      await refuseSuggestion(this.session_.id, "tag", tag);
      say(t("suggested.refused", { tag }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refused_.value = new Set([...this.refused_.peek()].filter((one) => one !== tag));
      say(t("suggested.failed", { tag, why: error.message }));
    }
  }

  // Arrows walk the chips, Delete refuses.
  private pressed_(event: KeyboardEvent): void {
    const buttons = this.buttons_();
    const at = buttons.indexOf(event.target as HTMLElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) buttons[(at + step + buttons.length) % buttons.length]?.focus();
    else if (event.key === "Delete" || event.key === "Backspace") {
      const tag = (event.target as HTMLElement).closest<HTMLElement>("[data-tag]")?.dataset["tag"];
      if (tag !== undefined) void this.refuse_(tag);
    } else return;
    event.preventDefault();
  }

  private buttons_(): HTMLElement[] {
    return [...this.list_.querySelectorAll<HTMLElement>("button")];
  }

  private focusNear_(index: number): void {
    const buttons = this.buttons_();
    // The chip that took the place of the one that went; where none is left, the field for a new tag.
    const next = buttons[Math.min(index - (index % 2), buttons.length - 2)];
    (next ?? this.dom.parentElement?.querySelector<HTMLElement>("input"))?.focus();
  }
}

let chips_made = 0;
