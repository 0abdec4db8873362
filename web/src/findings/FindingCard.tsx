// One finding: what it says, why, on which words, and what can be done about it. Short in the list, whole while it has the focus.

import { useSignal } from "@preact/signals";
import type { ReportSession } from "../provider/report_session";
import { say } from "../shell/Toasts";
import { ApiError } from "../wire/api";
import { dropIgnore, ignoreFinding } from "../wire/findings_api";
import type { Edit, Finding, Fix, Severity } from "./finding";
import type { Findings } from "./findings";
import { ruleName } from "./order";
import { wireId } from "./wire";
import { t } from "./words";

const quote_shown = 140;
const shortened = (words: string): string => {
  const line = words.replace(/\s+/gu, " ").trim();
  return line.length <= quote_shown ? line : `${line.slice(0, quote_shown).trimEnd()}…`;
};

const shapes: Record<Severity, string> = {
  error: "M7 3h6l4 4v6l-4 4H7l-4-4V7ZM10 6.5v4.5M10 13.6v.01",
  warning: "M10 3.5 2.5 16.5h15ZM10 8v4M10 14.3v.01",
  hint: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.5v4M10 6.6v.01",
};

// The form differs as well as the colour, and the word is there for those who listen.
export function SeverityMark(props: { severity: Severity }) {
  return (
    <span class={`severity severity-${props.severity}`}>
      <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d={shapes[props.severity]} />
      </svg>
      <span class="visually-hidden">{t(`severity.${props.severity}`)}</span>
    </span>
  );
}

interface FindingCardProps {
  finding: Finding;
  findings: Findings;
  session: ReportSession;
  // All of it is shown.
  whole: boolean;
  // Shows the words, also where the paper is another view.
  goTo: (id: string) => void;
  // After it was mended or ignored.
  done?: () => void;
}

export function FindingCard(props: FindingCardProps) {
  const { finding, findings, whole } = props;
  const health = findings.checks.plugins.value.get(finding.plugin);
  const plugin = health?.name ?? finding.plugin;
  const names = `finding-card${whole ? " focused" : ""}${finding.stale ? " old" : ""}`;
  return (
    <article class={names} data-finding={finding.id} aria-label={t("card.label", { severity: t(`severity.${finding.severity}`), message: finding.message })}>
      <button type="button" class="finding-head" aria-expanded={whole} onClick={() => props.goTo(finding.id)}>
        <SeverityMark severity={finding.severity} />
        <span class="finding-what">
          <span class="finding-message">{finding.message}</span>
          <Where finding={finding} />
        </span>
      </button>
      {whole && (
        <div class="finding-body">
          {finding.hint && <p class="finding-hint">{finding.hint}</p>}
          {finding.stale && <p class="finding-since">{t(health?.state === "stopped" || health?.state === "refused" ? "card.off" : "card.old", { plugin })}</p>}
          {finding.related.length > 0 && <RelatedList finding={finding} />}
          {findings.mayFix() && finding.fixes.length > 0 && (
            <div class="fixes">
              {finding.fixes.map((fix, index) => <FixButton key={index} fix={fix} finding={finding} findings={findings} done={props.done} />)}
            </div>
          )}
          <Acts {...props} />
          <p class="finding-rule">
            {t("card.rule", { rule: ruleName(finding.rule), plugin })}
            {finding.help && <a href={finding.help} target="_blank" rel="noreferrer">{t("card.about")}</a>}
          </p>
        </div>
      )}
    </article>
  );
}

function Where(props: { finding: Finding }) {
  const { finding } = props;
  if (finding.field) return <span class="finding-field">{t(`card.field.${finding.field}`)}</span>;
  return finding.quote === "" ? null : <q class="finding-quote">{shortened(finding.quote)}</q>;
}

function RelatedList(props: { finding: Finding }) {
  return (
    <ul class="finding-related" aria-label={t("card.related")}>
      {props.finding.related.map(({ message, quote }, index) => (
        <li key={index}>{message || t("card.related")}{quote && <q>{shortened(quote)}</q>}</li>
      ))}
    </ul>
  );
}

function FixButton(props: { fix: Fix; finding: Finding; findings: Findings; done: (() => void) | undefined }) {
  const { fix, finding, findings } = props;
  const mend = (): void => {
    if (!findings.apply(finding, fix)) return say(t("fix.outdated"));
    say(t("fix.done"), { label: t("fix.undo"), act: () => findings.undo() });
    props.done?.();
    findings.backToText();
  };
  return (
    <button type="button" class="fix" onClick={mend}>
      <FixFace fix={fix} />
    </button>
  );
}

// What the plugin calls it, and the change. A name that only repeats the new words is left to those who listen.
function FixFace(props: { fix: Fix }) {
  const { title, edits } = props.fix;
  const edit = edits.length === 1 && edits[0]!.quote.length < 60 ? edits[0]! : null;
  if (!edit) return <><span class="visually-hidden">{t("fix.label")} </span><span class="fix-title">{title || (edits[0] ? changeOf(edits[0]) : "")}</span></>;
  const repeats = title === "" || (edit.replacement !== "" && title.includes(edit.replacement));
  return (
    <>
      <span class="visually-hidden">{`${t("fix.label")} ${[repeats ? "" : title, changeOf(edit)].filter(Boolean).join(": ")}`}</span>
      {!repeats && <span class="fix-title" aria-hidden="true">{title}</span>}
      <Preview edit={edit} />
    </>
  );
}

// For those who listen: neither a struck word nor an arrow is heard.
function changeOf({ quote, replacement }: Edit): string {
  const [words, by] = [shortened(quote), shortened(replacement)];
  if (replacement === "") return t("fix.delete", { words });
  return quote === "" ? t("fix.insert", { words: by }) : t("fix.replace", { words, by });
}

function Preview(props: { edit: Edit }) {
  const { quote, replacement } = props.edit;
  return (
    <span class="fix-preview" aria-hidden="true">
      {quote && <del>{quote}</del>}
      {quote && replacement && <span class="fix-arrow"> → </span>}
      {replacement && <ins>{replacement}</ins>}
    </span>
  );
}

function Acts(props: FindingCardProps) {
  const { finding, findings, session } = props;
  const asking = useSignal(false);
  const reason = useSignal("");
  if (!session.canComment.value) return null;
  const ignore = async (scope: "here" | "report"): Promise<void> => {
    findings.hide(finding);
    props.done?.();
    try {
      const { id } = await ignoreFinding(session.id, wireId(finding), scope, reason.peek().trim());
      say(t(scope === "here" ? "ignore.done" : "ignore.done.report"), { label: t("fix.undo"), act: () => void takeBack(session.id, id) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      findings.unhide(finding.id);
      say(t("ignore.failed", { why: error.message }));
    }
  };
  if (asking.value) {
    return (
      <form class="ignore-form" onSubmit={(event) => {
        event.preventDefault();
        if (reason.value.trim() !== "") void ignore("report");
      }}>
        <strong>{t("ignore.report.title", { rule: ruleName(finding.rule) })}</strong>
        <p class="quiet small">{t("ignore.report.text")}</p>
        <textarea class="input" rows={2} required autoFocus aria-label={t("ignore.reason")} placeholder={t("ignore.reason")} maxLength={1000}
          value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
            if (event.key !== "Escape") return;
            event.stopPropagation();
            asking.value = false;
          }} />
        <div class="ignore-acts">
          <button type="button" class="text-act" onClick={() => (asking.value = false)}>{t("ignore.cancel")}</button>
          <button type="submit" class="button small-button primary" disabled={reason.value.trim() === ""}>{t("ignore.confirm")}</button>
        </div>
      </form>
    );
  }
  return (
    <div class="finding-acts">
      <button type="button" class="text-act" onClick={() => void ignore("here")}>{t("ignore.here")}</button>
      <button type="button" class="text-act" onClick={() => (asking.value = true)}>{t("ignore.report")}</button>
    </div>
  );
}

export async function takeBack(report: string, ignore: string): Promise<void> {
  try {
    await dropIgnore(report, ignore);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message);
  }
}
