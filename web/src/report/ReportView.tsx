import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { LoginForm } from "../account/LoginView";
import { isAnonymous, me, signedIn } from "../account/identity";
import { checksOf } from "../findings/checks";
import { openSession } from "../provider/open_session";
import type { ShellSession } from "../provider/report_session";
import { wouldLose } from "../provider/save_state";
import { Dialog } from "../shell/Dialog";
import { Lazy, Panel } from "../shell/Lazy";
import { NotHere } from "../shell/NotHere";
import { route } from "../shell/router";
import { t as shell } from "../shell/words";
import { ReportHeader } from "./ReportHeader";
import { t } from "./words";
import "./report.css";

// In a chunk of its own: few people ever see it, and the comparison brings a library along.
const load_refused = () => import("./RefusedDialog").then((chunk) => chunk.RefusedDialog);
const load_editor = () => import("../editor/EditorView").then((chunk) => chunk.EditorView);
const load_matrix = () => import("../matrix/MatrixView").then((chunk) => chunk.MatrixView);
// Both begin at once: the view's code and the report's text.
void (route.peek().view === "matrix" ? load_matrix() : load_editor()).catch(() => undefined);

// One report. Opens its session and closes it; a person who changes name or signs in as another gets a session anew.
// The text and the matrix are two views of one session: going from one to the other opens nothing anew.
export function ReportView(props: { id: string; matrix: boolean }) {
  const session = useSignal<ShellSession | null>(null);
  const opened = useSignal(0);
  const person = me();
  useEffect(() => {
    if (!person) return;
    const next = openSession(props.id, person);
    // Listens from the first message on, long before anything shows it.
    checksOf(next);
    session.value = next;
    return () => {
      session.value = null;
      next.destroy();
    };
  }, [props.id, person?.id, person?.name, opened.value]);
  if (!session.value) return <p class="panel-note quiet">{t("opening")}</p>;
  return <Opened key={opened.value} session={session.value} matrix={props.matrix} reopen={() => opened.value++} />;
}

function Opened(props: { session: ShellSession; matrix: boolean; reopen: () => void }) {
  const { session } = props;
  const answering = useSignal(true);
  const refusal = session.refused.value;
  useEffect(() => {
    if (refusal) answering.value = true;
  }, [refusal === null]);
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (wouldLose(session.saveState.peek(), session.keptOnDevice.peek() === true)) event.preventDefault();
    };
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [session]);

  if (session.access.value === "gone" && !session.loaded.value) {
    if (isAnonymous()) return <NotHere title={t("gone.title.none")} text={t("gone.text.none")} />;
    return <NotHere title={t("gone.title")} text={t("gone.text", { who: session.user.name })} />;
  }
  return (
    <div class="report-view">
      <ReportHeader session={session} showRefused={() => (answering.value = true)} />
      <Banner session={session} />
      <div class="report-body">
        <Panel>
          {session.loaded.value ? <Lazy key={props.matrix ? "matrix" : "text"} load={props.matrix ? load_matrix : load_editor} props={{ session }} /> : <p class="panel-note quiet">{t(session.connected.value || session.saveState.value.kind === "opening" ? "opening" : "opening.offline")}</p>}
        </Panel>
      </div>
      {refusal && answering.value && (
        <Lazy load={load_refused} props={{ session, refusal, onClose: () => (answering.value = false), reopen: props.reopen }} />
      )}
      {session.access.value === "signed_out" && <SignInAgain session={session} />}
    </div>
  );
}

function Banner(props: { session: ShellSession }) {
  const { session } = props;
  const gone = session.access.value === "gone";
  const told = useSignal(false);
  const no_store = session.keptOnDevice.value === false && !told.value;
  if (!gone && !session.roleChanged.value && !no_store) return null;
  const dismiss = () => {
    session.roleChanged.value = false;
    told.value = true;
  };
  return (
    <div class="report-banner" role="status">
      <span>{gone ? t("banner.gone") : session.roleChanged.value ? t("banner.role", { role: shell(`role.${session.role.value}`) }) : t("banner.store")}</span>
      {!gone && (
        <button type="button" class="button plain" onClick={dismiss}>
          {shell("close")}
        </button>
      )}
    </div>
  );
}

function SignInAgain(props: { session: ShellSession }) {
  return (
    <Dialog title={shell("login.title.again")}>
      <p class="quiet">{shell("login.again.text")}</p>
      <LoginForm
        user={props.session.user.id}
        done={(answer) => {
          signedIn.value = answer;
          props.session.restart();
        }}
      />
    </Dialog>
  );
}
