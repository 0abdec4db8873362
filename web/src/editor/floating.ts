// Where a menu or card stands that belongs to a place in the text: below it, or above where there is no room, inside the window.

export interface Box {
  left: number;
  top: number;
  bottom: number;
}

const margin_px = 8;

// Inside the paper's landmark, so that it is no content outside of all.
export function floatingHome(): HTMLElement {
  return document.querySelector("main") ?? document.body;
}

export function place(element: HTMLElement, box: Box): void {
  element.style.position = "fixed";
  element.style.left = "0";
  element.style.top = "0";
  const { width, height } = element.getBoundingClientRect();
  const left = Math.max(margin_px, Math.min(box.left, window.innerWidth - width - margin_px));
  const below = box.bottom + 4;
  const fits = below + height + margin_px <= window.innerHeight;
  const top = fits ? below : Math.max(margin_px, box.top - height - 4);
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}

export interface Choice {
  label: string;
  note?: string | undefined;
  run(): void;
}

let open_menu: (() => void) | null = null;

// A small menu of choices at an element of the page. Arrows move, Enter takes, Esc closes and gives the focus back.
export function openMenu(at: HTMLElement, label: string, choices: readonly Choice[]): void {
  open_menu?.();
  const menu = document.createElement("div");
  menu.className = "text-menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  const items = choices.map((choice) => {
    const item = document.createElement("button");
    item.type = "button";
    item.className = "text-menu-item";
    item.setAttribute("role", "menuitem");
    item.textContent = choice.label;
    item.addEventListener("click", () => {
      close();
      choice.run();
    });
    menu.append(item);
    return item;
  });
  const close = (): void => {
    document.removeEventListener("pointerdown", outside, true);
    menu.remove();
    open_menu = null;
  };
  const outside = (event: PointerEvent): void => {
    if (!(event.target instanceof Node) || !menu.contains(event.target)) close();
  };
  menu.addEventListener("keydown", (event) => {
    const index = items.indexOf(document.activeElement as HTMLButtonElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) items[(index + step + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      close();
      at.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  floatingHome().append(menu);
  place(menu, at.getBoundingClientRect());
  document.addEventListener("pointerdown", outside, true);
  open_menu = close;
  items[0]?.focus();
}

// One line to fill in, at an element of the page. Enter takes it, Esc and a click elsewhere leave it.
export function askLine(at: HTMLElement, label: string, value: string, take: (line: string) => void, leave: () => void): void {
  open_menu?.();
  const form = document.createElement("form");
  form.className = "text-menu ask-line";
  form.setAttribute("aria-label", label);
  const input = document.createElement("input");
  input.setAttribute("aria-label", label);
  input.placeholder = label;
  input.value = value;
  const close = (): void => {
    document.removeEventListener("pointerdown", outside, true);
    form.remove();
    open_menu = null;
  };
  const outside = (event: PointerEvent): void => {
    if (!(event.target instanceof Node) || !form.contains(event.target)) close();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
    take(input.value.trim());
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    leave();
  });
  form.append(input);
  floatingHome().append(form);
  place(form, at.getBoundingClientRect());
  document.addEventListener("pointerdown", outside, true);
  open_menu = close;
  input.select();
}
