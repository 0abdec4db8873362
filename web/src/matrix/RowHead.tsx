// One item of evidence at the head of its row: its words, where it comes from, and how much it weighs.

import { reportPath } from "../shell/router";
import { changeItem, type Item } from "./matrix_doc";
import type { WhatIf } from "./picture";
import { asLevel, levels } from "./rating";
import type { MatrixProps } from "./shared_props";
import { nameOf } from "./store";
import { t } from "./words";

const known_types = ["report", "document", "imagery", "signal", "statement", "assumption", "absence"] as const;
export const typeWords = (type: string): string => {
  const known = known_types.find((one) => one === type);
  return known ? t(`type.${known}`) : type;
};
export { known_types };

export function RowHead(props: MatrixProps & { item: Item }) {
  const { item, store, what_if } = props;
  const assumed = what_if.value;
  const weights = assumed?.levels.get(item.id) ?? item;
  const writable = store.session.writable.value || assumed !== null;
  const weigh = (what: "credibility" | "relevance", value: string): void => {
    const level = asLevel(value);
    if (!assumed) return changeItem(store.session.doc, item.id, { [what]: level });
    const { credibility, relevance } = weights;
    what_if.value = { ...assumed, levels: new Map(assumed.levels).set(item.id, { credibility, relevance, [what]: level }) };
  };
  return (
    <div class="matrix-item">
      {assumed && (
        <input type="checkbox" tabIndex={-1} checked={!assumed.without.has(item.id)} aria-label={t("whatif.use", { item: nameOf(item, 40) })}
          onChange={(event) => (what_if.value = counting(assumed, item.id, event.currentTarget.checked))} />
      )}
      <div class="matrix-item-text">
        <button type="button" class="matrix-item-words" tabIndex={-1} title={item.text} aria-label={t("item.edit.of", { item: nameOf(item) })} onClick={() => props.edit(item)}>{nameOf(item, 400)}</button>
        <div class="matrix-item-facts">
          {[typeWords(item.type), item.source, item.date].filter(Boolean).map((fact) => <span key={fact}>{fact}</span>)}
          {item.place && <a tabIndex={-1} href={`${reportPath(store.session.id)}#e-${item.id}`}>{t("in.text")}</a>}
        </div>
        <div class="matrix-item-weights">
          {(["credibility", "relevance"] as const).map((what) => (
            <label key={what} title={t(what)}>
              <span>{t(what)}</span>
              <select tabIndex={-1} disabled={!writable} aria-label={t(`${what}.of`, { item: nameOf(item, 40) })} value={weights[what] ?? ""} onChange={(event) => weigh(what, event.currentTarget.value)}>
                <option value="">{t("level.none")}</option>
                {[...levels].reverse().map((level) => <option key={level} value={level}>{t(`level.${level}`)}</option>)}
              </select>
            </label>
          ))}
        </div>
      </div>
    </div>
  );
}

function counting(assumed: WhatIf, id: string, counts: boolean): WhatIf {
  const without = new Set(assumed.without);
  if (counts) without.delete(id);
  else without.add(id);
  return { ...assumed, without };
}
