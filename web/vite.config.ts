import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

// The server to develop against: `npm run dev` shows the page, this address answers everything else.
const server = process.env["ASSAY_URL"] ?? "http://127.0.0.1:8080";

// Writes the offline worker with the list of what this build made, so that a chunk never opened before is there offline too.
function offlineWorker(): Plugin {
  return {
    name: "assay-offline-worker",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.keys(bundle).filter((name) => name.startsWith("assets/") && !name.endsWith(".map"));
      const files = ["/", "/icon.svg", ...chunks.sort().map((name) => `/${name}`)];
      const build = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 16);
      const source = readFileSync(new URL("src/offline/worker.js", import.meta.url), "utf8").replace("__FILES__", JSON.stringify(files)).replace("__BUILD__", build);
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

export default defineConfig({
  plugins: [offlineWorker()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // The entry asks for what a route needs itself; a list of preloads for every chunk would fetch the editor on the list.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  server: {
    proxy: {
      "/api": { target: server },
      "/collab": { target: server, ws: true },
    },
  },
});
