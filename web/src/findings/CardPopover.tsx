// The findings on the words that were clicked, beside them, where the panel is not open.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { place } from "../editor/floating";
import type { ReportSession } from "../provider/report_session";
import { FindingCard } from "./FindingCard";
import type { Findings } from "./findings";
import { t } from "./words";
import "./findings.css";

export interface CardPopoverProps {
  session: ReportSession;
  findings: Findings;
  // Opens the panel.
  all: () => void;
}

export function CardPopover(props: CardPopoverProps) {
  const { findings } = props;
  const asked = findings.asked.value;
  const box = useRef<HTMLDivElement>(null);
  const close = (): void => findings.ask([]);
  const cards = asked ? asked.ids.flatMap((id) => findings.shown.value.find(({ finding }) => finding.id === id)?.finding ?? []) : [];
  const stand = (): void => {
    const words = cards[0] && findings.boxOf(cards[0].id);
    if (box.current && words) place(box.current, words);
  };
  useLayoutEffect(stand, [cards.map(({ id }) => id).join(" "), asked?.turn]);
  useEffect(() => {
    if (asked?.grab) (box.current?.querySelector<HTMLElement>(".fix") ?? box.current?.querySelector<HTMLElement>(".text-act"))?.focus();
  }, [asked?.turn]);
  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target) && !(event.target instanceof Element && event.target.closest(".paper-text"))) close();
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || findings.asked.peek() === null) return;
      event.stopPropagation();
      close();
      findings.backToText();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("keydown", pressed, { capture: true });
    window.addEventListener("scroll", stand, { passive: true });
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("keydown", pressed, { capture: true });
      window.removeEventListener("scroll", stand);
    };
  });
  if (cards.length === 0) return null;
  const focused = cards.find(({ id }) => id === findings.focused.value) ?? cards[0]!;
  return (
    <div class="finding-popover" role="dialog" aria-label={t("popover.label")} ref={box}>
      {cards.map((finding) => (
        <FindingCard key={finding.id} finding={finding} findings={findings} session={props.session} goTo={(id) => findings.focus(id)} whole={finding === focused} done={close} />
      ))}
      <div class="popover-foot">
        <button type="button" class="text-act" onClick={() => {
          close();
          props.all();
        }}>{t("popover.all")}</button>
        <button type="button" class="text-act" onClick={() => {
          close();
          findings.backToText();
        }}>{t("popover.close")}</button>
      </div>
    </div>
  );
}
