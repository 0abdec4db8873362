import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

// A button and its menu. Arrows move, Home and End jump, Esc and Tab close; the items are any children with a menuitem role.
export function Menu(props: { label: string; button: ComponentChildren; buttonClass?: string; children: ComponentChildren }) {
  const open = useSignal(false);
  const anchor = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu_id = useId();

  useEffect(() => {
    if (!open.value) return;
    items(anchor.current)[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !anchor.current?.contains(event.target)) open.value = false;
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open.value]);

  const close = () => {
    open.value = false;
    button.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (!open.value) return;
    const target = next_item(items(anchor.current), event.key);
    if (target) target.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") open.value = false;
    if (target || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div class="menu-anchor" ref={anchor} onKeyDown={pressed}>
      <button
        ref={button}
        type="button"
        class={props.buttonClass ?? "button plain square"}
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-controls={open.value ? menu_id : undefined}
        onClick={() => (open.value = !open.value)}
      >
        {props.button}
        <span class="visually-hidden">{props.label}</span>
      </button>
      {open.value && (
        <div class="menu" role="menu" id={menu_id} aria-label={props.label} onClick={close}>
          {props.children}
        </div>
      )}
    </div>
  );
}

function items(anchor: HTMLElement | null): HTMLElement[] {
  return anchor ? [...anchor.querySelectorAll<HTMLElement>('[role^="menuitem"]')] : [];
}

function next_item(all: HTMLElement[], key: string): HTMLElement | undefined {
  const at = all.indexOf(document.activeElement as HTMLElement);
  switch (key) {
    case "ArrowDown":
      return all[(at + 1) % all.length];
    case "ArrowUp":
      return all[(at - 1 + all.length) % all.length];
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default:
      return undefined;
  }
}
