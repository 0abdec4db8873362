// What to do first, where a part of the matrix is missing.

import { keys } from "../comments/words";
import { reportPath } from "../shell/router";
import type { MatrixStore } from "./store";
import { t } from "./words";

export function Empty(props: { store: MatrixStore; section: string | null; add: () => void }) {
  const { store, section } = props;
  const hypotheses = store.hypotheses.value;
  const to_section = `${reportPath(store.session.id)}${section ? `#s-${section}` : ""}`;
  if (hypotheses.length < 2) {
    return (
      <div class="matrix-empty">
        <p>{t(hypotheses.length === 0 ? "empty.hypotheses" : "empty.rival")}</p>
        <a class="button primary" href={to_section}>{t("empty.hypotheses.go")}</a>
      </div>
    );
  }
  if (store.items.value.length > 0) return null;
  return (
    <div class="matrix-empty">
      <p>{t("empty.evidence", { keys: keys("Ctrl+Alt+E") })}</p>
      <p class="quiet small">{t("empty.example")}</p>
      {store.session.writable.value && <button type="button" class="button primary" onClick={props.add}>{t("add")}</button>}
    </div>
  );
}
