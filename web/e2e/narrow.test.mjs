// Windows that are narrower than a desk's: a phone as it is, with a touch screen and a page of its own width, and what lies between
// a phone and a desk. Nothing may be wider than the window, seen or not, and everything must be in reach.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { until } from "./editor_page.mjs";
import { newPerson, paper, startBrowser, startServer, waitForSave } from "./harness.mjs";

let browser;
let server;
let guarded;
let sample;

before(async () => {
  browser = await startBrowser();
  server = await startServer();
  guarded = await startServer({ auth: "accounts" });
  sample = (await (await fetch(`${server.url}/api/reports`)).json()).reports[0].id;
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await guarded?.stop();
});

const words = {
  "en-GB": { outline: "Outline", comments: "Comments", findings: "Findings", ach: "ACH", text: "Text", share: "Share", menu: "Settings and account", load: "Import" },
  "de-DE": { outline: "Gliederung", comments: "Kommentare", findings: "Befunde", ach: "ACH", text: "Text", share: "Teilen", menu: "Einstellungen und Konto", load: "Importieren" },
};

// A browser with a touch screen lays a page out as wide as its widest part, so what sticks out shows in the width of the window too.
async function assertFits(page, what, width = 390) {
  const { out, ...wide } = await page.evaluate((width) => ({
    window: innerWidth,
    page: document.documentElement.scrollWidth,
    // For the message: what of it sticks out.
    out: [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right + scrollX > width + 1)
      .slice(-3).map((element) => element.outerHTML.slice(0, 120)),
  }), width);
  assert.deepEqual(wide, { window: width, page: width }, `${what}: ${out.join("\n")}`);
}

// In sight, and nothing lies over it.
const inReach = (locator) => locator.evaluate((element) => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const on_top = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && element.contains(on_top);
});

async function openSample(page) {
  await page.goto(`${server.url}/reports/${sample}`);
  await waitForSave(page, "saved");
  await paper(page).waitFor();
  await page.locator(".tag-suggested").first().waitFor({ state: "attached", timeout: 20_000 });
}

describe("a phone", { concurrency: false }, () => {
  for (const locale of ["en-GB", "de-DE"]) {
    it(`shows every view in its own width (${locale})`, async () => {
      const said = words[locale];
      const page = await newPerson(browser, { locale, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
      await page.goto(server.url);
      await page.locator("table.reports").waitFor();
      await assertFits(page, "list");
      await page.getByRole("button", { name: said.menu }).tap();
      await assertFits(page, "menu");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: said.load, exact: true }).tap();
      await page.locator("dialog[open]").waitFor();
      await assertFits(page, "import");
      await page.keyboard.press("Escape");
      await openSample(page);
      await assertFits(page, "report");
      const bar = page.locator(".area-bar");
      for (const area of ["outline", "comments", "findings", "ach", "text"]) {
        const button = bar.getByRole("button", { name: said[area], exact: true });
        assert.equal(await inReach(button), true, area);
        await button.tap();
        await bar.locator('[aria-current="page"]', { hasText: said[area] }).waitFor();
        if (area === "findings") await page.locator(".finding-card").first().waitFor();
        if (area === "ach") await page.locator(".matrix-ranking").waitFor({ timeout: 20_000 });
        await assertFits(page, area);
      }
      // Their reasons are shown for the one that has the focus, at either end of the row.
      for (const tag of await page.locator(".tag-add").all()) {
        await tag.focus();
        await assertFits(page, await tag.textContent());
      }
      await page.getByRole("button", { name: said.share, exact: true }).tap();
      await page.locator("dialog[open]").waitFor();
      await assertFits(page, "share");
      await page.keyboard.press("Escape");
      await page.goto(`${server.url}/reports/${sample}/matrix`);
      await page.locator(".matrix-card").first().waitFor();
      for (const view of await page.locator(".matrix-views button").all()) {
        await view.tap();
        await assertFits(page, `matrix, ${await view.textContent()}`);
      }
      await page.goto(`${server.url}/admin/plugins`);
      await page.locator(".plugin summary").first().tap();
      await assertFits(page, "plugins");
      for (const address of [`${server.url}/nowhere`, `${guarded.url}/login`, guarded.url + guarded.setupPath()]) {
        await page.goto(address);
        await page.locator(".card").waitFor();
        await assertFits(page, address);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
});

describe("a window between a phone and a desk", { concurrency: false }, () => {
  for (const width of [768, 900, 1023, 1199]) {
    it(`has the way to comments, findings and matrix in sight (${width} px)`, async () => {
      const page = await newPerson(browser, { viewport: { width, height: 900 } });
      await openSample(page);
      await assertFits(page, "report", width);
      const open = page.locator(".rail-open");
      assert.equal(await inReach(open), true);
      assert.equal(await open.getAttribute("aria-expanded"), "false");
      await open.click();
      for (const tab of ["Comments", "Findings", "ACH"]) {
        await page.getByRole("tab", { name: new RegExp(tab) }).click();
        await page.getByRole("tabpanel", { name: new RegExp(tab) }).waitFor();
      }
      await page.getByRole("button", { name: "Close", exact: true }).click();
      await until(() => inReach(open), "the drawer is away");
      await page.context().close();
    });
  }
});

describe("the toolbar", { concurrency: false }, () => {
  const overflow = (page) => page.locator(".toolbar").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);

  for (const locale of ["en-GB", "de-DE"]) {
    it(`is whole on a desk (${locale})`, async () => {
      for (const width of [1280, 1440]) {
        const page = await newPerson(browser, { locale, viewport: { width, height: 900 } });
        await openSample(page);
        assert.equal(await overflow(page), 0, `${width}`);
        assert.equal(await page.locator(".toolbar-further").count(), 0);
        await page.context().close();
      }
    });
  }

  it("says where more of it is, and goes there", async () => {
    const page = await newPerson(browser, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, reducedMotion: "reduce" });
    await openSample(page);
    assert.ok((await overflow(page)) > 0);
    assert.equal(await page.locator(".toolbar-further").count(), 1);
    const on = page.locator(".toolbar + .toolbar-further");
    await on.tap();
    await until(async () => (await page.locator(".toolbar-further + .toolbar").count()) === 1, "the way back");
    while ((await on.count()) > 0) await on.tap();
    assert.equal(await inReach(page.locator(".toolbar button").last()), true);
    await page.context().close();
  });
});
