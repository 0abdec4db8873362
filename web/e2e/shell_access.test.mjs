// For everybody: axe finds nothing on any view in either theme, and all of it works by keyboard.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { newPerson, paper, startBrowser, startServer, waitForSave } from "./harness.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const odd_file = { name: "odd.txt", mimeType: "text/plain", buffer: Buffer.from("A title\nWords in no layout.\n") };

let browser;
let server;
before(async () => {
  browser = await startBrowser();
  server = await startServer();
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

const escape = (page) => page.keyboard.press("Escape");

async function list_views(page) {
  await page.goto(server.url);
  await page.locator("table.reports").waitFor();
  await check(page, "list");
  await page.locator(".row-menu button").first().click();
  await check(page, "row menu");
  await escape(page);
  await page.getByRole("button", { name: "Settings and account" }).click();
  await check(page, "page menu");
  await page.getByRole("menuitem", { name: "Your name…" }).click();
  await check(page, "own name");
  await escape(page);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await check(page, "import");
  await page.setInputFiles("#import-files", [odd_file, { ...odd_file, name: "again.txt" }]);
  await page.locator(".preview").waitFor();
  await check(page, "import preview");
  await escape(page);
}

async function report_views(page) {
  await page.locator("tbody .title a").first().click();
  await waitForSave(page, "saved");
  await paper(page).waitFor();
  await check(page, "report");
  await page.locator("[data-save]").click();
  await check(page, "save details");
  await escape(page);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await check(page, "share");
  await escape(page);
}

async function lone_views(page) {
  for (const path of ["/setup?token=x", "/setup", "/nowhere", "/reports/AAAAAAAAAAAAAAAAAAAAAA"]) {
    await page.goto(server.url + path);
    await page.locator(".card").waitFor();
    await check(page, path);
  }
}

describe("axe", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      it(`finds nothing on any view, ${colorScheme}, ${width} px wide`, async () => {
        const page = await newPerson(browser, { colorScheme, viewport: { width, height: 900 } });
        await list_views(page);
        await report_views(page);
        await lone_views(page);
        assert.deepEqual(page.faults, []);
        await page.context().close();
      });
    }
  }
});

describe("keyboard", () => {
  // What has the focus, by its words; empty for the page itself.
  const focused = (page) =>
    page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return "";
      return at.textContent.trim() || at.getAttribute("aria-label") || "";
    });

  it("reaches a new report from the list, and its title", async () => {
    const page = await newPerson(browser);
    await page.goto(server.url);
    await page.locator("table.reports").waitFor();
    for (let press = 0; press < 10 && !(await focused(page)).includes("New report"); ++press) await page.keyboard.press("Tab");
    assert.match(await focused(page), /New report/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/reports\//);
    await waitForSave(page, "saved");
    for (let press = 0; press < 4 && (await focused(page)) !== "Title"; ++press) await page.keyboard.press("Tab");
    await page.keyboard.type("By keyboard alone");
    await page.waitForFunction(() => document.title === "By keyboard alone · Assay");
    await page.context().close();
  });

  it("keeps the focus in a dialog, closes it on Esc and gives the focus back", async () => {
    const page = await newPerson(browser);
    await page.goto(server.url);
    const button = page.getByRole("button", { name: "Import", exact: true });
    await button.focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog").waitFor();
    for (let press = 0; press < 12; ++press) {
      await page.keyboard.press("Tab");
      const outside = await page.evaluate(() => {
        const at = document.activeElement;
        return at !== document.body && at?.closest("dialog") === null;
      });
      assert.equal(outside, false);
    }
    await escape(page);
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    await page.context().close();
  });

  it("walks a menu by arrows and comes back on Esc", async () => {
    const page = await newPerson(browser);
    await page.goto(server.url);
    const button = page.locator(".row-menu button").first();
    await button.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.textContent?.includes("Open"));
    await page.keyboard.press("ArrowDown");
    assert.match(await focused(page), /Export as text/);
    await page.keyboard.press("End");
    assert.match(await focused(page), /trash/);
    await escape(page);
    assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    await page.context().close();
  });
});
