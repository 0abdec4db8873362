// For everybody: axe finds nothing on the views of findings and plugins, in either theme and width, and findings work by keyboard alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { importReport, openReport, type, until } from "./editor_page.mjs";
import { dropPack, underlined, waitForLine } from "./findings_page.mjs";
import { newPerson, paper, startBrowser, startServer } from "./harness.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const flawed = " It is blithely so, they utilise it, and it holds a goodly lot of ships.";

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

async function check(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), rules);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  assert.deepEqual(found, [], where);
}

async function flawedReport(page) {
  const id = await importReport(page, server);
  await openReport(page, server, id);
  await type(page, "Grain prices could rise in import-dependent states.", flawed);
  await waitForLine(page, "blithely");
  return id;
}

describe("axe", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 1000, 390]) {
      it(`finds nothing on findings and plugins, ${colorScheme}, ${width} px wide`, async () => {
        const page = await newPerson(browser, { colorScheme, reducedMotion: "reduce", viewport: { width, height: 900 } });
        await flawedReport(page);
        await check(page, "underlines");
        await page.locator(".paper-text .finding-error", { hasText: "blithely" }).first().click();
        await page.locator(".finding-popover .finding-acts").waitFor();
        await check(page, "card beside the words");
        await page.keyboard.press("Escape");
        if (width === 390) await page.getByRole("button", { name: "Findings", exact: true }).click();
        else {
          if (width === 1000) await page.locator(".rail-open").click();
          await page.getByRole("tab", { name: /Findings/ }).click();
        }
        const card = page.locator(".finding-card", { hasText: "is no count" });
        await card.waitFor();
        await check(page, "panel");
        // On a phone a card leads to the words, and comes along.
        if (width === 390) {
          await card.getByRole("button").first().click();
          await page.locator(".finding-popover .finding-card", { hasText: "is no count" }).waitFor();
        } else {
          await card.getByRole("button").first().click();
          await card.getByRole("button", { name: "Ignore in this report…" }).click();
          // What the toolbar covers while the words are in view is no target.
          await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
          await check(page, "reason for ignoring");
        }
        await page.goto(`${server.url}/admin/plugins`);
        await page.locator(".plugin").first().waitFor();
        await page.locator(".plugin summary").first().click();
        await check(page, "plugins");
        assert.deepEqual(page.faults, []);
        await page.context().close();
      });
    }
  }
});

describe("keyboard", () => {
  it("walks the findings in the text, fixes one, ignores one, and comes back to the text", async () => {
    const page = await newPerson(browser);
    await flawedReport(page);
    const focused = () => page.evaluate(() => document.querySelector(".finding-focused")?.textContent ?? "");
    const walk = async (key, words) => until(async () => {
      await page.keyboard.press(key);
      return (await focused()) === words;
    }, `${key} comes to ${words}`);
    await page.keyboard.press("Control+Home");
    await walk("F8", "blithely");
    await walk("F8", "utilise");
    await walk("F8", "a goodly lot of");
    await walk("Shift+F8", "utilise");
    await page.keyboard.press("Control+.");
    await page.waitForFunction(() => document.activeElement?.matches(".fix"));
    await page.keyboard.press("Enter");
    await until(async () => !(await underlined(page)).includes("utilise"), "fixed");
    await page.waitForFunction(() => document.activeElement?.matches(".paper-text"));
    await walk("F8", "a goodly lot of");
    await page.keyboard.press("Control+.");
    await page.waitForFunction(() => document.activeElement?.matches(".text-act"));
    await page.keyboard.press("Enter");
    await until(async () => !(await underlined(page)).includes("a goodly lot of"), "ignored");
    await walk("F8", "blithely");
    await page.keyboard.press("Escape");
    assert.equal(await paper(page).evaluate((element) => element === document.activeElement), true);
    await page.context().close();
  });
});
