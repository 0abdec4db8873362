// How well the red flags find what reports hold: precision and recall on errors and warnings.
//   node tests/redflags/quality.mjs --assay build/release/bin/assay DIR...
// Runs `assay check` over each DIR/*.txt and compares with the .expected beside it: a line `rule | words` for each
// flaw; a line that starts with `?` may be found or not and counts neither way. A report without .expected is clean.
// A finding fits a line if the rule is the same and one text contains the other, each used once.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const args = process.argv.slice(2);
const option = args.indexOf('--assay');
const assay = option < 0 ? 'build/release/bin/assay' : args.splice(option, 2)[1];
if (args.length === 0 || assay === undefined) {
  console.error('usage: quality.mjs [--assay PATH] DIR...');
  process.exit(2);
}

const fold = (text) => text.replace(/\s+/g, ' ').trim();

function expectedOf(report) {
  const path = report.replace(/\.txt$/, '.expected');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').filter((line) => / \|( |$)/.test(line)).map((line) => {
    const optional = /^\?\s*/.test(line);
    const [rule, ...words] = line.replace(/^\?\s*/, '').split(/ \|(?: |$)/);
    return { rule: rule.trim(), words: fold(words.join(' | ')), optional };
  });
}

const fits = (finding, line) =>
  finding.rule === line.rule && (finding.text.includes(line.words) || line.words.includes(finding.text));

const totals = { hits: 0, misses: 0, alarms: 0, clean: 0, cleanReports: 0, reports: 0 };
const rules = new Map();
const count = (rule, what) => {
  if (!rules.has(rule)) rules.set(rule, { hits: 0, misses: 0, alarms: 0 });
  ++rules.get(rule)[what];
  ++totals[what];
};

function judge(report, found) {
  const findings = found.filter((one) => one.severity === 'error' || one.severity === 'warning')
    .map((one) => ({ rule: one.rule, text: fold(one.text) }));
  const lines = expectedOf(report);
  const out = [];
  // What must be found first, so that a `?` line takes only what is left over.
  for (const line of [...lines].sort((a, b) => a.optional - b.optional)) {
    const at = findings.findIndex((finding) => fits(finding, line));
    if (at >= 0) findings.splice(at, 1);
    if (line.optional) continue;
    count(line.rule, at >= 0 ? 'hits' : 'misses');
    if (at < 0) out.push(`  missed  ${line.rule} | ${line.words}`);
  }
  const clean = !lines.some((line) => !line.optional);
  for (const finding of findings) {
    count(finding.rule, 'alarms');
    if (clean) ++totals.clean;
    out.push(`  alarm   ${finding.rule} | ${finding.text}`);
  }
  ++totals.reports;
  if (clean) ++totals.cleanReports;
  if (out.length > 0) console.log([basename(report), ...out].join('\n'));
}

for (const folder of args)
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.txt')).sort()) {
    const report = join(folder, name);
    const json = execFileSync(assay, ['check', '--json', '--plugin', 'redflags', '--fail-on', 'never', report],
      { encoding: 'utf8', maxBuffer: 1 << 28 });
    judge(report, JSON.parse(json).files[0].findings);
  }

const percent = (part, whole) => (whole === 0 ? 'none' : (part / whole).toFixed(3));
console.log('\nrule                                      found missed alarms');
for (const [rule, { hits, misses, alarms }] of [...rules].sort())
  console.log(`${rule.padEnd(41)} ${String(hits).padStart(5)} ${String(misses).padStart(6)} ${String(alarms).padStart(6)}`);
console.log(`\n${totals.reports} reports, ${totals.hits + totals.misses} flaws: precision ` +
  `${percent(totals.hits, totals.hits + totals.alarms)}, recall ${percent(totals.hits, totals.hits + totals.misses)}; ` +
  `${totals.clean} alarms on ${totals.cleanReports} clean reports`);
