// From the last key to the underline, the pause included, in a report of 20,000 words with every plugin that comes with the server.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { importReport, openReport, report_text, select, until } from "./editor_page.mjs";
import { dropPack, underlined, waitForLine } from "./findings_page.mjs";
import { newPerson, startBrowser, startServer } from "./harness.mjs";

const runs = 30;
const budget_ms = 600;

let browser;
let server;

before(async () => {
  browser = await startBrowser();
  server = await startServer();
  await dropPack(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

// Words from a fixed list in a fixed disorder: no two paragraphs are the same.
function longReport() {
  const list = ("harbour berth authority grain insurer tariff vessel pilot crane silo quota contract inspection damage fee northern southern "
    + "terminal carrier exporter season storage record delay notice cargo route freight customs union schedule capacity weather winter").split(" ");
  let state = 7;
  const draw = () => list[(state = (state * 1103515245 + 12345) % 2147483648) % list.length];
  const sentence = () => {
    const words = Array.from({ length: 14 }, draw);
    return `The ${words.slice(0, 6).join(" ")} of the ${words.slice(6).join(" ")} was reported on Monday.`;
  };
  const paragraphs = Array.from({ length: 250 }, () => Array.from({ length: 4 }, sentence).join(" "));
  const half = paragraphs.length / 2;
  return report_text
    .replace("The inspection report names", `${paragraphs.slice(0, half).join("\n")}\nThe inspection report names`)
    .replace("Grain prices could rise", `${paragraphs.slice(half).join("\n")}\nGrain prices could rise`);
}

it(`underlines within ${budget_ms} ms of the last key in 20,000 words`, { timeout: 300_000 }, async () => {
  const page = await newPerson(browser);
  const id = await importReport(page, server, longReport());
  await openReport(page, server, id);
  await select(page, "Watch berth assignments week by week.", "end");
  await page.keyboard.type(" It is blithely so.");
  await waitForLine(page, "blithely", ".finding-error");
  const words = await page.locator(".outline-foot").innerText();
  const plugins = await (await fetch(`${server.url}/api/plugins`)).json();
  const running = plugins.plugins.filter(({ state }) => state === "running").map(({ id }) => id);
  // Seen in the page itself: from the last key's event to the frame that has the line.
  await page.evaluate(() => {
    globalThis.last_key = 0;
    globalThis.seen = [];
    addEventListener("keydown", ({ timeStamp }) => (globalThis.last_key = timeStamp), { capture: true });
    let lines = [...document.querySelectorAll(".paper-text .finding-error")].filter(({ textContent }) => textContent === "blithely").length;
    const look = () => {
      const now = [...document.querySelectorAll(".paper-text .finding-error")].filter(({ textContent }) => textContent === "blithely").length;
      if (now > lines) globalThis.seen.push(performance.now() - globalThis.last_key);
      lines = now;
      requestAnimationFrame(look);
    };
    look();
  });
  for (let run = 0; run < runs; ++run) {
    await page.keyboard.type(" They left blithely.");
    await until(async () => (await page.evaluate(() => globalThis.seen.length)) > run, "the underline");
  }
  const took = (await page.evaluate(() => globalThis.seen)).sort((a, b) => a - b);
  const at = (share) => Math.round(took[Math.ceil(took.length * share) - 1]);
  console.log(`${words}, plugins ${running.join(", ")}, ${(await underlined(page)).length} lines: last key to underline p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (budget p95 ${budget_ms} ms)`);
  // On a machine that does other work meanwhile the slowest say little.
  assert.ok(at(0.5) < budget_ms, `median ${at(0.5)} ms`);
  assert.deepEqual(page.faults, []);
});
