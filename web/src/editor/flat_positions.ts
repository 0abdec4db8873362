// Positions in the editor's document and offsets in the flat text (anchors/text_view.ts): both documents say the same words, so an
// offset leads from one to the other.

import type { Node } from "@tiptap/pm/model";
import { atomText, text_blocks } from "../anchors/atoms";

interface Stretch {
  offset: number;
  units: number;
  position: number;
  // How many positions it takes: as many as units for words, one for an atom.
  size: number;
}

export class FlatPositions {
  private readonly stretches_: Stretch[] = [];

  constructor(doc: Node) {
    let offset = 0;
    let first = true;
    doc.descendants((node, position) => {
      if (!text_blocks.has(node.type.name)) return true;
      if (!first) ++offset;
      first = false;
      node.forEach((child, at) => {
        const units = child.isText ? child.text!.length : atomText(child.type.name, child.attrs).length;
        this.stretches_.push({ offset, units, position: position + 1 + at, size: child.nodeSize });
        offset += units;
      });
      // So that the edges of an empty block have a place too.
      if (node.childCount === 0) this.stretches_.push({ offset, units: 0, position: position + 1, size: 0 });
      return false;
    });
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
