// Positions in the editor's document and offsets in the flat text (anchors/text_view.ts): both documents say the same words, so an
// offset leads from one to the other.

import type { Node } from "@tiptap/pm/model";
import { atomText, text_blocks } from "../anchors/atoms";
import type { Block, FlatText } from "../anchors/text_view";

interface Stretch {
  offset: number;
  units: number;
  position: number;
  // How many positions it takes: as many as units for words, one for an atom.
  size: number;
}

export class FlatPositions implements FlatText {
  readonly text: string;
  readonly blocks: Block[] = [];
  private readonly stretches_: Stretch[] = [];

  constructor(doc: Node) {
    const parts: string[] = [];
    let offset = 0;
    const put = (words: string): void => {
      parts.push(words);
      offset += words.length;
    };
    const readBlock = (block: Node, position: number, section: string | null): void => {
      if (this.blocks.length > 0) put("\n");
      const start = offset;
      block.forEach((child, at) => {
        const words = child.isText ? child.text! : atomText(child.type.name, child.attrs);
        this.stretches_.push({ offset, units: words.length, position: position + 1 + at, size: child.nodeSize });
        put(words);
      });
      // So that the edges of an empty block have a place too.
      if (block.childCount === 0) this.stretches_.push({ offset, units: 0, position: position + 1, size: 0 });
      this.blocks.push({ id: idOf(block), section, start, end: offset });
    };
    doc.forEach((top, at) => {
      const section = top.type.name === "section" ? idOf(top) : null;
      if (text_blocks.has(top.type.name)) return readBlock(top, at, null);
      top.descendants((node, position) => {
        if (!text_blocks.has(node.type.name)) return true;
        readBlock(node, at + 1 + position, section);
        return false;
      });
    });
    this.text = parts.join("");
  }

  // The offset of what begins at the position, or of the next words after it.
  offsetAt(position: number): number {
    const at = this.last_((stretch) => stretch.position <= position);
    const stretch = this.stretches_[at];
    const next = this.stretches_[at + 1];
    if (!stretch) return next?.offset ?? 0;
    if (position < stretch.position + stretch.size) {
      return stretch.units === stretch.size ? stretch.offset + (position - stretch.position) : stretch.offset;
    }
    return next && position > stretch.position + stretch.size ? next.offset : stretch.offset + stretch.units;
  }

  // `edge` tells on which side of a border between two stretches: a range starts where its first words start, and ends where its
  // last words end.
  positionAt(offset: number, edge: "start" | "end"): number | null {
    let at = this.last_((stretch) => (edge === "start" ? stretch.offset <= offset : stretch.offset < offset));
    // A stretch without words lies at the same offset as what follows it.
    while (at > 0 && this.stretches_[at]!.units === 0) --at;
    const inside = this.stretches_[at];
    if (!inside || offset > inside.offset + inside.units || (edge === "start" && offset === inside.offset + inside.units)) return null;
    if (inside.units === inside.size) return inside.position + (offset - inside.offset);
    return edge === "start" ? inside.position : inside.position + inside.size;
  }

  // The last stretch that `before` holds for; it holds for a first part of them. -1 for none.
  private last_(before: (stretch: Stretch) => boolean): number {
    let from = 0;
    let to = this.stretches_.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (before(this.stretches_[middle]!)) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}

const idOf = (node: Node): string | null => (typeof node.attrs["id"] === "string" ? node.attrs["id"] : null);
