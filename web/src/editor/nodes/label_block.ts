// A structured block drawn as a head of controls over its lines. The head is no text of the document: the browser's caret and the
// screen reader's reading of the paper pass it by, and its controls are reached with Tab.

import type { Node } from "@tiptap/pm/model";
import type { NodeView, ViewMutationRecord } from "@tiptap/pm/view";

export abstract class LabelBlock implements NodeView {
  readonly dom = document.createElement("div");
  readonly contentDOM = document.createElement("div");
  protected readonly head = document.createElement("div");

  constructor(
    private readonly type_: string,
    class_name: string,
  ) {
    this.dom.className = `label-block ${class_name}`;
    this.dom.dataset["node"] = type_;
    this.head.className = "label-block-head";
    this.head.contentEditable = "false";
    this.contentDOM.className = "label-block-body";
    this.dom.append(this.head, this.contentDOM);
  }

  // Brings the head in step with the node's attributes.
  protected abstract draw(node: Node): void;

  update(node: Node): boolean {
    if (node.type.name !== this.type_) return false;
    this.show(node);
    return true;
  }

  protected show(node: Node): void {
    const { id } = node.attrs;
    if (typeof id === "string") this.dom.dataset["id"] = id;
    else delete this.dom.dataset["id"];
    this.draw(node);
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof globalThis.Node && this.head.contains(event.target);
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return mutation.type !== "selection" && !this.contentDOM.contains(mutation.target);
  }
}
