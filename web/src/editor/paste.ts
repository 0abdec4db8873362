// What is pasted keeps its structure and drops its styles: the schema lets in the nodes and marks of a report and nothing else.
// A section cannot stand in a section, so a pasted one comes in as its blocks.

import { Extension } from "@tiptap/core";
import { Fragment, Slice, type Node } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";

export function pasteExtension() {
  return Extension.create({
    name: "reportPaste",
    addProseMirrorPlugins: () => [
      new Plugin({
        key: new PluginKey("pasted"),
        props: {
          transformPastedHTML: (html) => reportHtml(html),
          transformPasted: (slice) => withoutSections(slice),
        },
      }),
    ],
  });
}

// The largest heading of another page becomes one below the section's own.
const first_level = 3;
const last_level = 6;

function reportHtml(html: string): string {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  // Word processors put style sheets and comments for themselves into what they copy; as text they would come in as words.
  for (const element of parsed.querySelectorAll("style, script, noscript, template, meta, link, title, head > *")) element.remove();
  const comments = parsed.createTreeWalker(parsed, NodeFilter.SHOW_COMMENT);
  const found: ChildNode[] = [];
  while (comments.nextNode()) found.push(comments.currentNode as ChildNode);
  for (const comment of found) comment.remove();
  if (!parsed.querySelector("[data-pm-slice]")) lowerHeadings(parsed);
  return parsed.body.innerHTML;
}

function lowerHeadings(parsed: Document): void {
  const headings = [...parsed.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const level = (heading: Element): number => Number(heading.tagName[1]);
  const shift = Math.max(0, first_level - Math.min(...headings.map(level)));
  for (const heading of headings) {
    const lowered = parsed.createElement(`h${Math.min(last_level, level(heading) + shift)}`);
    lowered.append(...heading.childNodes);
    heading.replaceWith(lowered);
  }
}

function withoutSections(slice: Slice): Slice {
  let sections = false;
  const blocks: Node[] = [];
  slice.content.forEach((node) => {
    if (node.type.name !== "section") blocks.push(node);
    else {
      sections = true;
      node.forEach((child) => blocks.push(child));
    }
  });
  if (!sections) return slice;
  return new Slice(Fragment.from(blocks), Math.max(0, slice.openStart - 1), Math.max(0, slice.openEnd - 1));
}
