import { Icon } from "../shell/Icon";
import type { Preview } from "../wire/api";
import { language } from "../words/phrases";
import { roleName, t } from "./words";

const counted = ["assumptions", "redFlags", "blindSpots", "implications", "recommendations", "scenarios"] as const;

// One file as it would become a report.
export function PreviewPane(props: { name: string; preview: Preview }) {
  const { preview } = props;
  const facts = head_facts(preview);
  const found = [
    ...(preview.hypotheses.length > 0 ? [t("hypotheses", { n: preview.hypotheses.length })] : []),
    ...counted.filter((what) => preview[what] > 0).map((what) => t(what, { n: preview[what] })),
    ...(preview.confidence ? [t("confidence", { level: preview.confidence })] : []),
    ...(preview.tags.length > 0 ? [t("tags", { n: preview.tags.length })] : []),
  ];
  return (
    <div class="preview" tabIndex={0} role="region" aria-label={props.name}>
      <div class="preview-title">
        <h3>{preview.title || props.name}</h3>
        {facts.length > 0 && (
          <dl>
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <Unrecognised preview={preview} />
      <table class="preview-sections">
        <caption class="visually-hidden">{t("goes.where")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("section")}</th>
            <th scope="col">{t("heading")}</th>
            <th scope="col">{t("begins")}</th>
          </tr>
        </thead>
        <tbody>
          {preview.sections.map((section, at) => (
            <tr key={at}>
              <th scope="row">
                {roleName(section.role)}
                <span class="quiet small">{t("blocks", { n: section.blocks })}</span>
              </th>
              <td>{section.heading}</td>
              <td class="excerpt">{section.excerpt}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > 0 && (
        <p class="preview-found">
          <span class="quiet">{t("found")}:</span> {new Intl.ListFormat(language.value).format(found)}
        </p>
      )}
      {preview.tags.length > 0 && (
        <p class="preview-tags">
          {preview.tags.map((tag) => (
            <span class="chip" key={tag}>
              {tag}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

// What the lines above the first section say. The second title line mostly repeats the first, and is shown where it does not.
function head_facts(preview: Preview): [string, string][] {
  const own_title = preview.reportTitle?.startsWith(preview.title) ? null : preview.reportTitle;
  return [
    ...(preview.outlet ? [[t("outlet"), preview.outlet] as [string, string]] : []),
    ...(preview.published ? [[t("published"), shown_date(preview.published)] as [string, string]] : []),
    ...(own_title ? [[t("reportTitle"), own_title] as [string, string]] : []),
  ];
}

function Unrecognised(props: { preview: Preview }) {
  const parts = props.preview.unrecognised;
  if (parts.length === 0) {
    return (
      <p class="notice ok">
        <Icon name="check" /> {t("unrecognised.none")}
      </p>
    );
  }
  return (
    <details class="notice warning" open={parts.length <= 3}>
      <summary>
        <Icon name="warning" /> {t("unrecognised", { n: parts.length })}
      </summary>
      <ul>
        {parts.map((part) => (
          <li key={part.start}>
            <q>{part.text}</q>
          </li>
        ))}
      </ul>
    </details>
  );
}

// The file's date is a day, not a moment: read without a time zone, so that it is the same day everywhere.
function shown_date(published: string): string {
  const date = new Date(`${published}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? published : date.toLocaleDateString(language.value, { dateStyle: "long", timeZone: "UTC" });
}
