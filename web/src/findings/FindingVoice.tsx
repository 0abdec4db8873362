// Says what is underlined to those who listen, when the caret comes into the words. The text itself is not changed for it.

import { useComputed } from "@preact/signals";
import { t } from "../rail/words";
import type { Findings } from "./findings";

export function FindingVoice(props: { findings: Findings }) {
  const { findings } = props;
  const said = useComputed(() => {
    const [first, ...more] = findings.here.value.flatMap((id) => findings.find(id) ?? []);
    if (!first) return "";
    const one = t("voice.here", { severity: t(`severity.${first.severity}`), message: first.message });
    return more.length === 0 ? one : t("voice.more", { said: one, n: more.length });
  });
  return <div class="visually-hidden" role="status">{said.value}</div>;
}
