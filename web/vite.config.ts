import { defineConfig } from "vite";

// The server to develop against: `npm run dev` shows the page, this address answers everything else.
const server = process.env["ASSAY_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
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
