// The REST calls about findings and suggestions (docs/api.md).

import { call, report_path, send } from "./api";

// `finding` is the server's id of it. "report" means its rule, in all of the report.
export async function ignoreFinding(report: string, finding: string, scope: "here" | "report", reason: string): Promise<{ id: string }> {
  return send("POST", `${report_path(report)}/ignores`, { finding, scope, reason });
}

export async function dropIgnore(report: string, ignore: string): Promise<void> {
  await call("DELETE", `${report_path(report)}/ignores?ignore=${encodeURIComponent(ignore)}`);
}

export async function refuseSuggestion(report: string, kind: string, value: string): Promise<void> {
  await call("POST", `${report_path(report)}/suggestions/refuse`, JSON.stringify({ kind, value }), "application/json");
}
