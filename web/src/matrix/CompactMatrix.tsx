// The matrix in brief, beside the text: hypotheses in the order of their rank, and the items that tell them apart most.

import { useEffect, useMemo } from "preact/hooks";
import type { ReportSession } from "../provider/report_session";
import { reportPath } from "../shell/router";
import { Empty } from "./Empty";
import { hypothesesSection } from "./matrix_doc";
import { columnsOf } from "./picture";
import { points, tellingOf } from "./shared_props";
import { MatrixStore, nameOf, titleOf } from "./store";
import { Telling } from "./Telling";
import { t } from "./words";
import "./matrix.css";

const items_shown = 3;

export function CompactMatrix(props: { session: ReportSession }) {
  const { session } = props;
  const store = useMemo(() => new MatrixStore(session), [session]);
  useEffect(() => () => store.destroy(), [store]);
  const hypotheses = store.hypotheses.value;
  const items = store.items.value;
  const columns = columnsOf(store, hypotheses, "group");
  const { panel, trouble } = store.said.value;
  const ranked = hypotheses.map((hypothesis, j) => ({ hypothesis, column: columns[j] ?? null }))
    .sort((a, b) => (a.column?.rank ?? Infinity) - (b.column?.rank ?? Infinity) || a.hypothesis.number - b.hypothesis.number);
  const worst = Math.min(-1, ...columns.map((column) => column?.score ?? 0));
  const telling = items.flatMap((item) => {
    const said = tellingOf(store, item);
    return said && !said.none && said.bits > 0 ? [{ item, said }] : [];
  }).sort((a, b) => b.said.bits - a.said.bits).slice(0, items_shown);
  const group = panel?.group;
  return (
    <div class="matrix-compact" data-stale={trouble !== null}>
      <Empty store={store} section={hypothesesSection(session.doc)} add={() => undefined} />
      {hypotheses.length > 1 && items.length > 0 && (
        <>
          {trouble !== null && <p class="matrix-trouble small">{t(trouble === "missing" ? "plugin.missing" : trouble === "waiting" ? "plugin.waiting" : "stale")}</p>}
          <ol class="matrix-ranking">
            {ranked.map(({ hypothesis, column }) => (
              <li key={hypothesis.id} data-leads={column?.leads ?? false}>
                <span class="matrix-rank">{column ? column.rank : "–"}</span>
                <span class="matrix-ranking-name">{titleOf(hypothesis)}</span>
                <span class="matrix-score">{column ? points(column.score) : ""}</span>
                {column && <span class="matrix-against" aria-hidden="true"><span style={{ inlineSize: `${Math.round((100 * column.score) / worst)}%` }} /></span>}
              </li>
            ))}
          </ol>
          {group && group.rivals.length > 0 && (
            <p class="small matrix-warn">{t("rests.undecided", { who: new Intl.ListFormat(document.documentElement.lang).format(hypotheses.filter(({ id }) => group.rivals.includes(panel.hypotheses.indexOf(id))).map(titleOf)) })}</p>
          )}
          {telling.length > 0 && (
            <section>
              <h3>{t("compact.items")}</h3>
              <ul class="matrix-most">
                {telling.map(({ item, said }) => <li key={item.id}><span>{nameOf(item, 120)}</span><Telling telling={said} /></li>)}
              </ul>
            </section>
          )}
        </>
      )}
      <a class="button" href={`${reportPath(session.id)}/matrix`}>{t("compact.open")}</a>
    </div>
  );
}
