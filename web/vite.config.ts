import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

// The server to develop against: `npm run dev` shows the page, this address answers everything else.
const server = process.env["ASSAY_URL"] ?? "http://127.0.0.1:8080";

// Writes the offline worker with the list of what this build made, so that a chunk never opened before is there offline too.
function offlineWorker(): Plugin {
  return {
    name: "assay-offline-worker",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css|svg|woff2)$/.test(name));
      const files = ["/", "/icon.svg", ...chunks.sort().map((name) => `/${name}`)];
      const build = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 16);
      const source = readFileSync(new URL("src/offline/worker.js", import.meta.url), "utf8").replace("__FILES__", JSON.stringify(files)).replace("__BUILD__", build);
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

// Beside each script and style sheet, the same compressed: the server gives out what the browser takes, and compresses nothing itself.
function compressedFiles(): Plugin {
  return {
    name: "assay-compressed-files",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          if (!/\.(js|css)$/.test(fileName)) continue;
          const bytes = Buffer.from(file.type === "chunk" ? file.code : file.source);
          this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
          this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotliCompressSync(bytes) });
        }
      },
    },
  };
}

export default defineConfig({
  plugins: [offlineWorker(), compressedFiles()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // The entry asks for what a route needs itself; a list of preloads for every chunk would fetch the editor on the list.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    // Hexadecimal: the server knows a name that may be kept for good by the hash after its last dash.
    rolldownOptions: { output: { hashCharacters: "hex" } },
  },
  server: {
    proxy: {
      "/api": { target: server },
      "/collab": { target: server, ws: true },
    },
  },
});
