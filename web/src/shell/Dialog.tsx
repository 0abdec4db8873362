import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./Icon";
import { t } from "./words";

// The browser's own modal dialog: it holds the focus, closes on Esc and gives the focus back. Mounted means open.
// With `onClose` left out it cannot be dismissed: only for a question that must be answered.
export function Dialog(props: { title: string; wide?: boolean; onClose?: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title_id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const cancelled = (event: Event) => {
    event.preventDefault();
    props.onClose?.();
  };
  const pressed = (event: MouseEvent) => {
    if (event.target === dialog.current) props.onClose?.();
  };
  return (
    <dialog ref={dialog} class={props.wide ? "dialog wide" : "dialog"} aria-labelledby={title_id} onCancel={cancelled} onMouseDown={pressed}>
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={title_id}>{props.title}</h2>
          {props.onClose && (
            <button type="button" class="button plain square" aria-label={t("close")} onClick={props.onClose}>
              <Icon name="close" />
            </button>
          )}
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
