// Who leads; while that is open, that it is, and why.

import type { Hypothesis } from "./matrix_doc";
import type { Column, View } from "./picture";
import { whoseOf } from "./picture";
import { placed } from "./placed";
import { titleOf } from "./store";
import { t } from "./words";

export const listed = (names: readonly string[]): string => new Intl.ListFormat(document.documentElement.lang).format(names);

export function Verdict(props: { hypotheses: readonly Hypothesis[]; columns: readonly (Column | null)[]; view: View }) {
  const known = props.hypotheses.flatMap((hypothesis, j) => (props.columns[j] ? [{ hypothesis, column: props.columns[j]! }] : []));
  if (known.length < 2) return null;
  const { first, unrated, rivals, decided } = placed(known.map(({ column }) => column));
  const who = (columns: readonly number[]): string => listed(columns.map((j) => titleOf(known[j]!.hypothesis)));
  if (first.length === 0) return <p class="matrix-verdict">{t(`verdict.nothing.${whoseOf(props.view)}`)}</p>;
  if (decided) return <p class="matrix-verdict">{t(first.length > 1 ? "rests.tie" : "rests.leads", { who: who(first) })}</p>;
  const others = rivals.filter((j) => !first.includes(j));
  return (
    <div class="matrix-open">
      <p class="matrix-verdict">{t("verdict.open")}</p>
      <ul class="small">
        {unrated.length > 0 && <li class="matrix-warn">{t("verdict.unrated", { who: who(unrated), n: unrated.length })}</li>}
        {others.length > 0 && <li class="matrix-warn">{t("verdict.rivals", { who: who(others) })}</li>}
        {others.length === 0 && rivals.length > 0 && <li class="matrix-warn">{t("verdict.between", { who: who(first) })}</li>}
        <li>{t("verdict.so_far", { who: who(first) })}</li>
      </ul>
    </div>
  );
}
