// The parts of a report's page: text, outline, and what stands beside. All at once where there is room, one at a time in a narrow window.

import { signal, type Signal } from "@preact/signals";
import type { RailTab } from "../rail/RailFrame";
import { t } from "./words";

export type Area = "text" | "outline" | RailTab;

export const tabs: readonly RailTab[] = ["comments", "findings", "ach"];
export const isTab = (area: Area): area is RailTab => area !== "text" && area !== "outline";

// The style sheet's narrow window, where one area fills it, and its wide one, where the rail is always there.
export const narrow = matches("(max-width: 767px)");
export const wide = matches("(min-width: 1200px)");

function matches(media: string): Signal<boolean> {
  const query = matchMedia(media);
  const now = signal(query.matches);
  query.addEventListener("change", (event) => (now.value = event.matches));
  return now;
}

const areas: readonly Area[] = ["text", "outline", ...tabs];

// A dot on the findings says that there are errors among them.
export function AreaBar(props: { area: Area; alarm: boolean; choose: (area: Area) => void }) {
  return (
    <nav class="area-bar" aria-label={t("areas.label")}>
      {areas.map((area) => (
        <button key={area} type="button" class={area === "findings" && props.alarm ? "alarm" : undefined} aria-current={props.area === area ? "page" : undefined} onClick={() => props.choose(area)}>
          {t(`areas.${area}`)}
        </button>
      ))}
    </nav>
  );
}
