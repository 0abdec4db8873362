// The REST calls of docs/api.md, a function each. An answer that is not what the call promises is an ApiError, never a surprise later.

import type { Role } from "../provider/report_session";

export interface User {
  id: string;
  name: string;
  admin: boolean;
}

export interface SignedIn {
  auth: "none" | "accounts";
  user: User | null;
  setup: boolean;
}

export interface Named {
  id: string;
  name: string;
}

export interface Row {
  id: string;
  title: string;
  status: string;
  sample: boolean;
  role: Role;
  owner: Named | null;
  people: Named[];
  threads: number;
  // Without the ignored ones; null while the report was never checked.
  findings: { errors: number; warnings: number; hints: number } | null;
  tags: string[];
  created: string;
  changed: string;
  changedBy: string | null;
}

export interface RoleEntry {
  user: string;
  name: string;
  role: Role;
}

export interface ReportDetail extends Row {
  roles: RoleEntry[];
  me: Role;
}

export interface Unrecognised {
  start: number;
  end: number;
  text: string;
}

export interface Preview {
  title: string;
  outlet: string | null;
  published: string | null;
  reportTitle: string | null;
  sections: { role: string; heading: string; blocks: number; excerpt: string }[];
  hypotheses: { title: string; statement: string }[];
  assumptions: number;
  redFlags: number;
  blindSpots: number;
  implications: number;
  recommendations: number;
  scenarios: number;
  confidence: string | null;
  tags: string[];
  unrecognised: Unrecognised[];
}

export interface Imported {
  id: string;
  file: string;
  title: string;
  unrecognised: Unrecognised[];
}

// `status` 0: no answer from the server at all. `message` is the server's sentence, in English.
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export async function call(method: string, path: string, body?: BodyInit, type?: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body }),
      ...(type === undefined ? {} : { headers: { "content-type": type } }),
    });
  } catch {
    throw new ApiError(0, "unreachable", "The server does not answer.");
  }
  if (answer.ok) return answer;
  throw await refusal(answer);
}

async function refusal(answer: Response): Promise<ApiError> {
  const fallback = new ApiError(answer.status, "http", `The server answered ${answer.status}.`);
  try {
    const said: unknown = await answer.json();
    if (typeof said !== "object" || said === null || !("error" in said)) return fallback;
    const { code, message } = said.error as { code?: unknown; message?: unknown };
    if (typeof code !== "string" || typeof message !== "string") return fallback;
    return new ApiError(answer.status, code, message);
  } catch {
    return fallback;
  }
}

export async function json<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError(response.status, "malformed", "The server's answer could not be read.");
  }
}

export function send<T>(method: string, path: string, body: unknown): Promise<T> {
  return json<T>(call(method, path, JSON.stringify(body), "application/json"));
}

export const report_path = (id: string) => `/api/reports/${encodeURIComponent(id)}`;

const signed_in = (answer: Partial<SignedIn>): SignedIn => ({
  auth: answer.auth === "none" ? "none" : "accounts",
  user: answer.user ?? null,
  setup: answer.setup === true,
});

export async function readSession(): Promise<SignedIn> {
  return signed_in(await json(call("GET", "/api/session")));
}

export async function signIn(user: string, password: string): Promise<SignedIn> {
  return signed_in(await send("POST", "/api/session", { user, password }));
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/api/session");
}

export async function setUp(token: string, user: string, name: string, password: string): Promise<SignedIn> {
  return signed_in(await send("POST", "/api/setup", { token, user, name, password }));
}

export async function findUsers(words: string): Promise<Named[]> {
  const answer = await json<{ users: Named[] }>(call("GET", `/api/users?q=${encodeURIComponent(words)}`));
  return answer.users;
}

export async function listReports(): Promise<Row[]> {
  const answer = await json<{ reports: Row[] }>(call("GET", "/api/reports"));
  return answer.reports;
}

export async function listTrash(): Promise<Row[]> {
  const answer = await json<{ reports: Row[] }>(call("GET", "/api/reports?trash=1"));
  return answer.reports;
}

export function readReport(id: string): Promise<ReportDetail> {
  return json(call("GET", report_path(id)));
}

export function newReport(title?: string): Promise<{ id: string; title: string }> {
  return send("POST", "/api/reports", title === undefined ? {} : { title });
}

// The bytes go as they are: decoding is the server's, so that what comes out is what went in.
export function previewImport(name: string, bytes: Blob): Promise<Preview> {
  return json(call("POST", `/api/reports?preview=1&name=${encodeURIComponent(name)}`, bytes, "text/plain"));
}

export function importReport(name: string, bytes: Blob): Promise<Imported> {
  return json(call("POST", `/api/reports?name=${encodeURIComponent(name)}`, bytes, "text/plain"));
}

export function changeRoles(id: string, roles: Record<string, Role | null>): Promise<ReportDetail> {
  return send("PATCH", report_path(id), { roles });
}

export async function trashReport(id: string): Promise<void> {
  await call("DELETE", report_path(id));
}

export async function restoreReport(id: string): Promise<void> {
  await call("POST", `${report_path(id)}/restore`);
}

export const exportPath = (id: string, format: "txt" | "json") => `${report_path(id)}/export?format=${format}`;

export async function exportText(id: string): Promise<string> {
  return (await call("GET", exportPath(id, "txt"))).text();
}
