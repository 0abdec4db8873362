import { useSignal } from "@preact/signals";
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "./Icon";
import { t } from "./words";

// A view in a chunk of its own. `load` must be the same function at every render.
export function Lazy<P extends object>(props: { load: () => Promise<ComponentType<P>>; props: P }) {
  const loaded = useSignal<{ view: ComponentType<P> } | "failed" | null>(null);
  const begin = () => {
    loaded.value = null;
    props.load().then(
      (view) => (loaded.value = { view }),
      () => (loaded.value = "failed"),
    );
  };
  useEffect(begin, [props.load]);
  if (loaded.value === null) return <p class="panel-note quiet">{t("loading")}</p>;
  // A new release may have replaced the file that this page would fetch.
  if (loaded.value === "failed") return <Failed retry={() => location.reload()} />;
  const View = loaded.value.view;
  return <View {...props.props} />;
}

// A fault in one panel stays in that panel.
export class Panel extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  static override getDerivedStateFromError() {
    return { failed: true };
  }
  override componentDidCatch(error: unknown) {
    console.error(error);
  }
  override render() {
    if (!this.state.failed) return this.props.children;
    return <Failed retry={() => this.setState({ failed: false })} />;
  }
}

function Failed(props: { retry: () => void }) {
  return (
    <div class="panel-note" role="alert">
      <Icon name="warning" /> {t("failed.panel")}
      <button type="button" class="button" onClick={props.retry}>
        {t("failed.panel.reload")}
      </button>
    </div>
  );
}
