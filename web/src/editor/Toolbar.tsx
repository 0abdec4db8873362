// The formats one reaches with the mouse. One stop of the Tab key; arrows move inside, Alt+F10 comes here, Esc goes back to the text.

import type { Editor } from "@tiptap/core";
import type { ComponentChildren, RefObject } from "preact";
import { useRef } from "preact/hooks";
import { useScrollHint } from "./scroll_hint";
import { yUndoPluginKey } from "@tiptap/y-tiptap";
import { askLine, openMenu } from "./floating";
import { insertions } from "./insert";
import type { ReportEditor } from "./open_editor";
import { levelOf } from "./schema/attributes";
import { t, type WordKey } from "./words";

const paths = {
  bold: "M6 4h5a3 3 0 0 1 0 6H6zM6 10h6a3 3 0 0 1 0 6H6z",
  italic: "M9 4h6M5 16h6M12 4 8 16",
  underline: "M6 4v5a4 4 0 0 0 8 0V4M5 17h10",
  strike: "M4 10h12M13.5 6.5C13 5 11.7 4 10 4 8 4 6.5 5 6.5 6.8M6.3 13C6.7 15 8.2 16 10.2 16c2 0 3.5-1 3.5-2.9",
  code: "m7 6-4 4 4 4M13 6l4 4-4 4",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.5-2.5a3 3 0 0 0-4.2-4.2l-.8.8M11.5 8.5a3 3 0 0 0-4.2 0L4.8 11a3 3 0 0 0 4.2 4.2l.8-.8",
  bullets: "M8 5h9M8 10h9M8 15h9M4 5h.01M4 10h.01M4 15h.01",
  numbers: "M9 5h8M9 10h8M9 15h8M3.5 3.5 5 3v4M3.5 12c0-1.3 2-1.3 2 0 0 .8-2 1.6-2 3h2",
  quote: "M4 5v10M8 6h9M8 10h9M8 14h6",
  undo: "M7 5 3.5 8.5 7 12M3.5 8.5H12a4 4 0 0 1 0 8H9",
  redo: "m13 5 3.5 3.5L13 12M16.5 8.5H8a4 4 0 0 0 0 8h3",
  insert: "M10 4v12M4 10h12",
  comment: "M4 5h12v8.5H9L6 16v-2.5H4Z",
  evidence: "M3.5 4.5h13v11h-13ZM3.5 8.5h13M8 8.5v7M12.2 8.5v7M10.5 12h4",
  finding: "M10 3.5 2.5 16.5h15ZM10 8v4M10 14.3v.01",
} as const;

function Glyph(props: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={paths[props.name]} />
    </svg>
  );
}

const is_mac = /Mac|iP(hone|ad)/.test(navigator.platform);
const keys = (shortcut: string): string => (is_mac ? shortcut.replace("Ctrl", "⌘") : shortcut);

interface ToolbarProps {
  report: ReportEditor;
  canComment: boolean;
  comment: () => void;
  // Null for who may not write.
  evidence: (() => void) | null;
  // Open threads and findings, and the way to them where the rail is a drawer.
  threads: number;
  findings: number;
  railOpen: boolean;
  showRail: () => void;
}

export function Toolbar(props: ToolbarProps) {
  const { editor, revision } = props.report;
  const kind = props.report.entered.value ? kindAt(editor) : null;
  const bar = useRef<HTMLDivElement>(null);
  void revision.value;
  const writable = editor.isEditable;
  const hidden = useScrollHint(bar, [writable, props.canComment, props.evidence !== null, kind].join());

  const pressed = (event: KeyboardEvent): void => {
    const all = [...(bar.current?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? [])];
    const index = all.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: all.length - 1 }[event.key];
    if (target !== undefined) all[(target + all.length) % all.length]?.focus();
    else if (event.key === "Escape") editor.commands.focus();
    else return;
    event.preventDefault();
  };
  const mark = (name: "bold" | "italic" | "underline" | "strike" | "code", shortcut: string) => (
    <Button label={t(`toolbar.${name}`)} shortcut={shortcut} on={editor.isActive(name)} run={() => editor.chain().focus().toggleMark(name).run()}>
      <Glyph name={name} />
    </Button>
  );
  const { undoManager } = yUndoPluginKey.getState(editor.state) as { undoManager: { undoStack: unknown[]; redoStack: unknown[] } };
  return (
    <div class="toolbar-line">
      {hidden.before && <Further to={-1} bar={bar} />}
      <div class="toolbar" role="toolbar" aria-label={t("toolbar.label")} ref={bar} onKeyDown={pressed}>
        {writable && (
          <>
            <Button label={t("toolbar.undo")} shortcut="Ctrl+Z" off={undoManager.undoStack.length === 0} run={() => editor.chain().focus().undo().run()}>
              <Glyph name="undo" />
            </Button>
            <Button label={t("toolbar.redo")} shortcut="Ctrl+Shift+Z" off={undoManager.redoStack.length === 0} run={() => editor.chain().focus().redo().run()}>
              <Glyph name="redo" />
            </Button>
            <span class="toolbar-gap" />
            <BlockKind editor={editor} kind={kind} />
            <span class="toolbar-gap" />
            {mark("bold", "Ctrl+B")}
            {mark("italic", "Ctrl+I")}
            {mark("underline", "Ctrl+U")}
            {mark("strike", "Ctrl+Shift+S")}
            {mark("code", "Ctrl+E")}
            <Button label={t("toolbar.link")} on={editor.isActive("link")} run={(button) => askLink(button, editor)}>
              <Glyph name="link" />
            </Button>
            <span class="toolbar-gap" />
            <Button label={t("toolbar.bullets")} on={editor.isActive("bulletList")} run={() => editor.chain().focus().toggleBulletList().run()}>
              <Glyph name="bullets" />
            </Button>
            <Button label={t("toolbar.numbers")} on={editor.isActive("orderedList")} run={() => editor.chain().focus().toggleOrderedList().run()}>
              <Glyph name="numbers" />
            </Button>
            <Button label={t("toolbar.quote")} on={editor.isActive("blockquote")} run={() => editor.chain().focus().toggleBlockquote().run()}>
              <Glyph name="quote" />
            </Button>
            <span class="toolbar-gap" />
            <Button label={t("toolbar.insert")} menu words run={(button) => openInsert(button, editor)}>
              <Glyph name="insert" />
              <span class="toolbar-words">{t("toolbar.insert")}</span>
            </Button>
          </>
        )}
        {props.canComment && (
          <Button label={t("toolbar.comment")} shortcut="Ctrl+Alt+M" off={editor.state.selection.empty} words run={props.comment}>
            <Glyph name="comment" />
            <span class="toolbar-words">{t("toolbar.comment")}</span>
          </Button>
        )}
        {props.evidence && (
          <Button label={t("toolbar.evidence")} shortcut="Ctrl+Alt+E" off={editor.state.selection.empty} run={props.evidence}>
            <Glyph name="evidence" />
          </Button>
        )}
      </div>
      {hidden.after && <Further to={1} bar={bar} />}
      <button type="button" class="tool tool-words rail-open" aria-expanded={props.railOpen} onClick={props.showRail}>
        <span class="visually-hidden">{`${t("toolbar.threads", { n: props.threads })}, ${t("toolbar.findings", { n: props.findings })}`}</span>
        <Glyph name="comment" />
        <span aria-hidden="true">{props.threads}</span>
        <Glyph name="finding" />
        <span aria-hidden="true">{props.findings}</span>
      </button>
    </div>
  );
}

// Where the bar is wider than the window: shows what is further along. The arrow keys go there by themselves.
function Further(props: { to: -1 | 1; bar: RefObject<HTMLDivElement | null> }) {
  const turn = (): void => {
    const bar = props.bar.current;
    bar?.scrollBy({ left: props.to * 0.7 * bar.clientWidth, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  return (
    <button type="button" class="tool toolbar-further" tabIndex={-1} aria-hidden="true" title={t("toolbar.further")} onMouseDown={(event) => event.preventDefault()} onClick={turn}>
      <svg class="icon tiny" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
        <path d={props.to < 0 ? "m12 5-5 5 5 5" : "m8 5 5 5-5 5"} />
      </svg>
    </button>
  );
}

interface ButtonProps {
  label: string;
  shortcut?: string;
  on?: boolean;
  off?: boolean;
  menu?: boolean;
  words?: boolean;
  run: (button: HTMLElement) => void;
  children: ComponentChildren;
}

// The mouse never takes the focus from the text, so the selection stays where it was.
function Button(props: ButtonProps) {
  return (
    <button
      type="button"
      class={props.words ? "tool tool-words" : "tool"}
      aria-label={props.label}
      title={props.shortcut ? `${props.label} (${keys(props.shortcut)})` : props.label}
      aria-pressed={props.on ?? undefined}
      aria-haspopup={props.menu ? "menu" : undefined}
      disabled={props.off ?? false}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => props.run(event.currentTarget)}
    >
      {props.children}
    </button>
  );
}

function kindAt(editor: Editor): string {
  const { parent } = editor.state.selection.$from;
  return parent.type.name === "heading" ? t("block.heading", { n: levelOf(parent) })
    : parent.type.name === "codeBlock" ? t("block.code") : t("block.paragraph");
}

// `kind`: null while there is no caret whose block it could be.
function BlockKind(props: { editor: Editor; kind: string | null }) {
  const { editor, kind } = props;
  const set = (type: string, attributes?: Record<string, unknown>) => () => void editor.chain().focus().setNode(type, attributes).run();
  const open = (button: HTMLElement): void => openMenu(button, t("toolbar.block"), [
    { label: t("block.paragraph"), run: set("paragraph") },
    ...[2, 3, 4].map((level) => ({ label: t("block.heading", { n: level }), run: set("heading", { level }) })),
    { label: t("block.code"), run: set("codeBlock") },
  ]);
  return (
    <Button label={kind === null ? t("toolbar.block") : `${t("toolbar.block")}: ${kind}`} off={kind === null} menu words run={open}>
      <span class="toolbar-kind">{kind ?? "–"}</span>
      <svg class="icon tiny" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="m6 8 4 4 4-4" /></svg>
    </Button>
  );
}

function openInsert(button: HTMLElement, editor: Editor): void {
  openMenu(button, t("insert.label"), insertions.map(({ key, run }) => ({ label: t(key as WordKey), run: () => run(editor) })));
}

function askLink(button: HTMLElement, editor: Editor): void {
  const href: unknown = editor.getAttributes("link")["href"];
  const take = (address: string): void => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (address === "") chain.unsetLink().run();
    else chain.setLink({ href: /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}` }).run();
  };
  askLine(button, t("toolbar.link.ask"), typeof href === "string" ? href : "", take, () => void editor.commands.focus());
}
