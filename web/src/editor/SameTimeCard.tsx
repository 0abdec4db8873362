// Where somebody else changed the sentence one was writing in: both versions, and one's own back beside theirs by one press.

import type { ReportEditor } from "./open_editor";
import { answered, keepMine, same_time_key } from "./same_time";
import { t } from "./words";

export function SameTimeCard(props: { report: ReportEditor }) {
  const { editor, revision } = props.report;
  void revision.value;
  const clash = editor.isDestroyed ? null : (same_time_key.getState(editor.state)?.clash ?? null);
  const told = clash !== null && clash.mine !== "" && clash.mine !== clash.now;
  return (
    <div role="status">
      {told && (
        <section class="same-time" aria-label={t("same_time.title")}>
          <strong>{t("same_time.title")}</strong>
          <p class="small quiet">{t("same_time.text")}</p>
          <dl>
            <dt>{t("same_time.mine")}</dt>
            <dd>{clash.mine}</dd>
            <dt>{t("same_time.now")}</dt>
            <dd>{clash.now || <em>{t("same_time.gone")}</em>}</dd>
          </dl>
          <div class="same-time-acts">
            <button type="button" class="button small-button" onClick={() => editor.view.dispatch(answered(editor.state))}>{t("same_time.fine")}</button>
            <button type="button" class="button small-button primary" onClick={() => {
              editor.view.dispatch(keepMine(editor.state, clash).scrollIntoView());
              editor.view.focus();
            }}>{t("same_time.keep")}</button>
          </div>
        </section>
      )}
    </div>
  );
}
