// Findings in a real browser, from the real plugins in their own processes: underlines that stay on their words, fixes, ignores, rules
// and checkers put into the running server, and a plugin that is killed.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { importReport, openReport, select, sharedText, type, until } from "./editor_page.mjs";
import { buildExclaimer, card, dropPack, hostsOf, underlined, waitForLine, waitForNoLine } from "./findings_page.mjs";
import { newPerson, paper, startBrowser, startServer, waitForSave } from "./harness.mjs";

const vague = "a goodly lot of";
const flawed = ` It holds ${vague} ships.`;
const economic = "Grain prices could rise in import-dependent states.";

let browser;
let server;
let dana;
let id;

before(async () => {
  browser = await startBrowser();
  server = await startServer();
  await dropPack(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  dana = await person();
  id = await importReport(dana, server);
  await openReport(dana, server, id);
});
afterEach(async () => {
  assert.deepEqual(dana.faults, []);
  await dana.context().close();
});

const person = (options) => newPerson(browser, options);
const line = (page, words) => page.locator(".paper-text .finding", { hasText: words }).first();
const openPanel = (page) => page.getByRole("tab", { name: /Findings/ }).click();
const setUp = async (page, server) => {
  await page.goto(server.url + server.setupPath());
  await page.getByLabel("Your name").fill("Dana Whitfield");
  await page.getByLabel("User name").fill("dana");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("heading", { name: "Reports", exact: true }).waitFor();
};
const blockText = (page, words) => page.evaluate((words) => {
  let text = null;
  document.querySelector(".ProseMirror").editor.state.doc.descendants((node) => {
    if (node.isTextblock && node.textContent.includes(words)) text ??= node.textContent;
  });
  return text;
}, words);

describe("an underline", () => {
  it("is there within a second of the end of a flawed sentence", async () => {
    // The first check of a report reads all of it, and the plugin may be starting.
    await type(dana, economic, ` ${vague} things. `);
    await waitForLine(dana, vague);
    await dana.evaluate(() => {
      globalThis.last_key = 0;
      globalThis.took = [];
      addEventListener("keydown", ({ timeStamp }) => (globalThis.last_key = timeStamp), { capture: true });
      let lines = document.querySelectorAll(".paper-text .finding-error").length;
      const look = () => {
        const now = document.querySelectorAll(".paper-text .finding-error").length;
        if (now > lines) globalThis.took.push(Math.round(performance.now() - globalThis.last_key));
        lines = now;
        requestAnimationFrame(look);
      };
      look();
    });
    await select(dana, "A compromise is found within a month.", "end");
    for (let run = 0; run < 7; ++run) {
      await dana.keyboard.type(" They left blithely.");
      await until(async () => (await underlined(dana)).filter((words) => words === "blithely").length > run, "the underline");
    }
    const took = (await dana.evaluate(() => globalThis.took)).sort((a, b) => a - b);
    console.log(`last key to underline, report of 200 words: ${took.join(", ")} ms`);
    assert.ok(took[3] < 1000, `median ${took[3]} ms`);
  });

  it("differs in form by its weight, and the worst of several is drawn", async () => {
    await type(dana, economic, ` They utilise it. It is blithely ${vague} ships. `);
    await waitForLine(dana, "blithely", ".finding-error");
    await waitForLine(dana, vague, ".finding-warning");
    await waitForLine(dana, "utilise", ".finding-hint");
    const style = (words) => line(dana, words).evaluate((element) => getComputedStyle(element).textDecorationStyle);
    assert.deepEqual([await style("blithely"), await style(vague), await style("utilise")], ["solid", "wavy", "dotted"]);
  });

  it("waits while its word is being typed, and comes when it is left", async () => {
    await type(dana, economic, ` ${vague} ships. `);
    await waitForLine(dana, vague);
    await dana.keyboard.type("It is blithely");
    await dana.waitForFunction(() => document.querySelector(".ProseMirror").editor.state["findings$"].waiting.size > 0);
    assert.ok(!(await underlined(dana)).includes("blithely"));
    await dana.keyboard.type(" ");
    await waitForLine(dana, "blithely");
  });

  it("stays on its words through split, join, heading, list and undo", async () => {
    await type(dana, economic, flawed);
    await waitForLine(dana, vague);
    // Never missing between two steps, not even for one frame.
    await dana.evaluate((words) => {
      globalThis.missing = 0;
      const look = () => {
        const drawn = [...document.querySelectorAll(".paper-text .finding-warning")].map(({ textContent }) => textContent).join("");
        if (!drawn.includes(words)) ++globalThis.missing;
        globalThis.looking = requestAnimationFrame(look);
      };
      look();
    }, vague);
    await select(dana, "It holds", "start");
    await dana.keyboard.press("Enter");
    await waitForLine(dana, vague);
    await dana.keyboard.press("Backspace");
    await waitForLine(dana, vague);
    await select(dana, "Watch berth assignments", "start");
    const scenario = "Ask the insurers for their assessment.";
    await type(dana, scenario, flawed);
    await until(async () => (await underlined(dana)).filter((words) => words === vague).length === 2, "both");
    await dana.evaluate(() => document.querySelector(".ProseMirror").editor.state["y-undo$"].undoManager.stopCapturing());
    for (const command of ["toggleBulletList", "toggleBulletList", "undo", "redo"]) {
      await dana.evaluate((command) => document.querySelector(".ProseMirror").editor.commands[command](), command);
      await until(async () => (await underlined(dana)).filter((words) => words === vague).length === 2, `both after ${command}`);
    }
    await select(dana, vague, "start");
    await dana.evaluate(() => document.querySelector(".ProseMirror").editor.commands.setNode("heading", { level: 3 }));
    await until(async () => (await underlined(dana)).filter((words) => words === vague).length === 2, "both after the heading");
    assert.equal(await dana.evaluate(() => (cancelAnimationFrame(globalThis.looking), globalThis.missing)), 0);
  });

  it("is not drawn on other words while somebody else types before and in it", async () => {
    const eli = await person();
    await openReport(eli, server, id);
    await type(dana, economic, flawed);
    await waitForLine(dana, vague);
    await waitForLine(eli, vague);
    await dana.evaluate(() => {
      globalThis.seen = new Set();
      const look = () => {
        // Another rule may have something to say about what the other one typed.
        for (const { textContent } of document.querySelectorAll(".paper-text .finding-warning")) if (/goodly|lot of/.test(textContent)) globalThis.seen.add(textContent);
        globalThis.looking = requestAnimationFrame(look);
      };
      look();
    });
    await type(eli, "Grain prices", " and freight rates of all kinds");
    await until(async () => (await sharedText(dana)).includes("freight rates of all kinds"), "seen by the other");
    await select(eli, "Grain prices and", "start");
    await eli.keyboard.press("Enter");
    await eli.keyboard.type("A line before.");
    await until(async () => (await sharedText(dana)).includes("A line before."), "seen by the other");
    await waitForLine(dana, vague);
    const seen = await dana.evaluate(() => (cancelAnimationFrame(globalThis.looking), [...globalThis.seen]));
    assert.deepEqual(seen, [vague]);
    await type(eli, "It holds a goodly", " and varied");
    await waitForNoLine(dana, vague);
    await until(async () => !(await underlined(dana)).some((words) => words.includes("goodly")), "gone with its words");
    await eli.context().close();
  });
});

describe("a card", () => {
  it("says what, why and where, and shows the words on a click", async () => {
    await type(dana, economic, flawed);
    await openPanel(dana);
    const said = card(dana, "is no count");
    await said.waitFor();
    await said.getByRole("button").first().click();
    await said.getByText("Say how many.").waitFor();
    assert.match(await said.innerText(), /Goodly/);
    await dana.locator(".paper-text .finding-focused").waitFor();
    // And back: the caret in the words selects the card.
    await select(dana, "Watch berth", "start");
    await line(dana, vague).click();
    await dana.locator(".finding-card.focused", { hasText: "is no count" }).waitFor();
  });

  it("stands beside the words where the panel is not open", async () => {
    await type(dana, economic, flawed);
    await waitForLine(dana, vague);
    await line(dana, vague).click();
    const beside = dana.locator(".finding-popover");
    await beside.getByText("is no count").waitFor();
    await dana.keyboard.press("Escape");
    await beside.waitFor({ state: "detached" });
    assert.equal(await paper(dana).evaluate((element) => element === document.activeElement), true);
  });

  it("fixes by keyboard in one step of undo", async () => {
    await type(dana, economic, " They utilise the berth.");
    await waitForLine(dana, "utilise");
    const before = await blockText(dana, "They utilise");
    await dana.keyboard.press("Control+Home");
    await until(async () => {
      await dana.keyboard.press("F8");
      return dana.evaluate(() => document.querySelector(".finding-focused")?.textContent === "utilise");
    }, "F8 comes to the words");
    await dana.keyboard.press("Control+.");
    await dana.waitForFunction(() => document.activeElement?.classList.contains("fix"));
    await dana.keyboard.press("Enter");
    await until(async () => (await blockText(dana, "They use the berth.")) !== null, "fixed");
    await waitForNoLine(dana, "utilise");
    await paper(dana).focus();
    await dana.keyboard.press("Control+z");
    await until(async () => (await blockText(dana, "They utilise")) === before, "back in one step");
    await waitForLine(dana, "utilise");
    await waitForSave(dana, "saved");
    assert.match((await server.exportText(id)).toString(), /They utilise the berth\./);
  });

  it("is announced when the caret comes into its words", async () => {
    await type(dana, economic, flawed);
    await waitForLine(dana, vague);
    await select(dana, "a goodly", "end");
    await until(async () => dana.evaluate(() => [...document.querySelectorAll("[role=status]")].some(({ textContent }) => /Warning: .*is no count/.test(textContent))), "said");
  });
});

describe("an ignore", () => {
  it("here takes one away for everybody, and back again", async () => {
    const eli = await person();
    await openReport(eli, server, id);
    await openPanel(eli);
    await type(dana, economic, flawed);
    await openPanel(dana);
    await card(eli, "is no count").waitFor();
    await card(dana, "is no count").getByRole("button").first().click();
    await dana.getByRole("button", { name: "Ignore here" }).click();
    await waitForNoLine(dana, vague);
    await waitForNoLine(eli, vague);
    await eli.getByText("Ignored (1)").click();
    await eli.getByRole("button", { name: /Stop ignoring/ }).click();
    await waitForLine(dana, vague);
    await waitForLine(eli, vague);
    await eli.context().close();
  });

  it("in the report asks why, holds for every finding of the rule, and says who and why", async () => {
    await type(dana, economic, flawed);
    await type(dana, "Ask the insurers for their assessment.", flawed);
    await until(async () => (await underlined(dana)).filter((words) => words === vague).length === 2, "both");
    await openPanel(dana);
    await card(dana, "is no count").first().getByRole("button").first().click();
    await dana.getByRole("button", { name: "Ignore in this report…" }).click();
    await dana.getByRole("button", { name: "Ignore", exact: true }).and(dana.locator(":disabled")).waitFor();
    await dana.getByLabel("Why it does not matter here").fill("Counts are classified.");
    await dana.keyboard.press("Control+Enter");
    await until(async () => !(await underlined(dana)).includes(vague), "both gone");
    await dana.getByText("Ignored (2)").click();
    await dana.getByText("Counts are classified.").first().waitFor();
    await dana.reload();
    await waitForSave(dana, "saved");
    await dana.getByText("Ignored (2)").waitFor();
    assert.ok(!(await underlined(dana)).includes(vague));
  });
});

describe("a running server", () => {
  it("takes a rule pack that is dropped into its folder", async () => {
    const own = await startServer();
    try {
      const page = await person();
      await openReport(page, own, await importReport(page, own));
      await type(page, economic, flawed);
      await openPanel(page);
      await page.getByText(/Checked/).waitFor();
      assert.ok(!(await underlined(page)).includes(vague));
      const pid = own.process.pid;
      await dropPack(own);
      await waitForLine(page, vague);
      await card(page, "is no count").waitFor();
      assert.equal(own.process.pid, pid);
      await page.context().close();
    } finally {
      await own.stop();
    }
  });

  it("takes a checker of one's own that an administrator uploads, and lets it go again", async () => {
    // A library is code: it takes an account.
    const own = await startServer({ auth: "accounts" });
    const admin = await person();
    const writer = await admin.context().newPage();
    await setUp(admin, own);
    await openReport(writer, own, await importReport(admin, own));
    await type(writer, economic, " Ships left!");
    await admin.goto(`${own.url}/admin/plugins`);
    await admin.locator("[data-plugin=redflags]").waitFor();
    await admin.setInputFiles("input[accept='.so']", buildExclaimer(own));
    const row = admin.locator("[data-plugin='org.example.exclaimer'][data-state=running]");
    await row.waitFor();
    await waitForLine(writer, "!");
    await openPanel(writer);
    const shouted = card(writer, "An exclamation mark in a report.");
    await shouted.getByRole("button").first().click();
    // Its fix goes by the name that the plugin gave it, beside the change.
    assert.equal(await shouted.locator(".fix .fix-title").innerText(), "Leave it out");
    assert.equal(await shouted.locator(".fix del").innerText(), "!");
    await shouted.getByRole("button", { name: "Fix: Leave it out: Remove “!”", exact: true }).waitFor();

    await row.getByRole("switch").click();
    await admin.locator("[data-plugin='org.example.exclaimer'][data-state=stopped]").waitFor();
    await admin.locator("[data-plugin='org.example.exclaimer']").getByRole("switch").click();
    await row.waitFor();
    await row.locator("summary").click();
    await row.getByRole("button", { name: "Remove Exclaimer" }).click();
    await admin.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await row.waitFor({ state: "detached" });
    await waitForNoLine(writer, "!");
    assert.deepEqual(admin.faults, []);
    await admin.context().close();
    await own.stop();
  });

  it("shows on the list how many errors and warnings a report has", async () => {
    await type(dana, economic, ` It is blithely ${vague} ships. `);
    await waitForLine(dana, "blithely");
    await waitForSave(dana, "saved");
    const list = await person();
    await list.goto(server.url);
    const found = list.locator(`tr:has(a[href="/reports/${id}"]) td.findings`);
    await until(async () => {
      await list.reload();
      await found.waitFor();
      return /1 error/.test(await found.innerText()) && /warning/.test(await found.innerText());
    }, "the counts");
    await list.context().close();
  });
});

describe("a report that nobody has written in", () => {
  it("is not praised: there is nothing to check yet, and no words", async () => {
    const page = await person();
    const made = await page.request.post(`${server.url}/api/reports`, { data: {}, headers: { origin: server.url } });
    await openReport(page, server, (await made.json()).id);
    await openPanel(page);
    await page.getByText("Checked", { exact: false }).waitFor();
    await page.getByText("Nothing to check yet").waitFor();
    assert.equal(await page.locator(".findings-fine").count(), 0);
    assert.equal(await page.locator(".outline-foot").innerText(), "0 words");
    await page.locator(".paper-text section p").first().click();
    await page.keyboard.type("A storm may possibly come.");
    await page.getByText("5 words").waitFor();
    await page.locator(".finding-card").first().waitFor();
    await page.getByText("Nothing to check yet").waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("suggested tags", () => {
  it("are grey chips that become tags by a press, and go by another", async () => {
    // A server that has learned nothing, and a report without tags: what is suggested comes from its words alone.
    const own = await startServer();
    const page = await person();
    const made = await page.request.post(`${own.url}/api/reports`, { data: { title: "Harbour closure strains grain exports" }, headers: { origin: own.url } });
    const { id: its_id } = await made.json();
    await openReport(page, own, its_id);
    await page.locator(".paper-text section p").first().click();
    await page.keyboard.type("The port authority closed two berths to force a new fee agreement. The port authority seeks higher port fees from grain exporters.");
    const chips = page.locator(".tag-suggested");
    const tags = page.locator(".tag:not(.tag-suggested)");
    await chips.first().waitFor();
    const before = await tags.count();
    const first = await chips.first().getAttribute("data-tag");
    await chips.first().locator(".tag-add").focus();
    await page.keyboard.press("Enter");
    await tags.filter({ hasText: first }).waitFor();
    assert.equal(await tags.count(), before + 1);
    await page.locator(`.tag-suggested[data-tag="${first}"]`).waitFor({ state: "detached" });
    const second = await chips.first().getAttribute("data-tag");
    await chips.first().locator(".tag-add").focus();
    await page.keyboard.press("Delete");
    await page.locator(`.tag-suggested[data-tag="${second}"]`).waitFor({ state: "detached" });
    await waitForSave(page, "saved");
    await page.reload();
    await waitForSave(page, "saved");
    await tags.filter({ hasText: first }).waitFor();
    await until(async () => (await (await page.request.get(`${own.url}/api/reports/${its_id}/findings`)).json()).final, "checked again");
    assert.equal(await page.locator(`.tag-suggested[data-tag="${second}"]`).count(), 0);
    await page.context().close();
    await own.stop();
  });
});

describe("a plugin that is killed", () => {
  it("leaves its findings, in grey, and nobody's typing waits", async () => {
    await type(dana, economic, flawed);
    await waitForLine(dana, vague);
    await openPanel(dana);
    let killed = 0;
    await until(async () => {
      for (const pid of await hostsOf(server, "redflags")) {
        process.kill(pid, "SIGKILL");
        ++killed;
      }
      return dana.locator(".findings-trouble.stopped").isVisible();
    }, "it is stopped");
    assert.ok(killed >= 3, `killed ${killed} times`);
    await waitForLine(dana, vague, ".finding-old");
    await type(dana, "A compromise is found within a month.", " Typing goes on.");
    await until(async () => (await server.exportText(id)).toString().includes("Typing goes on."), "stored");
    assert.ok((await underlined(dana, ".finding-old")).includes(vague));
    const admin = await person();
    await admin.goto(`${server.url}/admin/plugins`);
    await admin.locator("[data-plugin=redflags][data-state=stopped]").getByRole("switch").click();
    await dana.locator(".findings-trouble").waitFor({ state: "detached" });
    await until(async () => (await underlined(dana, ".finding-old")).length === 0, "fresh again");
    await waitForLine(dana, vague);
    await admin.context().close();
  });
});
