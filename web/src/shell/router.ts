// The address is the state: which view, and what of it. Links are plain anchors; a click on one of ours stays on the page.

import { signal } from "@preact/signals";

export type Route =
  | { view: "list" }
  | { view: "login"; back: string }
  | { view: "setup"; token: string }
  | { view: "report"; id: string }
  // The matrix of that report: another view of the same open report.
  | { view: "matrix"; id: string }
  | { view: "plugins" }
  | { view: "unknown" };

export function readRoute(url: URL): Route {
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const [first, second] = parts;
  if (parts.length === 0) return { view: "list" };
  if (parts.length === 1 && first === "login") return { view: "login", back: own_path(url.searchParams.get("back")) };
  if (parts.length === 1 && first === "setup") return { view: "setup", token: url.searchParams.get("token") ?? "" };
  if (parts.length === 2 && first === "admin" && second === "plugins") return { view: "plugins" };
  if (parts.length === 2 && first === "reports" && second !== undefined) return report_route("report", second);
  if (parts.length === 3 && first === "reports" && second !== undefined && parts[2] === "matrix") return report_route("matrix", second);
  return { view: "unknown" };
}

function report_route(view: "report" | "matrix", part: string): Route {
  try {
    return { view, id: decodeURIComponent(part) };
  } catch {
    return { view: "unknown" };
  }
}

// Where to go after signing in: a path of this site and nothing else.
function own_path(path: string | null): string {
  return path !== null && /^\/(?![/\\])/.test(path) ? path : "/";
}

export const route = signal<Route>({ view: "unknown" });

export function followAddress(): void {
  const read = () => {
    const next = readRoute(new URL(location.href));
    // A new fragment on the same report is the editor's affair and must not open the report anew.
    if (JSON.stringify(next) !== JSON.stringify(route.peek())) route.value = next;
  };
  addEventListener("popstate", read);
  document.addEventListener("click", (event) => {
    const path = own_link(event);
    if (path === null) return;
    event.preventDefault();
    go(path);
  });
  read();
}

export function go(path: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", path);
  else history.replaceState(null, "", path);
  route.value = readRoute(new URL(location.href));
  scrollTo(0, 0);
}

export const reportPath = (id: string) => `/reports/${encodeURIComponent(id)}`;

function own_link(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const anchor = event.target instanceof Element ? event.target.closest("a") : null;
  if (!anchor || anchor.target || anchor.hasAttribute("download") || anchor.origin !== location.origin) return null;
  const url = new URL(anchor.href);
  if (url.pathname === location.pathname && url.hash !== "") return null;
  return readRoute(url).view === "unknown" ? null : url.pathname + url.search + url.hash;
}
