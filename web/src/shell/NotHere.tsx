import { t } from "./words";

// A page that has nothing to show, and the way out.
export function NotHere(props: { title: string; text: string }) {
  return (
    <main class="centred">
      <div class="card">
        <h1>{props.title}</h1>
        <p class="quiet">{props.text}</p>
        <a class="button" href="/">
          {t("to.reports")}
        </a>
      </div>
    </main>
  );
}
