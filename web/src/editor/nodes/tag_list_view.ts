// The tags of the report as chips. The node holds no words: the map `tags` is the truth, and every tag list shows it. Where the text
// is read-only the style sheet leaves out the controls.

import type { EditorView, NodeView } from "@tiptap/pm/view";
import type { Node } from "@tiptap/pm/model";
import type * as Y from "yjs";
import type { ReportSession } from "../../provider/report_session";
import { SuggestedTags } from "../../tags/SuggestedTags";
import { addTag, cleanTag, removeTag, tagsOf } from "../shared_maps";
import { t } from "../words";

export class TagListView implements NodeView {
  readonly dom = document.createElement("div");
  private readonly list_ = document.createElement("ul");
  private readonly input_ = document.createElement("input");
  private readonly doc_: Y.Doc;
  private readonly suggested_: SuggestedTags;
  private readonly stop_: () => void;

  constructor(node: Node, private readonly view_: EditorView, session: ReportSession) {
    const by = session.user.id;
    this.doc_ = session.doc;
    this.suggested_ = new SuggestedTags(session);
    this.dom.className = "tag-list";
    this.dom.dataset["node"] = "tagList";
    this.dom.contentEditable = "false";
    if (typeof node.attrs["id"] === "string") this.dom.dataset["id"] = node.attrs["id"];
    this.list_.className = "tags";
    this.input_.className = "tag-input";
    this.input_.placeholder = t("tags.add");
    this.input_.addEventListener("keydown", (event) => this.pressed_(event, by));
    this.input_.addEventListener("blur", () => this.add_(by));
    this.dom.append(this.list_, this.input_, this.suggested_.dom);
    const draw = (): void => this.draw_();
    const tags = this.doc_.getMap("tags");
    tags.observeDeep(draw);
    this.stop_ = () => tags.unobserveDeep(draw);
    draw();
  }

  update(node: Node): boolean {
    return node.type.name === "tagList";
  }

  destroy(): void {
    this.suggested_.destroy();
    this.stop_();
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof globalThis.Node && this.dom.contains(event.target) && event.target !== this.dom;
  }

  ignoreMutation(): boolean {
    return true;
  }

  private pressed_(event: KeyboardEvent, by: string): void {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      this.add_(by);
    } else if (event.key === "Backspace" && this.input_.value === "" && this.view_.editable) {
      const last = tagsOf(this.doc_).at(-1);
      if (last !== undefined) removeTag(this.doc_, last);
    } else if (event.key === "Escape") {
      this.input_.value = "";
      this.view_.focus();
    }
  }

  private add_(by: string): void {
    const tag = cleanTag(this.input_.value);
    this.input_.value = "";
    if (tag !== "" && this.view_.editable) addTag(this.doc_, tag, by);
  }

  private draw_(): void {
    const tags = tagsOf(this.doc_);
    this.list_.setAttribute("aria-label", t("tags.label"));
    this.list_.replaceChildren(...tags.map((tag) => this.chip_(tag)));
    if (tags.length === 0) {
      const none = document.createElement("li");
      none.className = "tags-none";
      none.textContent = t("tags.none");
      this.list_.append(none);
    }
    this.input_.setAttribute("aria-label", t("tags.add"));
  }

  private chip_(tag: string): HTMLLIElement {
    const chip = document.createElement("li");
    chip.className = "tag";
    const words = document.createElement("span");
    words.textContent = tag;
    chip.append(words);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "tag-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", t("tags.remove", { tag }));
    remove.addEventListener("click", () => {
      if (!this.view_.editable) return;
      removeTag(this.doc_, tag);
      this.input_.focus();
    });
    chip.append(remove);
    return chip;
  }
}
