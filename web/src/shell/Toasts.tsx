import { signal } from "@preact/signals";
import { Icon } from "./Icon";
import { t } from "./words";

interface Action {
  label: string;
  act: () => void;
}

interface Toast {
  id: number;
  text: string;
  action: Action | null;
}

const toasts = signal<readonly Toast[]>([]);
// What can be taken back stays longer.
const shown_ms = { plain: 4000, action: 7000 } as const;
const shown_most = 2;
let last_id = 0;

// Says one sentence at the foot of the page. Nothing that must be read may stand only here.
export function say(text: string, action: Action | null = null): void {
  const toast = { id: ++last_id, text, action };
  toasts.value = [...withoutPassing(toasts.value, text), toast].slice(-shown_most);
  setTimeout(() => drop(toast.id), action ? shown_ms.action : shown_ms.plain);
}

// They do not pile up: what only told something gives way to the next, and nothing stands there twice.
function withoutPassing(before: readonly Toast[], text: string): readonly Toast[] {
  return before.filter((toast) => toast.action !== null && toast.text !== text);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function act(toast: Toast): void {
  drop(toast.id);
  toast.action?.act();
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((toast) => (
        <div class="toast" key={toast.id}>
          <span>{toast.text}</span>
          {toast.action && (
            <button type="button" class="button" onClick={() => act(toast)}>
              {toast.action.label}
            </button>
          )}
          <button type="button" class="button plain square" aria-label={t("close")} onClick={() => drop(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

// `done` is said when the text is on the clipboard.
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say(t("copy.failed"));
  }
}
