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
    let last: Stretch | undefined;
    for (const stretch of this.stretches_) {
      if (position < stretch.position) return last && position <= last.position + last.size ? last.offset + last.units : stretch.offset;
      if (position < stretch.position + stretch.size) {
        return stretch.units === stretch.size ? stretch.offset + (position - stretch.position) : stretch.offset;
      }
      last = stretch;
    }
    return last ? last.offset + last.units : 0;
  }

  // `edge` tells on which side of a border between two stretches: a range starts where its first words start, and ends where its
  // last words end.
  positionAt(offset: number, edge: "start" | "end"): number | null {
    const inside = edge === "start"
      ? this.stretches_.find((stretch) => stretch.offset <= offset && offset < stretch.offset + stretch.units)
      : this.stretches_.findLast((stretch) => stretch.offset < offset && offset <= stretch.offset + stretch.units);
    if (!inside) return null;
    if (inside.units === inside.size) return inside.position + (offset - inside.offset);
    return edge === "start" ? inside.position : inside.position + inside.size;
  }
}

const idOf = (node: Node): string | null => (typeof node.attrs["id"] === "string" ? node.attrs["id"] : null);
