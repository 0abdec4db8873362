// One grey sentence where nothing stands yet. Drawn, not content: it is in no export and no search, and screen readers hear the
// section's heading instead.

import { Plugin, PluginKey } from "@tiptap/pm/state";
import type { Node } from "@tiptap/pm/model";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { kindOf, roleOf } from "./schema/attributes";
import { sectionsOf } from "./sections";
import { t } from "./words";

const structured = new Set(["hypothesis", "scenario", "assumptionList"]);

const isBlank = (node: Node): boolean => node.type.name === "paragraph" && node.content.size === 0;

function hint(from: number, node: Node, words: string): Decoration {
  return Decoration.node(from, from + node.nodeSize, { class: "hinted", "data-hint": words });
}

// On the first line after the heading, while the section says nothing in words of its own: lists and cases that wait to be filled
// do not count.
function sectionHints(section: Node, position: number): Decoration[] {
  const first = section.firstChild?.type.name === "heading" ? 1 : 0;
  const line = section.maybeChild(first);
  if (!line || !isBlank(line)) return [];
  for (let index = first + 1; index < section.childCount; ++index) {
    const { type } = section.child(index);
    if (type.name !== "heading" && !structured.has(type.name)) return [];
  }
  const start = position + 1 + (first === 1 ? section.child(0).nodeSize : 0);
  return [hint(start, line, t(`hint.${roleOf(section)}`))];
}

function blockHints(node: Node, position: number): Decoration[] {
  const found: Decoration[] = [];
  node.forEach((child, offset) => {
    const at = position + 1 + offset;
    if (child.content.size > 0) return;
    if (node.type.name === "hypothesis" && child.type.name === "heading") found.push(hint(at, child, t("hint.title")));
    else if (isBlank(child) && node.type.name === "hypothesis") found.push(hint(at, child, t("hint.statement")));
    else if (isBlank(child) && node.type.name === "scenario") found.push(hint(at, child, t("hint.scenario")));
    else if (isBlank(child) && node.type.name === "assumptionList" && node.childCount === 1) {
      found.push(hint(at, child, t(`hint.${kindOf(node)}`)));
    }
  });
  return found;
}

export function hintsOf(doc: Node): Decoration[] {
  const hints = sectionsOf(doc).flatMap(({ node, position }) => sectionHints(node, position));
  doc.descendants((node, position) => {
    if (structured.has(node.type.name)) hints.push(...blockHints(node, position));
    return !node.isTextblock;
  });
  return hints;
}

export function hintsPlugin(): Plugin {
  return new Plugin({
    key: new PluginKey("hints"),
    props: {
      decorations(state) {
        const hints = hintsOf(state.doc);
        const { $from, empty } = state.selection;
        if (empty && isBlank($from.parent) && !hints.some(({ from }) => from === $from.before())) {
          hints.push(hint($from.before(), $from.parent, t("hint.line")));
        }
        return DecorationSet.create(state.doc, hints);
      },
    },
  });
}
