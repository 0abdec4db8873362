import { useSignal } from "@preact/signals";
import { isAnonymous } from "../account/identity";
import { Faces } from "../shell/Face";
import { Icon } from "../shell/Icon";
import { Menu } from "../shell/Menu";
import { go, reportPath } from "../shell/router";
import { t } from "../shell/words";
import { exportPath, type Row } from "../wire/api";
import { ago, fullTime } from "../words/dates";
import { language, number } from "../words/phrases";
import { first_order, pressed, sorted, type Column } from "./order";

const columns: readonly Column[] = ["title", "owner", "people", "threads", "findings", "changed"];

interface Actions {
  share: (row: Row) => void;
  trash: (row: Row) => void;
}

export function ReportTable(props: { rows: readonly Row[] } & Actions) {
  const order = useSignal(first_order);
  const { by, descending } = order.value;
  return (
    <>
      <label class="sort-narrow">
        <span class="quiet">{t("list.sort")}</span>
        <select class="select" value={by} onChange={(event) => (order.value = pressed({ by, descending }, event.currentTarget.value as Column))}>
          {columns.map((column) => (
            <option key={column} value={column}>
              {t(`list.column.${column}`)}
            </option>
          ))}
        </select>
      </label>
      <table class="reports">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} class={column} scope="col" aria-sort={by !== column ? "none" : descending ? "descending" : "ascending"}>
                <button type="button" class="text-act" onClick={() => (order.value = pressed(order.value, column))}>
                  {t(`list.column.${column}`)}
                  {by === column && <Icon name={descending ? "down" : "up"} />}
                </button>
              </th>
            ))}
            <td class="row-menu" />
          </tr>
        </thead>
        <tbody>
          {sorted(props.rows, order.value, language.value).map((row) => (
            <ReportRow key={row.id} row={row} share={props.share} trash={props.trash} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function ReportRow({ row, share, trash }: { row: Row } & Actions) {
  const title = row.title || t("list.untitled");
  const changed = Date.parse(row.changed);
  const may_trash = row.role === "owner" || isAnonymous();
  const when = ago(changed, Date.now()) ?? t("list.now");
  return (
    <tr>
      <th class="title" scope="row">
        <a href={reportPath(row.id)}>{title}</a>
        {row.sample && <span class="badge">{t("list.sample")}</span>}
        {row.tags.length > 0 && (
          <span class="tags">
            {row.tags.map((tag) => (
              <span class="chip" key={tag}>
                {tag}
              </span>
            ))}
          </span>
        )}
      </th>
      <td class="owner">{row.owner?.name ?? <span class="quiet">–</span>}</td>
      <td class="people">
        <Faces people={row.people} most={3} label={t("list.column.people")} />
      </td>
      <td class="threads">
        {row.threads > 0 && (
          <span title={t("list.threads", { n: row.threads })}>
            <Icon name="comment" /> <span aria-hidden="true">{number(row.threads)}</span>
            <span class="visually-hidden">{t("list.threads", { n: row.threads })}</span>
          </span>
        )}
      </td>
      <td class="findings">
        <Found findings={row.findings} />
      </td>
      <td class="changed">
        <time dateTime={row.changed} title={fullTime(changed)}>
          {row.changedBy ? t("list.changed.by", { when, who: row.changedBy }) : when}
        </time>
      </td>
      <td class="row-menu">
        <Menu label={t("list.row.menu", { title })} button={<Icon name="more" />}>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => go(reportPath(row.id))}>
            <Icon name="file" /> {t("row.open")}
          </button>
          <a role="menuitem" tabIndex={-1} href={exportPath(row.id, "txt")} download>
            <Icon name="download" /> {t("row.export.txt")}
          </a>
          <a role="menuitem" tabIndex={-1} href={exportPath(row.id, "json")} download>
            <Icon name="download" /> {t("row.export.json")}
          </a>
          <button type="button" role="menuitem" tabIndex={-1} onClick={() => share(row)}>
            <Icon name="share" /> {t("row.share")}
          </button>
          {may_trash && <hr />}
          {may_trash && (
            <button type="button" role="menuitem" class="danger" tabIndex={-1} onClick={() => trash(row)}>
              <Icon name="trash" /> {t("row.trash")}
            </button>
          )}
        </Menu>
      </td>
    </tr>
  );
}

// Errors and warnings; hints are no reason to open a report.
function Found(props: { findings: Row["findings"] }) {
  if (!props.findings) return <span class="quiet small" title={t("list.unchecked.why")}>{t("list.unchecked")}</span>;
  const { errors, warnings } = props.findings;
  if (errors + warnings === 0) {
    return (
      <span class="found-fine" title={t("list.fine")}>
        <Icon name="check" />
        <span class="visually-hidden">{t("list.fine")}</span>
      </span>
    );
  }
  return (
    <>
      {errors > 0 && <FoundCount kind="error" n={errors} words={t("list.errors", { n: errors })} />}
      {warnings > 0 && <FoundCount kind="warning" n={warnings} words={t("list.warnings", { n: warnings })} />}
    </>
  );
}

function FoundCount(props: { kind: "error" | "warning"; n: number; words: string }) {
  return (
    <span class={`found-${props.kind}`} title={props.words}>
      <Icon name={props.kind} /> <span aria-hidden="true">{number(props.n)}</span>
      <span class="visually-hidden">{props.words}</span>
    </span>
  );
}
