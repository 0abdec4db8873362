import { effect, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isAdmin, signedIn } from "../account/identity";
import { LoginView } from "../account/LoginView";
import { SetupView } from "../account/SetupView";
import { ListView } from "../list/ListView";
import { readSession } from "../wire/api";
import { language } from "../words/phrases";
import { Lazy, Panel } from "./Lazy";
import { NotHere } from "./NotHere";
import { followAddress, go, route } from "./router";
import { followTheme } from "./theme";
import { Toasts } from "./Toasts";
import { t } from "./words";

const load_report = () => import("../report/ReportView").then((chunk) => chunk.ReportView);
const load_plugins = () => import("../admin/PluginsView").then((chunk) => chunk.PluginsView);
const seen_key = "assay.session";

followTheme();
followAddress();
// Its code is under way while the server is asked who this is.
if (["report", "matrix"].includes(route.peek().view)) void load_report().catch(() => undefined);
effect(() => {
  document.documentElement.lang = language.value;
});

export function App() {
  const unreachable = useSignal(false);
  const begin = async () => {
    unreachable.value = false;
    try {
      signedIn.value = await readSession();
      remember();
    } catch {
      // Offline, the page goes on as who was here last: what this device keeps belongs to that person.
      signedIn.value = remembered();
      unreachable.value = signedIn.value === null;
    }
  };
  useEffect(() => void begin(), []);

  return (
    <>
      <Panel>{signedIn.value ? <View /> : unreachable.value ? <Unreachable retry={() => void begin()} /> : <p class="panel-note quiet">{t("loading")}</p>}</Panel>
      <Toasts />
    </>
  );
}

function View() {
  const where = route.value;
  const session = signedIn.value;
  if (!session) return null;
  if (where.view === "setup") return <SetupView token={where.token} />;
  if (where.view === "login") return <LoginView back={where.back} />;
  if (session.auth === "accounts" && !session.user) return <ToLogin />;
  if (where.view === "list") return <ListView />;
  if (where.view === "report" || where.view === "matrix") return <Lazy key={where.id} load={load_report} props={{ id: where.id, matrix: where.view === "matrix" }} />;
  if (where.view === "plugins" && isAdmin()) return <Lazy load={load_plugins} props={{}} />;
  return <NotHere title={t("unknown.page")} text={t("unknown.page.text")} />;
}

function ToLogin() {
  useEffect(() => {
    const back = location.pathname + location.search + location.hash;
    go(back === "/" ? "/login" : `/login?back=${encodeURIComponent(back)}`, "replace");
  }, []);
  return null;
}

function Unreachable(props: { retry: () => void }) {
  return (
    <main class="centred">
      <div class="card" role="alert">
        <p>{t("failed.server")}</p>
        <button type="button" class="button primary" onClick={props.retry}>
          {t("retry")}
        </button>
      </div>
    </main>
  );
}

effect(() => {
  if (signedIn.value && !signedIn.value.user && signedIn.value.auth === "accounts") forget();
});

function remember(): void {
  try {
    localStorage.setItem(seen_key, JSON.stringify(signedIn.peek()));
  } catch {
    // Then this page cannot open offline.
  }
}

function forget(): void {
  try {
    localStorage.removeItem(seen_key);
  } catch {
    // Nothing was kept.
  }
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(seen_key) ?? "null");
    return kept && (kept.auth === "none" || kept.user) ? kept : null;
  } catch {
    return null;
  }
}
