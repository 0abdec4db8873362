// What is being written and not sent yet, kept on this device: closing the tab loses no word of it.

import type { StoredAnchor } from "../anchors/stored_anchor";

export interface NewDraft {
  anchor: StoredAnchor;
  quote: string;
  body: string;
}

export class Drafts {
  private readonly prefix_: string;

  constructor(report: string, user: string) {
    this.prefix_ = `assay.draft.${report}.${user}.`;
  }

  reply(thread: string): string {
    return this.read_(thread) ?? "";
  }

  keepReply(thread: string, body: string): void {
    this.write_(thread, body.trim() === "" ? null : body);
  }

  started(): NewDraft | null {
    try {
      const draft: unknown = JSON.parse(this.read_("new") ?? "null");
      return isDraft(draft) ? draft : null;
    } catch {
      return null;
    }
  }

  keepStarted(draft: NewDraft | null): void {
    this.write_("new", draft === null ? null : JSON.stringify(draft));
  }

  private read_(name: string): string | null {
    try {
      return localStorage.getItem(this.prefix_ + name);
    } catch {
      return null;
    }
  }

  private write_(name: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(this.prefix_ + name);
      else localStorage.setItem(this.prefix_ + name, value);
    } catch {
      // Without a store the draft lives as long as the page.
    }
  }
}

function isDraft(value: unknown): value is NewDraft {
  const draft = value as Partial<NewDraft> | null;
  return typeof draft?.body === "string" && typeof draft.quote === "string" && typeof draft.anchor === "object" && draft.anchor !== null;
}
