// What the result rests on: who leads, how surely, and what would change it. The plugin works all of it out for the group's ratings; of
// one's own it says the scores.

import type { AchPanel, PanelGroup } from "./panel";
import { percent } from "./shared_props";
import { columnsOf, type Column } from "./picture";
import { nameOf, titleOf, type MatrixStore } from "./store";
import { listed, Verdict } from "./Verdict";
import { t } from "./words";

const rows_shown = 3;

export function RestsOn(props: { store: MatrixStore }) {
  const { store } = props;
  const { panel, trouble } = store.said.value;
  const group = panel?.group;
  if (!panel || !group || panel.hypotheses.length < 2) return null;
  const title = (j: number): string => {
    const hypothesis = store.hypotheses.value.find(({ id }) => id === panel.hypotheses[j]);
    return hypothesis ? titleOf(hypothesis) : t("hypothesis.unnamed", { n: j + 1 });
  };
  const who = (columns: readonly number[]): string => listed(columns.map(title));
  const hypotheses = store.hypotheses.value;
  const columns = columnsOf(store, hypotheses, "group");
  // While that is open, what would change who leads says nothing.
  const decided = columns.some((column) => column?.leads);
  return (
    <section class="matrix-rests" aria-labelledby="matrix-rests" data-stale={trouble !== null}>
      <h3 id="matrix-rests">{t("rests")}</h3>
      <Verdict hypotheses={hypotheses} columns={columns} view="group" />
      {decided && (
        <>
          <Methods group={group} who={who} />
          <Flips store={store} panel={panel} group={group} who={who} title={title} />
          <h4>{t("rests.noise")}</h4>
          <ul class="matrix-noise">
            {group.noise.map((share, j) => (
              <li key={panel.hypotheses[j]}>
                <span>{title(j)}</span>
                <span class="matrix-bar-bits" aria-hidden="true"><span style={{ inlineSize: `${Math.round(100 * share)}%` }} /></span>
                <span>{percent(share)}</span>
              </li>
            ))}
          </ul>
          {group.noise.reduce((sum, share) => sum + Math.round(100 * share), 0) > 100 && <p class="small quiet">{t("rests.noise.over")}</p>}
        </>
      )}
      {group.alpha !== null && <p class="small">{t("rests.alpha", { alpha: group.alpha.toFixed(2) })}</p>}
      {decided && group.oneAnalystDecides && <p class="small matrix-warn">{t("rests.analyst")}</p>}
    </section>
  );
}

// What one's own ratings say, where one looks at these, or what follows from one's assumptions.
export function OwnVerdict(props: { store: MatrixStore; columns: readonly (Column | null)[]; assumed: boolean; toGroup: () => void }) {
  const { store, columns, assumed } = props;
  return (
    <section class="matrix-rests" aria-labelledby="matrix-rests" data-stale={!assumed && store.said.value.trouble !== null}>
      <h3 id="matrix-rests">{t(assumed ? "rests.whatif" : "rests.mine")}</h3>
      <Verdict hypotheses={store.hypotheses.value} columns={columns} view={assumed ? "group" : "mine"} />
      {!assumed && (
        <p class="small quiet">
          {t("rests.mine.hint")}{" "}
          <button type="button" class="button" onClick={props.toGroup}>{t("rests.to.group")}</button>
        </p>
      )}
    </section>
  );
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

function Methods(props: { group: PanelGroup; who: (columns: readonly number[]) => string }) {
  const { group } = props;
  if (group.agree) return <p class="small matrix-agree">{t("rests.agree")}</p>;
  return (
    <>
      <p class="small matrix-warn">{t("rests.differ")}</p>
      <ul class="small matrix-methods">
        {group.methods.map(({ method, leaders }) => (
          <li key={method} data-differs={!same(leaders, group.leaders)}>{t(`method.${method as "bayes"}`)}: {props.who(leaders)}</li>
        ))}
      </ul>
    </>
  );
}

interface FlipsProps {
  store: MatrixStore;
  panel: AchPanel;
  group: PanelGroup;
  who: (columns: readonly number[]) => string;
  title: (column: number) => string;
}

function Flips(props: FlipsProps) {
  const { store, panel, group, who } = props;
  const row = (i: number): string => {
    const item = store.items.value.find(({ id }) => id === panel.evidence[i]);
    return item ? nameOf(item, 80) : "";
  };
  const once = group.originCollapsed;
  const stance = group.byStance;
  return (
    <>
      {group.distance && <p class="small">{t("rests.distance", { n: group.distance.steps, who: props.title(group.distance.column) })}</p>}
      {group.without.length > 0 && (
        <div class="small">
          <p>{t("rests.without")}</p>
          <ul>
            {group.without.slice(0, rows_shown).map((i) => <li key={panel.evidence[i]}>{row(i)}</li>)}
            {group.without.length > rows_shown && <li class="quiet">{t("rests.more", { n: group.without.length - rows_shown })}</li>}
          </ul>
        </div>
      )}
      {group.weights.length > 0 && <p class="small">{t("rests.weights", { n: group.weights.length })}</p>}
      {group.origins.length > 0 && <p class="small matrix-warn">{t("rests.origins", { who: group.origins.slice(0, rows_shown).map((origin) => `“${origin}”`).join(", ") })}</p>}
      {once && !same(once, group.leaders) && <p class="small matrix-warn">{t("rests.once", { who: who(once) })}</p>}
      {stance && !same(stance.sincere, stance.deceptive) && <p class="small matrix-warn">{t("rests.stance", { sincere: who(stance.sincere), deceptive: who(stance.deceptive) })}</p>}
    </>
  );
}
