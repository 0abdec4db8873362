// For tests: a text bound to a shared document without a page.

import { EditorState } from "@tiptap/pm/state";
import { initProseMirrorDoc, updateYFragment } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { reportSchema } from "./schema/report_schema";

export const schema = reportSchema();

// Its edits reach the shared text as the binding writes them.
export class HeadlessText {
  readonly doc = new Y.Doc();
  private readonly fragment_ = this.doc.getXmlFragment("default");
  private state_: EditorState;
  private readonly meta_: { mapping: Map<never, never>; isOMark: Map<never, never> };

  constructor(content: unknown) {
    const node = schema.nodeFromJSON(content);
    updateYFragment(this.doc, this.fragment_, node, { mapping: new Map(), isOMark: new Map() });
    const { doc, meta } = initProseMirrorDoc(this.fragment_, schema);
    this.state_ = EditorState.create({ doc });
    this.meta_ = meta as never;
  }

  get state(): EditorState {
    return this.state_;
  }

  run(act: (state: EditorState) => EditorState): void {
    this.state_ = act(this.state_);
    this.doc.transact(() => updateYFragment(this.doc, this.fragment_, this.state_.doc, this.meta_));
  }

  at(words: string): { from: number; to: number } {
    let found = -1;
    this.state_.doc.descendants((node, position) => {
      if (!node.isTextblock) return true;
      const at = node.textBetween(0, node.content.size, undefined, "\ufffc").indexOf(words);
      if (found < 0 && at >= 0) found = position + 1 + at;
      return false;
    });
    if (found < 0) throw new Error(`not in the text: ${words}`);
    return { from: found, to: found + words.length };
  }
}
