// What stands beside the text: the rail with its tabs.

import type { Signal } from "@preact/signals";
import type { Discussion } from "../comments/discussion";
import { Rail } from "../comments/Rail";
import type { Findings } from "../findings/findings";
import type { ReportSession } from "../provider/report_session";
import { RailFrame, type RailTab, type TabCount } from "../rail/RailFrame";
import { t as rail } from "../rail/words";
import { Lazy } from "../shell/Lazy";
import { narrow, tabs } from "./areas";
import type { ReportEditor } from "./open_editor";

const load_findings = () => import("../findings/FindingsPanel").then((chunk) => chunk.FindingsPanel);
const load_compact = () => import("../matrix/CompactMatrix").then((chunk) => chunk.CompactMatrix);

interface BesideProps {
  session: ReportSession;
  report: ReportEditor;
  discussion: Discussion;
  findings: Findings;
  tab: Signal<RailTab>;
  // Shows the text, where it is another view, and then what is asked for.
  goTo: (reveal: () => void) => void;
  close: () => void;
}

export function Beside(props: BesideProps) {
  const { session, report, discussion, findings, tab, goTo } = props;
  const toFinding = (id: string): void => goTo(() => {
    findings.reveal(id);
    // The list is out of sight there: its card comes along.
    if (narrow.value && findings.boxOf(id)) findings.ask([id]);
  });
  const counts = { comments: threadsCount(discussion), findings: findingsCount(findings) };
  return (
    <RailFrame tabs={tabs} tab={tab.value} choose={(next) => (tab.value = next)} close={props.close} counts={counts}>
      {tab.value === "comments" && <Rail session={session} discussion={discussion} goTo={(id) => goTo(() => discussion.reveal(id))} />}
      {tab.value === "findings" && <Lazy load={load_findings} props={{ session, report, findings, goTo: toFinding }} />}
      {tab.value === "ach" && <Lazy load={load_compact} props={{ session }} />}
    </RailFrame>
  );
}

export const openThreads = (discussion: Discussion): number => discussion.threads.value.filter(({ state }) => state === "open").length;

function threadsCount(discussion: Discussion): TabCount {
  const n = openThreads(discussion);
  return { n, words: rail("count.comments", { n }) };
}

// Errors and warnings by name; hints are counted in the panel.
function findingsCount(findings: Findings): TabCount {
  const { error, warning, hint } = findings.counts.value;
  const said = [error > 0 ? rail("count.errors", { n: error }) : "", warning > 0 ? rail("count.warnings", { n: warning }) : ""].filter(Boolean);
  const n = error + warning + hint;
  return { n, alarm: error > 0 ? rail("count.errors", { n: error }) : null, words: [...said, rail("count.findings", { n })].join(", ") };
}
