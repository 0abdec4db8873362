import { t } from "./words";

// Half a bit is much: one item that fits one hypothesis and refutes another tells 0.28.
const full_bar_bits = 0.6;

export function Telling(props: { telling: { bits: number; none: boolean } | null }) {
  const { telling } = props;
  if (!telling) return null;
  if (telling.none) return <span class="matrix-nothing">{t("diagnosticity.none")}</span>;
  const words = t("diagnosticity.value", { bits: telling.bits.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }) });
  return (
    <span class="matrix-bar-bits" role="img" aria-label={words} title={words}>
      <span style={{ inlineSize: `${Math.min(100, Math.round((100 * telling.bits) / full_bar_bits))}%` }} />
    </span>
  );
}
