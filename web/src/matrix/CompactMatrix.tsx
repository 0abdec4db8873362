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
import { Verdict } from "./Verdict";
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
  const { trouble } = store.said.value;
  const ranked = hypotheses.map((hypothesis, j) => ({ hypothesis, column: columns[j] ?? null }))
    .sort((a, b) => (a.column?.rank ?? Infinity) - (b.column?.rank ?? Infinity) || a.hypothesis.number - b.hypothesis.number);
  const worst = Math.min(-1, ...columns.map((column) => column?.score ?? 0));
  const telling = items.flatMap((item) => {
    const said = tellingOf(store, item, "group");
    return said && !said.none && said.bits > 0 ? [{ item, said }] : [];
  }).sort((a, b) => b.said.bits - a.said.bits).slice(0, items_shown);
  return (
    <div class="matrix-compact" data-stale={trouble !== null}>
      <Empty store={store} section={hypothesesSection(session.doc)} add={() => undefined} />
      {hypotheses.length > 1 && items.length > 0 && (
        <>
          {trouble !== null && <p class="matrix-trouble small">{t(trouble === "missing" ? "plugin.missing" : trouble === "waiting" ? "plugin.waiting" : "stale")}</p>}
          <div>
            <h3>{t("compact.whose")}</h3>
            <Verdict hypotheses={hypotheses} columns={columns} view="group" />
          </div>
          <ol class="matrix-ranking">
            {ranked.map(({ hypothesis, column }) => (
              <li key={hypothesis.id} data-leads={column?.leads ?? false}>
                <span class="matrix-rank">{column?.rank ?? "–"}</span>
                <span class="matrix-ranking-name">{titleOf(hypothesis)}</span>
                {column && (column.rank === null ? <span class="small quiet">{t("unrated")}</span> : <span class="matrix-score">{points(column.score)}</span>)}
                {column && column.rank !== null && <span class="matrix-against" aria-hidden="true"><span style={{ inlineSize: `${Math.round((100 * column.score) / worst)}%` }} /></span>}
              </li>
            ))}
          </ol>
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
