// Pictures of every view, wide and narrow, light and dark, from the real thing: `node e2e/views.mjs FOLDER [PART OF A NAME]`. To be
// looked at by a person; not a test.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { importReport, openReport, type } from "./editor_page.mjs";
import { dropPack, waitForLine } from "./findings_page.mjs";
import { newPerson, paper, startBrowser, startServer, waitForSave } from "./harness.mjs";

const [folder, only = ""] = process.argv.slice(2);
if (!folder) throw new Error("usage: node e2e/views.mjs FOLDER [PART OF A NAME]");
await mkdir(folder, { recursive: true });

const browser = await startBrowser();
const server = await startServer();
const guarded = await startServer({ auth: "accounts" });
await dropPack(server);

const narrow = (page) => page.viewportSize().width < 768;
const escape = (page) => page.keyboard.press("Escape");
const open_rail = async (page, name) => {
  if (narrow(page)) return page.locator(".bottom-bar, nav").getByRole("button", { name, exact: true }).last().click();
  if (await page.locator(".rail-open").isVisible()) await page.locator(".rail-open").click();
  await page.getByRole("tab", { name: new RegExp(name) }).click();
};

async function list_views(page, take) {
  await page.goto(server.url);
  await page.locator("table.reports").waitFor();
  await take("list");
  await page.locator(".row-menu button").first().click();
  await take("list-row-menu");
  await escape(page);
  await page.getByRole("button", { name: "Settings and account" }).click();
  await take("list-page-menu");
  await escape(page);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await take("import");
  const sample = (await (await fetch(`${server.url}/api/reports`)).json()).reports[0];
  await page.setInputFiles("#import-files", { name: "report.txt", mimeType: "text/plain", buffer: await server.exportText(sample.id) });
  await page.locator(".preview").waitFor();
  await take("import-preview");
  await escape(page);
}

async function sample_views(page, take) {
  await page.goto(server.url);
  await page.locator("tbody .title a", { hasText: "cable" }).first().click();
  await waitForSave(page, "saved");
  await paper(page).waitFor();
  await page.locator(".paper-text .finding").first().waitFor({ state: "attached" });
  await take("sample");
  await open_rail(page, "Findings");
  await page.locator(".finding-card").first().waitFor();
  await take("sample-findings");
  await open_rail(page, "Comments");
  await take("sample-comments");
  await open_rail(page, "ACH");
  await take("sample-ach");
  const id = page.url().split("/")[4].split(/[?#]/)[0];
  if (narrow(page)) {
    await page.goto(`${server.url}/reports/${id}`);
    await waitForSave(page, "saved");
    await page.getByRole("button", { name: "Outline", exact: true }).last().click();
    await take("sample-outline");
  }
  await page.goto(`${server.url}/reports/${id}`);
  await waitForSave(page, "saved");
  await page.evaluate(() => document.querySelector(".ProseMirror").lastElementChild.scrollIntoView({ block: "end" }));
  await take("sample-end");
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator("[data-save]").first().click();
  await take("save-details");
  await escape(page);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await take("share");
  await escape(page);
  await page.goto(`${server.url}/reports/${id}/matrix`);
  await page.locator(".matrix-bar").waitFor();
  await page.waitForFunction(() => document.querySelector(".matrix-bar"));
  await take("matrix");
  if (!narrow(page)) {
    await page.locator('[data-at="0/0"]').click();
    await take("matrix-cell");
    await page.locator(".matrix-bar").getByRole("button", { name: "Add evidence" }).click();
    await take("matrix-add");
    await escape(page);
  }
}

async function flawed_views(page, take) {
  const id = await importReport(page, server);
  await openReport(page, server, id);
  await type(page, "Grain prices could rise in import-dependent states.", " It is blithely so, they utilise it, and it holds a goodly lot of ships.");
  await waitForLine(page, "blithely");
  await take("underlines");
  await page.locator(".paper-text .finding-error", { hasText: "blithely" }).first().click();
  await page.locator(".finding-popover .finding-acts").waitFor();
  await take("finding-popover");
  await escape(page);
  await open_rail(page, "Findings");
  await take("findings");
}

async function lone_views(page, take) {
  await page.goto(`${server.url}/admin/plugins`);
  await page.locator(".plugin").first().waitFor();
  await take("plugins");
  await page.locator(".plugin summary").first().click();
  await take("plugins-open");
  await page.goto(`${server.url}/nowhere`);
  await page.locator(".card").waitFor();
  await take("nowhere");
  await page.goto(`${guarded.url}/login`);
  await page.locator(".card").waitFor();
  await take("login");
  await page.goto(guarded.url + guarded.setupPath());
  await page.locator(".card").waitFor();
  await take("setup");
  await page.goto(server.url);
  await page.getByRole("button", { name: "New report" }).first().click();
  await waitForSave(page, "saved");
  await take("new-report");
  await page.goto(`${page.url().split(/[?#]/)[0]}/matrix`);
  await page.locator(".matrix-bar, .matrix-empty, .empty").first().waitFor();
  await take("matrix-empty");
}

try {
  for (const colorScheme of ["light", "dark"])
    for (const width of [1440, 390])
      for (const views of [list_views, sample_views, flawed_views, lone_views]) {
        const page = await newPerson(browser, { colorScheme, reducedMotion: "reduce", viewport: { width, height: width < 768 ? 844 : 900 } });
        const take = async (name) => {
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          const file = `${name}-${width}-${colorScheme}.png`;
          if (file.includes(only)) await page.screenshot({ path: join(folder, file) });
        };
        try {
          await views(page, take);
        } catch (error) {
          process.stderr.write(`${views.name} ${width} ${colorScheme}: ${error.message}\n`);
          process.exitCode = 1;
        }
        for (const fault of page.faults) process.stderr.write(`${views.name}: ${fault}\n`);
        await page.context().close();
      }
} finally {
  await browser.close();
  await server.stop();
  await guarded.stop();
}
