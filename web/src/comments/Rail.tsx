// The comments beside the text: cards level with their words, a composer for a new one, and the threads whose words are gone.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ReportSession } from "../provider/report_session";
import "./comments.css";
import { layOut, type Card } from "./card_layout";
import { draft_id, type Discussion, type Filter } from "./discussion";
import { ThreadCard } from "./ThreadCard";
import { keys, t } from "./words";
import { Writer } from "./Writer";

const filters: readonly Filter[] = ["open", "mine", "resolved"];

export function Rail(props: { session: ReportSession; discussion: Discussion; goTo: (id: string) => void }) {
  const { discussion, session } = props;
  const threads = discussion.shown.value;
  const places = discussion.places.value;
  const placed = threads.filter(({ id }) => places.has(id)).sort((a, b) => places.get(a.id)!.from - places.get(b.id)!.from);
  const orphans = threads.filter(({ id }) => !places.has(id));
  const draft = discussion.filter.value === "open" ? discussion.draft.value : null;
  const count = (filter: Filter): number => discussion.threads.value.filter((thread) => (
    filter === "mine" ? thread.messages.some(({ author }) => author === session.user.id) : thread.state === filter)).length;

  return (
    <div class="comments">
      <div class="rail-head">
        <div class="rail-filters" role="group" aria-label={t("rail.filters")}>
          {filters.map((filter) => (
            <button key={filter} type="button" class="text-act rail-filter" aria-pressed={discussion.filter.value === filter} onClick={() => (discussion.filter.value = filter)}>
              {t(`filter.${filter}`)} <span class="rail-count">{count(filter)}</span>
            </button>
          ))}
        </div>
      </div>
      {threads.length === 0 && !draft && <p class="rail-empty">{emptyWords(discussion.filter.value, session.canComment.value)}</p>}
      <Placed discussion={discussion} ids={[...(draft ? [draft_id] : []), ...placed.map(({ id }) => id)]}>
        {draft && (
          <article class="thread focused" data-card={draft_id} aria-label={t("write.new")} key={draft_id}>
            <blockquote class="thread-quote">{draft.quote}</blockquote>
            <Writer
              label={t("write.new")} empty={t("write.new.empty")} body={draft.body} grab={discussion.begun.value || undefined}
              keep={(body) => discussion.keepDraft({ ...draft, body })}
              send={(body) => discussion.send(body)}
              cancel={() => {
                discussion.keepDraft(null);
                discussion.backToText();
              }}
              leave={() => discussion.backToText()}
            />
          </article>
        )}
        {placed.map((thread) => <ThreadCard key={thread.id} thread={thread} discussion={discussion} session={session} goTo={props.goTo} />)}
      </Placed>
      {orphans.length > 0 && (
        <section class="orphans" aria-labelledby="orphans-title">
          <h2 id="orphans-title">{t("rail.orphans")}</h2>
          {orphans.map((thread) => <ThreadCard key={thread.id} thread={thread} discussion={discussion} session={session} goTo={props.goTo} orphan />)}
        </section>
      )}
    </div>
  );
}

function emptyWords(filter: Filter, writes: boolean): string {
  if (filter === "mine") return t("rail.empty.mine");
  if (filter === "resolved") return t("rail.empty.resolved");
  return writes ? t("rail.empty", { keys: keys("Ctrl+Alt+M") }) : t("rail.empty.reader");
}

// Gives each card its level. Where the rail is a list (a drawer, a narrow window) the style sheet ignores the levels.
function Placed(props: { discussion: Discussion; ids: readonly string[]; children: preact.ComponentChildren }) {
  const { discussion } = props;
  const field = useRef<HTMLDivElement>(null);
  const turn = useSignal(0);
  const arrange = (): void => {
    const element = field.current;
    if (!element) return;
    const origin = element.getBoundingClientRect().top;
    const cards = [...element.querySelectorAll<HTMLElement>(":scope > [data-card]")];
    const measured = cards.flatMap((card): Card[] => {
      const top = discussion.topOf(card.dataset["card"]!);
      return [{ id: card.dataset["card"]!, wanted: (top ?? origin) - origin, height: card.offsetHeight }];
    });
    const tops = layOut(measured, discussion.focused.peek());
    let end = 0;
    for (const card of cards) {
      const top = tops.get(card.dataset["card"]!) ?? 0;
      card.style.setProperty("--top", `${Math.round(top)}px`);
      end = Math.max(end, top + card.offsetHeight);
    }
    element.style.setProperty("--end", `${Math.round(end)}px`);
  };
  useSignalEffect(() => {
    void discussion.layout.value;
    void discussion.places.value;
    void turn.value;
    const frame = requestAnimationFrame(arrange);
    return () => cancelAnimationFrame(frame);
  });
  useLayoutEffect(arrange);
  useEffect(() => {
    const watch = new ResizeObserver(() => (turn.value = turn.peek() + 1));
    for (const card of field.current?.children ?? []) watch.observe(card);
    const paper = document.querySelector(".paper");
    if (paper) watch.observe(paper);
    return () => watch.disconnect();
  }, [props.ids.join(" ")]);
  return <div class="rail-field" ref={field}>{props.children}</div>;
}
