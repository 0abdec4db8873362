// The matrix: two people rate the same evidence, blind until each has rated, and the plugin says what follows from it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { importReport, nodeClient, openReport, select, until } from "./editor_page.mjs";
import { newPerson, startBrowser, startServer, waitForSave } from "./harness.mjs";
import { addEvidence, cell, openMatrix, rateRows, valueAt, valueBecomes } from "./matrix_page.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const first_words = "The inspection report names no damage";

let browser;
let server;
let dana;
let eli;
let id;

before(async () => {
  browser = await startBrowser();
  server = await startServer();
  dana = await newPerson(browser);
  eli = await newPerson(browser);
  await dana.goto(server.url);
  id = await importReport(dana, server);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const view = (page, name) => page.getByRole("group", { name: "Whose ratings" }).getByRole("button", { name, exact: true }).click();
const foot = (page, column) => page.locator("tfoot .matrix-foot").nth(column);
const ratingsOf = async () => {
  const client = await nodeClient(server, id, "reader");
  const ratings = client.doc.getMap("ratings").toJSON();
  client.close();
  return Object.entries(ratings);
};

async function assertAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes[0].html}`), []);
}

describe("the matrix", { concurrency: false }, () => {
  it("without evidence says how to begin, and words of the text become evidence by a key", async () => {
    await openMatrix(dana, server, id);
    await dana.getByText("No evidence yet.").waitFor();
    await openReport(dana, server, id);
    await select(dana, first_words);
    await dana.keyboard.press("Control+Alt+e");
    await dana.getByText("Added as evidence 1").waitFor();
    await dana.keyboard.press("Control+Alt+x");
    await dana.getByRole("rowheader").filter({ hasText: first_words }).waitFor();
    await addEvidence(dana, "The February inspection closed no berth", { credibility: "H", relevance: "H", source: "Port authority", type: "document" });
    await addEvidence(dana, "Grain is dear everywhere", { credibility: "M" });
    assert.equal(await dana.locator(".matrix-row").count(), 3);
    await assertAccessible(dana, "matrix");
  });

  it("a row leads back to its words", async () => {
    await dana.getByRole("link", { name: "In the text" }).click();
    await dana.locator(".ProseMirror").waitFor();
    await until(() => dana.evaluate(() => getSelection().toString() === "The inspection report names no damage"), "the words are selected");
    await dana.keyboard.press("Control+Alt+x");
    await dana.locator(".matrix-grid").waitFor();
  });

  it("digits rate, Enter goes on, Delete clears; the cell says what it holds", async () => {
    await rateRows(dana, [["4", "1"], ["5", "2"], ["4", "4"]]);
    await valueBecomes(dana, 1, 1, "I");
    assert.deepEqual(await Promise.all([0, 1, 2].flatMap((row) => [valueAt(dana, row, 0), valueAt(dana, row, 1)])), ["C", "II", "CC", "I", "C", "C"]);
    assert.match(await cell(dana, 1, 1).getAttribute("aria-label"), /February inspection.*Safety Measure.*: inconsistent/);
    await cell(dana, 2, 1).focus();
    await dana.keyboard.press("Delete");
    await valueBecomes(dana, 2, 1, "none");
    await dana.keyboard.press("0");
    await valueBecomes(dana, 2, 1, "NA");
    await dana.keyboard.press("4");
    await valueBecomes(dana, 2, 1, "C");
    await waitForSave(dana, "saved");
  });

  it("others' ratings stay hidden until one has rated the cell, or chose to look, which is kept", async () => {
    await openMatrix(eli, server, id);
    await eli.locator(".matrix-grid").waitFor();
    await view(eli, "Group");
    await valueBecomes(eli, 0, 1, "hidden");
    assert.match(await cell(eli, 0, 1).getAttribute("aria-label"), /rate it yourself or reveal/);
    await cell(eli, 0, 1).focus();
    await eli.keyboard.press("5");
    await valueBecomes(eli, 0, 1, "II");
    await cell(eli, 1, 1).focus();
    await eli.getByRole("button", { name: "Reveal" }).click();
    await valueBecomes(eli, 1, 1, "I");
    await valueBecomes(eli, 0, 0, "hidden");
    await waitForSave(eli, "saved");
    const revealed = (await ratingsOf()).filter(([, entry]) => entry.revealed);
    assert.equal(revealed.length, 1);
    assert.equal(revealed[0][1].value, undefined);
  });

  it("the group's cell is the lower median, marked by how far they are apart; comparing shows both", async () => {
    await cell(eli, 0, 1).focus();
    await view(dana, "Group");
    await dana.locator('[data-at="0/1"] .matrix-corner.strong').waitFor();
    assert.equal(await valueAt(dana, 0, 1), "II");
    await view(dana, "Compare");
    await dana.locator('[data-at="0/1"] .matrix-pair[data-differ="true"]').waitFor();
    await view(dana, "Disagreement");
    await dana.locator('[data-at="0/1"][data-heat="4"]').waitFor();
    await view(dana, "Mine");
  });

  it("a note stands beside its rating for those who may see it", async () => {
    await cell(dana, 0, 1).focus();
    await dana.keyboard.press("c");
    await dana.getByRole("dialog").getByLabel("Note").fill("Damage would be in the report.");
    await dana.getByRole("dialog").getByRole("button", { name: "Keep" }).click();
    await cell(eli, 0, 1).focus();
    await eli.locator(".matrix-detail").getByText("Damage would be in the report.").waitFor();
  });

  it("the plugin's scores come by themselves, and a rating changes who leads", async () => {
    await view(dana, "Group");
    await foot(dana, 0).getByText("leads").waitFor({ timeout: 20_000 });
    await dana.getByText("Fee Dispute leads.").waitFor();
    // From here on: what a rank was when the page opened.
    await dana.reload();
    await dana.getByRole("heading", { name: "What your ratings say" }).waitFor();
    await dana.getByText("Fee Dispute leads.").waitFor();
    await view(dana, "Group");
    await foot(dana, 0).getByText("leads").waitFor({ timeout: 20_000 });
    // Two contradictions of the first, and the second leads.
    await cell(dana, 0, 0).focus();
    await dana.keyboard.press("1");
    await cell(dana, 1, 0).focus();
    await dana.keyboard.press("1");
    await cell(dana, 0, 1).focus();
    await dana.keyboard.press("4");
    await foot(dana, 1).getByText("leads").waitFor({ timeout: 20_000 });
    await foot(dana, 1).getByText("▲").waitFor();
    await dana.locator(".matrix-nothing").first().waitFor();
  });

  it("what if changes scores in this window alone, until it is discarded", async () => {
    const kept = await foot(dana, 0).locator(".matrix-score").textContent();
    const before_all = JSON.stringify((await ratingsOf()).sort());
    await dana.getByRole("button", { name: "What if" }).click();
    await dana.getByText("Only you see this").waitFor();
    for (const box of await dana.locator(".matrix-item input").all()) await box.uncheck();
    await until(async () => (await foot(dana, 0).innerText()) === "not rated yet", "nothing counts");
    assert.equal(await eli.locator(".matrix-band").count(), 0);
    await dana.getByRole("button", { name: "Discard" }).click();
    await until(async () => (await foot(dana, 0).locator(".matrix-score").textContent()) === kept, "as before");
    assert.equal(JSON.stringify((await ratingsOf()).sort()), before_all);
  });

  it("evidence taken away comes back by undo, its ratings with it", async () => {
    await view(dana, "Mine");
    await dana.locator(".matrix-item-words").nth(1).click();
    await dana.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await until(async () => (await dana.locator(".matrix-row").count()) === 2, "one row less");
    await dana.getByRole("button", { name: "Undo" }).click();
    await until(async () => (await dana.locator(".matrix-row").count()) === 3, "the row is back");
    await valueBecomes(dana, 1, 1, "I");
  });

  it("in brief beside the text: hypotheses by rank, and the way to the matrix", async () => {
    await dana.keyboard.press("Control+Alt+x");
    await dana.locator("#rail-tab-ach").click();
    await dana.locator(".matrix-ranking li").first().filter({ hasText: "Safety Measure" }).waitFor({ timeout: 20_000 });
    await assertAccessible(dana, "rail");
    await dana.getByRole("link", { name: "Open the matrix" }).click();
    await dana.locator(".matrix-grid").waitFor();
  });

  it("on a phone evidence comes in cards, and rating is choosing from a list", async () => {
    const phone = await newPerson(browser, { viewport: { width: 390, height: 844 } });
    // A server that says late what one may do: the matrix is drawn by then, and still opens on one's own ratings.
    let say_role;
    const drawn = new Promise((resolve) => (say_role = resolve));
    await phone.route(`**/reports/${id}`, async (route) => {
      if (route.request().resourceType() !== "document") await drawn;
      await route.continue();
    });
    await openMatrix(phone, server, id);
    await phone.locator(".matrix-card").first().waitFor();
    say_role();
    const card = phone.locator(".matrix-card").filter({ hasText: first_words });
    await card.getByLabel("Safety Measure").selectOption("I");
    await waitForSave(phone, "saved");
    await until(async () => (await ratingsOf()).length > 0 && (await ratingsOf()).filter(([, { value }]) => value === "I").length >= 2, "stored");
    await assertAccessible(phone, "cards");
    assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await phone.context().close();
  });

  it("what nobody rated neither leads nor holds a rank, and leaves it open who does", async () => {
    const mira = await newPerson(browser);
    await mira.goto(server.url);
    const fresh = await importReport(mira, server);
    await openMatrix(mira, server, fresh);
    await addEvidence(mira, "The February inspection closed no berth");
    await addEvidence(mira, "The fee was raised in May");
    await mira.getByText("You have not rated anything yet.").waitFor({ timeout: 20_000 });
    await rateRows(mira, [["1", ""], ["2", ""]]);
    for (const name of ["Mine", "Group"]) {
      await view(mira, name);
      await mira.locator(".matrix-rests").getByText("Not decidable yet.").waitFor({ timeout: 20_000 });
      await mira.locator(".matrix-rests").getByText("Safety Measure is not rated yet.").waitFor();
      assert.equal(await foot(mira, 1).innerText(), "not rated yet", name);
      assert.match(await foot(mira, 0).innerText(), /1\s+.3\.0$/);
      assert.equal(await mira.locator('[data-leads="true"]').count(), 0);
      assert.equal(await mira.getByText("leads", { exact: false }).count(), 0, name);
    }
    await mira.getByRole("button", { name: "Read as a table" }).click();
    await mira.getByRole("cell", { name: "not rated yet" }).last().waitFor();
    await mira.keyboard.press("Control+Alt+x");
    await mira.locator("#rail-tab-ach").click();
    await mira.locator(".matrix-compact").getByText("Not decidable yet.").waitFor();
    await mira.locator(".matrix-ranking li").last().filter({ hasText: "not rated yet" }).waitFor();
    await openMatrix(mira, server, fresh);
    await view(mira, "Mine");
    await cell(mira, 0, 1).focus();
    await mira.keyboard.press("4");
    await mira.getByText("Empty cells could still").or(mira.getByText("Safety Measure leads.")).first().waitFor();
    await cell(mira, 1, 1).focus();
    await mira.keyboard.press("4");
    await mira.locator(".matrix-rests").getByText("Safety Measure leads.").waitFor({ timeout: 20_000 });
    await mira.context().close();
  });

  it("Mine is made of one's own ratings alone, also in the sample; the group's figures are named so", async () => {
    const mira = await newPerson(browser);
    const sample = (await (await fetch(`${server.url}/api/reports`)).json()).reports.find(({ title }) => title.includes("Cable"));
    await openMatrix(mira, server, sample.id);
    await view(mira, "Group");
    await mira.getByRole("heading", { name: "What the group's result rests on" }).waitFor({ timeout: 20_000 });
    await mira.getByText("Accidental anchor drag in the storm leads.").waitFor();
    await mira.locator(".matrix-noise").waitFor();
    assert.deepEqual(await mira.locator(".matrix-whose").allInnerTexts(), ["Group", "Group"]);
    assert.ok((await mira.locator("td.matrix-telling > *").count()) > 0);
    await cell(mira, 0, 0).focus();
    assert.ok((await mira.locator(".matrix-detail li").count()) > 1);
    await view(mira, "Mine");
    assert.deepEqual(await mira.locator(".matrix-whose").allInnerTexts(), ["Mine", "Mine"]);
    await mira.getByText("You have not rated anything yet.").waitFor();
    assert.equal(await mira.locator("td.matrix-telling > *").count(), 0);
    assert.equal(await mira.locator(".matrix-noise, .matrix-agree").count(), 0);
    // Blind, until one has rated it or asked.
    await cell(mira, 0, 0).focus();
    await mira.locator(".matrix-detail").getByText(/other ratings?, hidden until you have rated/).waitFor();
    assert.equal(await mira.locator(".matrix-detail li").count(), 1);
    await mira.keyboard.press("4");
    await until(async () => (await mira.locator(".matrix-detail li").count()) > 1, "others' ratings");
    await cell(mira, 0, 1).focus();
    await mira.keyboard.press("1");
    await mira.locator("td.matrix-telling [role=img]").first().waitFor();
    await view(mira, "Compare");
    assert.deepEqual(await mira.locator(".matrix-whose").allInnerTexts(), ["Group", "Group"]);
    await mira.context().close();
  });

  it("every view can be read by those who listen, in the dark as well", async () => {
    await dana.evaluate(() => localStorage.setItem("assay.theme", "dark"));
    await dana.reload();
    await dana.locator(".matrix-grid").waitFor();
    for (const name of ["Mine", "Group", "Compare", "Disagreement"]) {
      await view(dana, name);
      await assertAccessible(dana, name);
    }
    await dana.getByRole("button", { name: "Read as a table" }).click();
    await dana.getByRole("cell", { name: /inconsistent/ }).first().waitFor();
    await assertAccessible(dana, "table");
    assert.deepEqual([...dana.faults, ...eli.faults], []);
  });
});
