// In which order findings are listed, and in which groups. Pure.

import { rank, type Finding, type Severity } from "./finding";

export type Grouping = "severity" | "rule" | "section";

export interface Listed {
  finding: Finding;
  // Where its words begin; null when they are not in the text (a field of the head, or words that are gone).
  at: number | null;
  // The id of the section around them.
  section: string | null;
}

export interface Group {
  key: string;
  listed: readonly Listed[];
}

// What has no place in the text stands before what has: it is about the report's head, or about the whole.
const place = ({ at }: Listed): number => at ?? -1;
const byText = (a: Listed, b: Listed): number => place(a) - place(b) || rank(a.finding.severity) - rank(b.finding.severity) || (a.finding.id < b.finding.id ? -1 : 1);
const bySeverity = (a: Listed, b: Listed): number => rank(a.finding.severity) - rank(b.finding.severity) || byText(a, b);

// `sections`: the ids in the order of the report.
export function grouped(listed: readonly Listed[], grouping: Grouping, sections: readonly string[]): Group[] {
  const key = ({ finding, section }: Listed): string => (
    grouping === "severity" ? finding.severity : grouping === "rule" ? `${finding.plugin}/${finding.rule}` : (section ?? ""));
  const sorted = [...listed].sort(grouping === "section" ? byText : bySeverity);
  const groups = new Map<string, Listed[]>();
  for (const one of sorted) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  const made = [...groups].map(([key, listed]) => ({ key, listed }));
  if (grouping === "section") made.sort((a, b) => sections.indexOf(a.key) - sections.indexOf(b.key));
  // The worst rules first, of equals those that say the most.
  if (grouping === "rule") made.sort((a, b) => worst(a) - worst(b) || b.listed.length - a.listed.length);
  return made;
}

const worst = ({ listed }: Group): number => Math.min(...listed.map(({ finding }) => rank(finding.severity)));

export type Counts = Record<Severity, number>;

export const noCounts = (): Counts => ({ error: 0, warning: 0, hint: 0 });

export function countsOf(findings: Iterable<Finding>): Counts {
  const counts = noCounts();
  for (const { severity } of findings) ++counts[severity];
  return counts;
}

// "structure.confidence-no-basis" reads as "Confidence no basis".
export function ruleName(rule: string): string {
  const last = rule.slice(rule.lastIndexOf(".") + 1).replace(/[-_]+/g, " ").trim();
  return last === "" ? rule : last[0]!.toLocaleUpperCase() + last.slice(1);
}
