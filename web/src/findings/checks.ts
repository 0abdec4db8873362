// What the server says about one open report: findings, panels, suggestions, and how the plugins are. One store for all views of
// the report, fed by the messages on its session.

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { ReportSession } from "../provider/report_session";
import type { Finding, Panel, PluginHealth, Suggestion } from "./finding";
import { readMessage, type CheckMessage } from "./wire";

export interface KeptPanel extends Panel {
  // When it came, Unix ms.
  at: number;
}

export class Checks {
  // Of all plugins, the ignored ones too; those of one plugin in the order of the text.
  readonly findings: ReadonlySignal<readonly Finding[]>;
  readonly panels: ReadonlySignal<ReadonlyMap<string, KeptPanel>>;
  // By plugin, best first.
  readonly suggestions: ReadonlySignal<ReadonlyMap<string, readonly Suggestion[]>>;
  readonly plugins: ReadonlySignal<ReadonlyMap<string, PluginHealth>>;
  // When a check last ended, Unix ms; null before the first.
  readonly checked: ReadonlySignal<number | null>;
  // Plugins whose last list is old, with the reason where a check did not end.
  readonly unfinished: ReadonlySignal<ReadonlyMap<string, string>>;
  // Plugins that were not shown all of the report, with what was left out.
  readonly left_out: ReadonlySignal<ReadonlyMap<string, string>>;
  // A plugin has blocks left to check.
  readonly underway: ReadonlySignal<boolean>;

  private readonly by_plugin_ = signal<ReadonlyMap<string, readonly Finding[]>>(new Map());
  private readonly panels_ = signal<ReadonlyMap<string, KeptPanel>>(new Map());
  private readonly suggestions_ = signal<ReadonlyMap<string, readonly Suggestion[]>>(new Map());
  private readonly plugins_ = signal<ReadonlyMap<string, PluginHealth>>(new Map());
  private readonly checked_ = signal<number | null>(null);
  private readonly underway_ = signal<ReadonlySet<string>>(new Set());
  private readonly unfinished_ = signal<ReadonlyMap<string, string>>(new Map());
  private readonly left_out_ = signal<ReadonlyMap<string, string>>(new Map());

  constructor() {
    this.findings = computed(() => [...this.by_plugin_.value.values()].flat());
    this.panels = this.panels_;
    this.suggestions = this.suggestions_;
    this.plugins = this.plugins_;
    this.checked = this.checked_;
    this.underway = computed(() => this.underway_.value.size > 0);
    this.unfinished = this.unfinished_;
    this.left_out = this.left_out_;
  }

  // The plugin's last list, the same object until the next one came.
  listOf(plugin: string): readonly Finding[] {
    return this.by_plugin_.value.get(plugin) ?? none;
  }

  take(message: CheckMessage): void {
    switch (message.type) {
      case "findings":
        this.by_plugin_.value = new Map(this.by_plugin_.peek()).set(message.plugin, shared(this.listOf(message.plugin), message.findings));
        if (message.unfinished) this.unfinished_.value = new Map(this.unfinished_.peek()).set(message.plugin, message.unfinished.reason);
        else forget(this.unfinished_, message.plugin);
        if (message.left_out) this.left_out_.value = new Map(this.left_out_.peek()).set(message.plugin, message.left_out);
        else forget(this.left_out_, message.plugin);
        return message.unfinished ? this.leave_(message.plugin) : this.ended_(message.plugin, message.final);
      case "checked":
        return this.ended_(message.plugin, true);
      case "panel":
        this.panels_.value = new Map(this.panels_.peek()).set(message.plugin, { ...message.panel, at: Date.now() });
        return;
      case "suggestions":
        this.suggestions_.value = new Map(this.suggestions_.peek()).set(message.plugin, message.suggestions);
        return;
      case "plugin":
        this.plugins_.value = new Map(this.plugins_.peek()).set(message.health.id, message.health);
        return;
      case "removed":
        forget(this.by_plugin_, message.plugin);
        forget(this.panels_, message.plugin);
        forget(this.suggestions_, message.plugin);
        forget(this.plugins_, message.plugin);
        forget(this.unfinished_, message.plugin);
        forget(this.left_out_, message.plugin);
        return this.ended_(message.plugin, true);
    }
  }

  private ended_(plugin: string, final: boolean): void {
    if (final) this.leave_(plugin);
    else if (!this.underway_.peek().has(plugin)) this.underway_.value = new Set(this.underway_.peek()).add(plugin);
    if (final) this.checked_.value = Date.now();
  }

  // Nothing more of it is waited for.
  private leave_(plugin: string): void {
    const next = new Set(this.underway_.peek());
    if (next.delete(plugin)) this.underway_.value = next;
  }
}

const none: readonly Finding[] = [];

function forget<T>(told: Signal<ReadonlyMap<string, T>>, plugin: string): void {
  const left = new Map(told.peek());
  if (left.delete(plugin)) told.value = left;
}

// The new list, made of the old one's findings where they say the same: what is drawn from them need not be drawn again.
function shared(before: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
  const known = new Map(before.map((finding) => [finding.id, finding]));
  const made = now.map((finding) => {
    const old = known.get(finding.id);
    return old && JSON.stringify(old) === JSON.stringify(finding) ? old : finding;
  });
  return made.length === before.length && made.every((finding, index) => finding === before[index]) ? before : made;
}

const known = new WeakMap<ReportSession, Checks>();

// The store of this session, the same for whoever asks. Ask once as soon as the session is open: what came before is not told again.
export function checksOf(session: ReportSession): Checks {
  let checks = known.get(session);
  if (!checks) {
    const made = new Checks();
    checks = made;
    known.set(session, made);
    session.onMessage((message) => {
      const read = readMessage(message);
      if (read) made.take(read);
    });
  }
  return checks;
}
