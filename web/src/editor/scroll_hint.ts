// A bar that is wider than its place: first its words go, then it scrolls, and says on which side more is.

import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

export interface Hidden {
  before: boolean;
  after: boolean;
}

// `holds`: what the bar holds, as far as it changes its width; measuring costs a layout, and must not be done with every key.
export function useScrollHint(bar: RefObject<HTMLElement | null>, holds: string): Hidden {
  const hidden = useSignal<Hidden>({ before: false, after: false });
  const measure = (): void => {
    const element = bar.current;
    if (!element) return;
    const { scrollLeft, scrollWidth, clientWidth } = element;
    // Right to left it counts from the other side, below zero.
    const from_start = Math.abs(scrollLeft);
    const next = { before: from_start > 1, after: from_start + clientWidth < scrollWidth - 1 };
    if (next.before !== hidden.peek().before || next.after !== hidden.peek().after) hidden.value = next;
  };
  const fit = (): void => {
    const element = bar.current;
    if (!element) return;
    const place = element.parentElement!;
    delete place.dataset["tight"];
    if (element.scrollWidth > element.clientWidth) place.dataset["tight"] = "";
    measure();
  };
  useLayoutEffect(fit, [holds]);
  useLayoutEffect(() => {
    const element = bar.current;
    if (!element) return;
    const watched = new ResizeObserver(fit);
    watched.observe(element.parentElement!);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      watched.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);
  return hidden.value;
}
