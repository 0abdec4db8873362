import type { Column } from "./picture";
import { percent, points } from "./shared_props";
import { t } from "./words";

// Score and rank of one hypothesis, and how much of it is rated. `before`: its rank when the view opened.
export function ColumnFoot(props: { column: Column | null; before: number | null }) {
  const { column, before } = props;
  if (!column) return <span class="quiet">–</span>;
  if (column.rank === null) return <span class="small quiet">{t("unrated")}</span>;
  const moved = before === null || before === column.rank ? null : before > column.rank ? "up" : "down";
  return (
    <span class="matrix-standing" data-leads={column.leads}>
      <span class="matrix-rank" title={t("rank.said", { n: column.rank })}>
        <span class="visually-hidden">{t("rank.said", { n: column.rank })}</span>
        <span aria-hidden="true">{column.rank}</span>
        {moved && <span class={`matrix-moved ${moved}`} role="img" aria-label={t(moved)} title={t(moved)}>{moved === "up" ? "▲" : "▼"}</span>}
      </span>
      <span class="matrix-score">{points(column.score)}</span>
      {column.leads && <span class="matrix-leads">{t(column.ties ? "ties" : "leads")}</span>}
      {column.coverage < 1 && <span class="small quiet" title={t("worst", { score: points(column.worst) })}>{t("coverage", { percent: percent(column.coverage) })}</span>}
    </span>
  );
}
