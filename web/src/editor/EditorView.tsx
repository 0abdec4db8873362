import type { ReportSession } from "../provider/report_session";

export function EditorView(props: { session: ReportSession }) {
  return <div class="paper">{props.session.doc.getMap("meta").get("title") as string}</div>;
}
