// A real `assay serve` on a free port with a data folder of its own, and real Chromium windows on it.
// Programs: ASSAY_BIN (the folder of the built programs) and ASSAY_CHROMIUM; by default where the build and Debian put them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const program = join(process.env.ASSAY_BIN ?? join(top, "build/release/bin"), "assay");
const ready_ms = 20_000;

// `auth`: "none" or "accounts". Ends with `stop()`, which also removes the data.
export async function startServer({ auth = "none" } = {}) {
  const data = await mkdtemp(join(tmpdir(), "assay-e2e-"));
  const server = new Server(data, await free_port(), auth);
  await server.start();
  return server;
}

class Server {
  constructor(data, port, auth) {
    this.data = data;
    this.port = port;
    this.auth = auth;
    this.url = `http://127.0.0.1:${port}`;
    this.said = "";
  }

  async start() {
    this.said = "";
    const web = process.env.ASSAY_WEB ? ["--web", process.env.ASSAY_WEB] : [];
    const address = `127.0.0.1:${this.port}`;
    this.process = spawn(program, ["serve", "--data", this.data, "--listen", address, "--auth", this.auth, ...web]);
    const listen = (bytes) => (this.said += bytes);
    this.process.on("error", (error) => (this.said += error.message));
    this.process.stdout.on("data", listen);
    this.process.stderr.on("data", listen);
    await until_ready(this);
  }

  // For the start of a test: the one before may have ended while the server was down.
  async ensure() {
    this.process.kill("SIGCONT");
    if (this.process.exitCode !== null || this.process.signalCode !== null) await this.start();
  }

  signal(name) {
    this.process.kill(name);
  }

  // As an administrator would: connections are told, what is under way is stored.
  async terminate() {
    const gone = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await gone;
  }

  // As a power cut would: no warning, nothing drained.
  async kill9() {
    const gone = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await gone;
  }

  async stop() {
    if (this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGCONT");
      await this.terminate();
    }
    await rm(this.data, { recursive: true, force: true });
  }

  // Where the first administrator is made, as printed at the first start with accounts.
  setupPath() {
    const found = /\/setup\?token=[^\s"']+/.exec(this.said);
    if (!found) throw new Error(`no setup link in: ${this.said}`);
    return found[0];
  }

  // The program as a person at this machine would use it: standard output as bytes.
  async assay(...args) {
    const child = spawn(program, [...args, "--data", this.data]);
    const out = [];
    let wrong = "";
    child.stdout.on("data", (bytes) => out.push(bytes));
    child.stderr.on("data", (bytes) => (wrong += bytes));
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`assay ${args.join(" ")} ended with ${code}: ${wrong}`);
    return Buffer.concat(out);
  }

  exportText(id) {
    return this.assay("export", id, "--format", "txt");
  }
}

async function until_ready(server) {
  const end = Date.now() + ready_ms;
  while (Date.now() < end) {
    if (server.process.exitCode !== null || server.process.pid === undefined) throw new Error(`serve ended: ${server.said}`);
    try {
      if ((await fetch(`${server.url}/readyz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`serve was not ready in ${ready_ms} ms: ${server.said}`);
}

async function free_port() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.ASSAY_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

// A person: a browser profile of one's own, with one window. Faults of the page's script end up in `page.faults`.
export async function newPerson(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  return page;
}

// Waits until the page shows this save state: opening, saved, saving, not_saved_yet, offline_device, offline_tab, read_only, refused.
export async function waitForSave(page, state, timeout = 15_000) {
  await page.waitForSelector(`[data-save="${state}"]`, { timeout });
}

export const reportId = (page) => decodeURIComponent(new URL(page.url()).pathname.split("/")[2]);

export const paper = (page) => page.locator(".ProseMirror").first();
