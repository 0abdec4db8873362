// What the browser tests of findings share: rules of one's own, underlines by their words, the plugin's process.

import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./editor_page.mjs";

const here = dirname(fileURLToPath(import.meta.url));

// Puts a rule pack into the running server's folder, as a person would: beside it first, then in one step.
export async function dropPack(server, name = "house_rules.toml") {
  const folder = join(server.data, "packs");
  await mkdir(folder, { recursive: true });
  await copyFile(join(here, name), join(server.data, name));
  await rename(join(server.data, name), join(folder, name));
}

// Builds the checker of one's own; the path of the shared object.
export function buildExclaimer(server) {
  const made = join(server.data, "exclaimer.so");
  const include = resolve(here, "../../plugins/sdk/include");
  const { status, stderr } = spawnSync(process.env.CC ?? "cc", ["-std=c11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", `-I${include}`, "-o", made, join(here, "exclaimer.c")]);
  if (status !== 0) throw new Error(`cc: ${stderr}`);
  return made;
}

// The words under each line, in the order of the text; one line that goes over several nodes counts once.
export const underlined = (page, kind = ".finding") => page.evaluate((kind) => {
  const lines = [];
  for (const element of document.querySelectorAll(`.paper-text ${kind}`)) {
    const id = element.dataset.finding;
    const last = lines.at(-1);
    if (last && last.id === id) last.words += element.textContent;
    else lines.push({ id, words: element.textContent });
  }
  return lines.map(({ words }) => words);
}, kind);

export async function waitForLine(page, words, kind) {
  await until(async () => (await underlined(page, kind)).includes(words), `an underline on: ${words}`);
}

export async function waitForNoLine(page, words, kind) {
  await until(async () => !(await underlined(page, kind)).includes(words), `no underline on: ${words}`);
}

export const card = (page, message) => page.locator(".finding-card", { hasText: message });

// Process ids of the plugin hosts of this server; `words` in the command line tell one from the others.
export async function hostsOf(server, words = "") {
  const found = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    try {
      const command = (await readFile(`/proc/${pid}/cmdline`)).toString().replaceAll("\0", " ");
      const parent = /^PPid:\s+(\d+)/m.exec((await readFile(`/proc/${pid}/status`)).toString())?.[1];
      if (command.includes("assay-plugin-host") && command.includes(words) && Number(parent) === server.process.pid) found.push(Number(pid));
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}
