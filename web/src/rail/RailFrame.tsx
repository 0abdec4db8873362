// The tabs of the rail, and the one that is open. Each tab's content is a chunk of its own but for the comments.

import { signal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Panel } from "../shell/Lazy";
import { number } from "../words/phrases";
import { t } from "./words";
import "./rail.css";

export type RailTab = "comments" | "findings" | "ach";

export interface TabCount {
  n: number;
  // Said instead of the bare number.
  words: string;
  // Shown instead of it, with a dot.
  alarm?: string | null;
}

const kept_key = "assay.rail";

// The tab that this user last looked at, on this device.
export function railTab(user: string): Signal<RailTab> {
  const tab = signal<RailTab>(readKept(user));
  tab.subscribe((chosen) => {
    try {
      localStorage.setItem(`${kept_key}/${user}`, chosen);
    } catch {
      // Then it is chosen for this page only.
    }
  });
  return tab;
}

function readKept(user: string): RailTab {
  try {
    const kept = localStorage.getItem(`${kept_key}/${user}`);
    return kept === "findings" || kept === "ach" ? kept : "comments";
  } catch {
    return "comments";
  }
}

interface RailFrameProps {
  tabs: readonly RailTab[];
  tab: RailTab;
  choose: (tab: RailTab) => void;
  counts: Readonly<Partial<Record<RailTab, TabCount>>>;
  close: () => void;
  children: ComponentChildren;
}

export function RailFrame(props: RailFrameProps) {
  const bar = useRef<HTMLDivElement>(null);
  const pressed = (event: KeyboardEvent): void => {
    const at = props.tabs.indexOf(props.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: props.tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = props.tabs[(to + props.tabs.length) % props.tabs.length]!;
    props.choose(next);
    bar.current?.querySelector<HTMLElement>(`#rail-tab-${next}`)?.focus();
  };
  return (
    <div class="rail">
      <div class="rail-bar">
        <div class="rail-tabs" role="tablist" aria-label={t("rail.label")} ref={bar} onKeyDown={pressed}>
          {props.tabs.map((tab) => (
            <Tab key={tab} tab={tab} chosen={tab === props.tab} count={props.counts[tab]} choose={() => props.choose(tab)} />
          ))}
        </div>
        <button type="button" class="rail-close" aria-label={t("rail.close")} onClick={props.close}>×</button>
      </div>
      <div class="rail-panel" role="tabpanel" id="rail-panel" aria-labelledby={`rail-tab-${props.tab}`}>
        <Panel key={props.tab}>{props.children}</Panel>
      </div>
    </div>
  );
}

function Tab(props: { tab: RailTab; chosen: boolean; count: TabCount | undefined; choose: () => void }) {
  const { tab, chosen, count } = props;
  return (
    <button type="button" role="tab" class="rail-tab" id={`rail-tab-${tab}`} aria-selected={chosen} aria-controls="rail-panel" tabIndex={chosen ? 0 : -1} onClick={props.choose}>
      {t(`tab.${tab}`)}
      {count && count.n > 0 && (
        <span class={count.alarm ? "rail-tab-count alarm" : "rail-tab-count"} title={count.words}>
          <span aria-hidden="true">{count.alarm ?? number(count.n)}</span>
          <span class="visually-hidden">{count.words}</span>
        </span>
      )}
    </button>
  );
}
