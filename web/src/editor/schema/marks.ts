// The formats of the text. Stored by the binding under the mark's name with its attributes, so a mark here has exactly those of
// docs/schema.md.

import { Code } from "@tiptap/extension-code";
import { Link } from "@tiptap/extension-link";

// It forbids only itself: two people may make the same words bold and code at once, and both are kept. (A mark that does not
// forbid itself would be stored under another name.)
export const ReportCode = Code.extend({ excludes: "code" });

export const ReportLink = Link.extend({
  addAttributes: () => ({
    href: { default: null, parseHTML: (element: HTMLElement) => element.getAttribute("href") },
  }),
}).configure({
  // Asked of whatever stands there: another client may have written a number.
  isAllowedUri: (href: unknown, { defaultValidate }) => href == null || (typeof href === "string" && !!defaultValidate(href)),
  openOnClick: false,
  HTMLAttributes: { rel: "noopener noreferrer nofollow" },
});
