// One thread: the words it is on, its messages, and what may be done with it.

import { Component } from "preact";
import type { ReportSession } from "../provider/report_session";
import { Face } from "../shell/Face";
import { copyText, say } from "../shell/Toasts";
import { ago, fullTime } from "../words/dates";
import type { Discussion } from "./discussion";
import { shownName, type Message, type Thread } from "./threads";
import { t } from "./words";
import { Writer } from "./Writer";

const quote_shown = 160;
const shortened = (quote: string): string => (quote.length <= quote_shown ? quote : `${quote.slice(0, quote_shown).trimEnd()}…`);

interface ThreadCardProps {
  thread: Thread;
  discussion: Discussion;
  session: ReportSession;
  // Shows the thread's words, also where the paper is another view.
  goTo: (id: string) => void;
  orphan?: boolean;
}

// A fault in one thread stays in that thread, and ends when the thread changes.
export class ThreadCard extends Component<ThreadCardProps, { failed: Thread | null }> {
  override state: { failed: Thread | null } = { failed: null };
  override componentDidCatch(error: unknown) {
    console.error(error);
    this.setState({ failed: this.props.thread });
  }
  override render() {
    const { thread } = this.props;
    if (this.state.failed !== thread) return <Card {...this.props} />;
    return <article class="thread" data-card={thread.id}><p class="thread-state">{t("thread.failed")}</p></article>;
  }
}

function Card(props: ThreadCardProps) {
  const { thread, discussion, session } = props;
  const focused = discussion.focused.value === thread.id;
  const may_write = session.canComment.value;
  const resolved = thread.state === "resolved";
  const draft = discussion.drafts.reply(thread.id);
  const link = `${location.origin}${location.pathname}#c-${thread.id}`;
  const resolve = (): void => {
    discussion.setState(thread.id, resolved ? "open" : "resolved");
    say(resolved ? t("said.reopened") : t("said.resolved"));
  };
  return (
    <article
      class={`thread${focused ? " focused" : ""}${resolved ? " resolved" : ""}`}
      data-card={thread.id}
      id={`c-${thread.id}`}
      aria-label={t("thread.label", { quote: shortened(thread.quote) })}
      onClick={() => {
        if (!focused) discussion.reveal(thread.id);
      }}
    >
      <button type="button" class="thread-quote" onClick={(event) => {
        event.stopPropagation();
        props.goTo(thread.id);
      }}>{shortened(thread.quote)}</button>
      <ol class="messages">
        {thread.messages.map((message, at) => (
          <li key={message.id || at}>
            <MessageView message={message} name={shownName(message, session.names.value)} own={message.author === session.user.id}
              remove={may_write && message.author === session.user.id ? () => discussion.deleteMessage(thread.id, message.id) : null} />
          </li>
        ))}
      </ol>
      {props.orphan && discussion.mayAttach(thread) && (
        <button type="button" class="button small-button" onMouseDown={(event) => event.preventDefault()} onClick={(event) => {
          event.stopPropagation();
          if (!discussion.attach(thread.id)) say(t("thread.attach.first"));
        }}>
          {t("thread.attach")}
        </button>
      )}
      {may_write && !resolved && (focused || draft !== "" || props.orphan) && (
        <Writer
          label={t("write.reply.empty")} empty={t("write.reply.empty")} body={draft}
          keep={(body) => discussion.drafts.keepReply(thread.id, body)}
          send={(body) => discussion.reply(thread.id, body)}
          cancel={() => {
            discussion.focus(null);
            discussion.backToText();
          }}
          leave={() => discussion.backToText()}
        />
      )}
      <div class="thread-acts">
        {resolved && <span class="thread-state">{t("thread.resolved")}</span>}
        <button type="button" class="text-act" onClick={(event) => {
          event.stopPropagation();
          void copyText(link, t("thread.link.done"));
        }}>{t("thread.link")}</button>
        {may_write && <button type="button" class="text-act" onClick={(event) => {
          event.stopPropagation();
          resolve();
        }}>{resolved ? t("thread.reopen") : t("thread.resolve")}</button>}
      </div>
    </article>
  );
}

function MessageView(props: { message: Message; name: string; own: boolean; remove: (() => void) | null }) {
  const { message } = props;
  const name = props.name || t("message.unnamed");
  return (
    <div class="message">
      <Face person={{ id: message.author, name }} />
      <div class="message-main">
        <div class="message-head">
          <strong>{props.own ? t("message.you") : name}</strong>
          {message.at === null ? <span class="message-undated">{t("message.undated")}</span>
            : <time dateTime={new Date(message.at).toISOString()} title={fullTime(message.at)}>{ago(message.at, Date.now()) ?? t("message.now")}</time>}
          {props.remove && (
            <button type="button" class="message-delete" aria-label={t("message.delete")} title={t("message.delete")} onClick={(event) => {
              event.stopPropagation();
              props.remove?.();
            }}>×</button>
          )}
        </div>
        <p class="message-body">{message.body}</p>
      </div>
    </div>
  );
}
