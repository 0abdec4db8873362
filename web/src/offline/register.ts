// Only where browsers allow it: over TLS, or on this machine. Without it everything works but opening the page offline.
export function keepPageForOffline(): void {
  if (import.meta.env.DEV || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}
