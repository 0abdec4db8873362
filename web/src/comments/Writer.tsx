// Where a message is written: grows with its words, keeps them at every key, sends with Ctrl+Enter.

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { body_max } from "./threads";
import { keys, t } from "./words";

interface WriterProps {
  label: string;
  empty: string;
  body: string;
  // Takes the focus when it appears, and again whenever this changes: at once, so that the next key already goes here.
  grab?: number | undefined;
  keep: (body: string) => void;
  send: (body: string) => void;
  cancel: () => void;
  // Esc with words in it: they stay, the focus goes.
  leave: () => void;
}

export function Writer(props: WriterProps) {
  const body = useSignal(props.body);
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (props.grab !== undefined) area.current?.focus({ preventScroll: true });
  }, [props.grab]);
  const blank = body.value.trim() === "";
  const change = (next: string): void => {
    body.value = next;
    props.keep(next);
  };
  const send = (): void => {
    if (body.peek().trim() === "") return;
    const words = body.peek();
    body.value = "";
    props.send(words);
  };
  const cancel = (): void => {
    body.value = "";
    props.keep("");
    props.cancel();
  };
  return (
    <form class={blank && props.grab === undefined ? "writer blank" : "writer"} onSubmit={(event) => {
      event.preventDefault();
      send();
    }}>
      <textarea
        ref={area} rows={1} aria-label={props.label} placeholder={props.empty} maxLength={body_max} value={body.value}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            send();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            if (blank) cancel();
            else props.leave();
          }
        }}
      />
      <div class="writer-foot">
        <span class="writer-hint">{t("write.hint", { keys: keys("Ctrl+Enter") })}</span>
        <button type="button" class="button plain small-button" onClick={cancel}>{t("write.cancel")}</button>
        <button type="submit" class="button primary small-button" disabled={blank}>{t("write.send")}</button>
      </div>
    </form>
  );
}
