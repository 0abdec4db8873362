// One report's matrix for whatever view draws it: what the document holds, live, and what the plugin says of it.

import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { checksOf } from "../findings/checks";
import type { ReportSession } from "../provider/report_session";
import { hypothesesOf, itemsOf, ratingsOf, type CellRatings, type Hypothesis, type Item, type Rated } from "./matrix_doc";
import { readPanel, type AchPanel } from "./panel";
import type { View } from "./picture";
import { placed } from "./placed";
import { t } from "./words";

export interface Said {
  panel: AchPanel | null;
  // Why its numbers are grey; null when they are what the document says.
  trouble: "missing" | "waiting" | "stale" | null;
  at: number | null;
}

// The sample's analysts are there to be looked at, not to be rated against.
const invented = "sample-";

export class MatrixStore {
  readonly hypotheses: Signal<readonly Hypothesis[]>;
  readonly items: Signal<readonly Item[]>;
  readonly ratings: Signal<ReadonlyMap<string, CellRatings>>;
  readonly said: ReadonlySignal<Said>;
  // The ranks that stood when this view opened, by hypothesis.
  readonly ranks_before = signal<ReadonlyMap<string, number> | null>(null);
  private readonly stops_: (() => void)[] = [];
  // When the plugin last spoke and was right.
  private fresh_at_: number | null = null;

  constructor(readonly session: ReportSession) {
    const { doc } = session;
    this.hypotheses = signal(hypothesesOf(doc));
    this.items = signal(itemsOf(doc));
    this.ratings = signal(ratingsOf(doc));
    // Text changes with every key that anybody presses; a column's title can wait for the next frame.
    let frame = 0;
    const readText = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        const next = hypothesesOf(doc);
        if (JSON.stringify(next) !== JSON.stringify(this.hypotheses.peek())) this.hypotheses.value = next;
      });
    };
    const readItems = (): void => void (this.items.value = itemsOf(doc));
    const readRatings = (): void => void (this.ratings.value = ratingsOf(doc));
    doc.getXmlFragment("default").observeDeep(readText);
    doc.getMap("evidence").observeDeep(readItems);
    doc.getMap("ratings").observeDeep(readRatings);
    this.stops_.push(() => {
      cancelAnimationFrame(frame);
      doc.getXmlFragment("default").unobserveDeep(readText);
      doc.getMap("evidence").unobserveDeep(readItems);
      doc.getMap("ratings").unobserveDeep(readRatings);
    });
    const checks = checksOf(session);
    this.said = computed(() => {
      const told = checks.panels.value.get("ach");
      const health = checks.plugins.value.get("ach");
      const panel = told ? readPanel(told.data) : null;
      if (!panel) return { panel, trouble: health && health.state !== "stopped" && health.state !== "refused" ? "waiting" : "missing", at: null };
      const trouble = told!.stale || (health && health.state !== "running") || !session.connected.value ? "stale" : null;
      if (trouble === null) this.fresh_at_ = Date.now();
      return { panel, trouble, at: this.fresh_at_ };
    });
    this.stops_.push(effect(() => {
      const { panel } = this.said.value;
      if (this.ranks_before.peek() === null && panel?.group) this.ranks_before.value = ranksById(panel);
    }));
  }

  destroy(): void {
    for (const stop of this.stops_.splice(0)) stop();
  }

  own(cell: string): Rated | null {
    return this.ratings.value.get(cell)?.get(this.session.user.id) ?? null;
  }

  others(cell: string): Rated[] {
    return [...(this.ratings.value.get(cell)?.values() ?? [])].filter(({ user, value, note }) => user !== this.session.user.id && (value !== null || note !== ""));
  }

  // Whether others' ratings of a cell may be shown: blind until one has rated it, or has chosen to look. The sample's may be looked at,
  // but not where one rates for oneself.
  open(cell: string, view: View): boolean {
    const own = this.own(cell);
    return !this.session.writable.value || own?.value != null || own?.revealed != null
      || !this.others(cell).some(({ user, value }) => value !== null && (view === "mine" || !user.startsWith(invented)));
  }

  // Whether anything is still to be rated blind.
  blind(): boolean {
    return [...this.ratings.value.keys()].some((cell) => !this.open(cell, "group") && this.shown_(cell));
  }

  private shown_(cell: string): boolean {
    const [item, hypothesis] = cell.split("/");
    return this.items.value.some(({ id }) => id === item) && this.hypotheses.value.some(({ id }) => id === hypothesis);
  }

  // Own ratings first, unless there are none yet and others' may be looked at.
  firstView(): "mine" | "group" {
    const { user, writable } = this.session;
    const own = [...this.ratings.peek().values()].some((cell) => cell.get(user.id)?.value != null);
    return writable.peek() && (own || this.ratings.peek().size === 0 || this.blind()) ? "mine" : "group";
  }

  // Everybody who has rated anything, oneself apart.
  analysts(): { id: string; name: string }[] {
    const found = new Map<string, string>();
    for (const cell of this.ratings.value.values()) {
      for (const { user, name, value } of cell.values()) if (value !== null && user !== this.session.user.id) found.set(user, name || found.get(user) || "");
    }
    return [...found].map(([id, name]) => ({ id, name: name || t("somebody") })).sort((a, b) => a.name.localeCompare(b.name));
  }
}

export function ranksById(panel: AchPanel): Map<string, number> {
  const { group } = panel;
  if (!group) return new Map();
  const { ranks } = placed(group.scores.map((score, j) => ({ score, worst: group.bounds[j]![0], coverage: group.coverage[j]! })));
  return new Map(panel.hypotheses.flatMap((id, j) => (ranks[j] == null ? [] : [[id, ranks[j]!] as const])));
}

export const titleOf = (hypothesis: Hypothesis): string => hypothesis.title || t("hypothesis.unnamed", { n: hypothesis.number });

// Short enough to stand in a sentence.
export const nameOf = (item: Item, most = 60): string => {
  if (item.text === "") return t("item.unnamed");
  return item.text.length <= most ? item.text : `${item.text.slice(0, most).trimEnd()}…`;
};
