// Comments: a reviewer beside two editors. The comment stays on its words whatever is done to the blocks they are in, and what the
// reviewer may not write is refused whole.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { agreed, importReport, nodeClient, openReport, select, sharedText, textWith, type, until } from "./editor_page.mjs";
import { newPerson, startBrowser, startServer } from "./harness.mjs";

const password = "correct horse battery";
const words = "secure capacity at the northern harbour";

let browser;
let server;
let dana;
let eli;
let mira;
let id;

before(async () => {
  browser = await startBrowser();
  server = await startServer({ auth: "accounts" });
  dana = await newPerson(browser);
  const { searchParams } = new URL(server.setupPath(), server.url);
  await call(dana, "POST", "/api/setup", { token: searchParams.get("token"), user: "dana", name: "Dana Whitfield", password }, 200);
  for (const [user, name] of [["eli", "Eli Okafor"], ["mira", "Mira Sato"]]) {
    await call(dana, "POST", "/api/users", { id: user, name, password, admin: false }, 201);
  }
  [eli, mira] = await Promise.all([signedIn("eli"), signedIn("mira")]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
afterEach(() => assert.deepEqual([dana, eli, mira].flatMap(({ faults }) => faults), []));

async function call(page, method, path, data, status) {
  const response = await page.request.fetch(server.url + path, { method, data, headers: { origin: server.url } });
  assert.equal(response.status(), status, await response.text());
  return response;
}

async function signedIn(user) {
  const page = await newPerson(browser);
  await call(page, "POST", "/api/session", { user, password }, 200);
  return page;
}

async function openAll() {
  id = await importReport(dana, server);
  await call(dana, "PATCH", `/api/reports/${id}`, { roles: { eli: "editor", mira: "reviewer" } }, 200);
  await Promise.all([openReport(dana, server, id), openReport(eli, server, id), openReport(mira, server, id, "read_only")]);
}

async function comment(page, on, body) {
  await select(page, on);
  await page.keyboard.press("Control+Alt+m");
  await page.getByLabel("Comment", { exact: true }).and(page.locator("textarea")).waitFor();
  await page.keyboard.type(body);
  await page.keyboard.press("Control+Enter");
}

// The words that are marked, without what the layout puts between their blocks.
const marked = (page) => page.evaluate(() => [...document.querySelectorAll(".commented")].map((part) => part.textContent).join("").replace(/\s/g, ""));

async function markedEverywhere(expected, what) {
  const squeezed = expected.replace(/\s/g, "");
  for (const page of [dana, eli, mira]) {
    let last = "";
    await until(async () => (last = await marked(page)) === squeezed, what).catch((error) => {
      throw new Error(`${error.message}: marked is ${JSON.stringify(last)}`);
    });
  }
}

const messages = (page) => page.locator(".message-body").allTextContents();

describe("comments", () => {
  it("are added, answered and resolved by a reviewer who cannot write the text", async () => {
    await openAll();
    assert.equal(await mira.locator(".ProseMirror").getAttribute("contenteditable"), "false");
    await comment(mira, words, "Which berths are free there?");
    await markedEverywhere(words, "the words are marked");
    await eli.locator(".thread").click();
    await eli.locator(".thread textarea").fill("Two, by the harbour master's list.");
    await eli.locator(".thread textarea").press("Control+Enter");
    await until(async () => (await messages(mira)).length === 2, "the answer is there");
    await mira.locator(".thread textarea").fill("Thank you.");
    await mira.getByRole("button", { name: "Send" }).click();
    await until(async () => (await messages(dana)).length === 3, "and the answer to it");
    await mira.getByRole("button", { name: "Resolve", exact: true }).click();
    await markedEverywhere("", "a resolved thread leaves the paper");
    await dana.getByRole("button", { name: /^Resolved/ }).click();
    await dana.getByRole("button", { name: "Reopen" }).click();
    await markedEverywhere(words, "a reopened one comes back");
  });

  it("stay on their words through split, join, heading, list, move, delete and undo", async () => {
    await openAll();
    await comment(mira, words, "Which berths are free there?");
    await markedEverywhere(words, "at first");
    await select(dana, "Recommended action", "start");
    await dana.keyboard.press("Enter");
    await markedEverywhere(words, "split before them");
    await select(eli, "at the northern", "start");
    await eli.keyboard.press("Enter");
    await markedEverywhere(words, "split inside them");
    await eli.keyboard.press("Backspace");
    await markedEverywhere(words, "joined again");
    await select(dana, "Recommended action", "start");
    await dana.keyboard.type("## ");
    await dana.locator(".paper-text h4 .commented").first().waitFor();
    await markedEverywhere(words, "made a heading");
    await dana.keyboard.press("Control+z");
    await markedEverywhere(words, "the heading undone");
    await select(eli, "Recommended action", "start");
    await eli.getByRole("button", { name: "Bullet list" }).click();
    await eli.locator(".paper-text li .commented").first().waitFor();
    await markedEverywhere(words, "made a list item");
    await select(dana, "Recommended action", "start");
    await dana.keyboard.press("Alt+Shift+ArrowDown");
    await until(() => dana.evaluate(() => document.querySelector(".commented")?.closest("section").matches(":nth-of-type(2)")), "moved");
    await markedEverywhere(words, "moved with their section");
    await type(eli, "secure", " enough");
    await markedEverywhere("secure enough capacity at the northern harbour", "words put inside them");
    await select(dana, "secure enough capacity at the northern harbour");
    await dana.keyboard.press("Backspace");
    await markedEverywhere("", "deleted");
    await mira.getByText("Not in the text any more").waitFor();
    await dana.keyboard.press("Control+z");
    await markedEverywhere("secure enough capacity at the northern harbour", "the deletion undone");
  });

  it("on a word that stands there twice stay on theirs", async () => {
    await openAll();
    await select(eli, "The inspection report names", "start");
    await eli.keyboard.type("The report is short. ");
    await select(mira, "inspection report names");
    await comment(mira, "report names", "Which page?");
    await markedEverywhere("report names", "the second one");
    await select(dana, "names no damage", "start");
    await dana.keyboard.press("Enter");
    await select(dana, "The inspection", "start");
    await dana.keyboard.press("Enter");
    await markedEverywhere("report names", "after two splits");
  });

  it("are found again where their words went, or attached anew", async () => {
    await openAll();
    await comment(mira, "week by week", "Or day by day?");
    await markedEverywhere("week by week", "at first");
    await select(dana, "week by week");
    await dana.keyboard.press("Delete");
    await mira.getByText("Not in the text any more").waitFor();
    await select(mira, "berth assignments");
    await mira.getByRole("button", { name: "Attach to selection" }).click();
    await markedEverywhere("berth assignments", "attached to other words");
  });

  it("keep a draft over a reload, and send it", async () => {
    await openAll();
    await select(mira, words);
    await mira.keyboard.press("Control+Alt+m");
    await mira.keyboard.type("Half a thought");
    await mira.reload();
    const area = mira.getByLabel("Comment", { exact: true }).and(mira.locator("textarea"));
    await area.waitFor();
    assert.equal(await area.inputValue(), "Half a thought");
    await area.press("End");
    await area.pressSequentially(", now whole.");
    await area.press("Control+Enter");
    await until(async () => (await messages(dana)).includes("Half a thought, now whole."), "sent");
  });

  it("can be deleted by their authors only", async () => {
    await openAll();
    await comment(mira, words, "A slip.");
    await until(async () => (await messages(eli)).length === 1, "there");
    assert.equal(await eli.getByRole("button", { name: "Delete message" }).count(), 0);
    await mira.locator(".message").hover();
    await mira.getByRole("button", { name: "Delete message" }).click();
    await until(async () => (await messages(eli)).length === 0, "gone");
  });
});

const cookieOf = async (page) => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

describe("a reviewer's own client", () => {
  it("that writes the text is refused whole, and nobody sees anything of it", async () => {
    await openAll();
    const forged = await nodeClient(server, id, { cookie: await cookieOf(mira) });
    let denied = null;
    forged.provider.messageHandlers[2] = (_encoder, decoder) => (denied = decoder);
    const before = await sharedText(dana);
    forged.doc.transact(() => {
      const { text, at } = textWith(forged.doc, "The closure");
      text.insert(at, "FORGED ");
      text.format(0, 3, { bold: {} });
      forged.doc.getMap("meta").set("title", "FORGED");
      forged.doc.getMap("tags").delete("port fees");
    });
    await until(() => denied !== null, "the refusal");
    // A later edit reaches everybody, and so the forged one would have before it.
    await type(dana, "The most supported", " and best documented");
    const witness = await nodeClient(server, id, { cookie: await cookieOf(eli) });
    await agreed([dana, eli, mira], [witness], (xml) => xml.includes("best documented"));
    assert.equal((await sharedText(dana)).replace(" and best documented", ""), before);
    assert.notEqual(witness.doc.getMap("meta").get("title"), "FORGED");
    assert.ok(witness.doc.getMap("tags").has("port fees"));
    assert.doesNotMatch((await server.exportText(id)).toString(), /FORGED/);
    forged.close();
    witness.close();
  });

  it("that changes another's message is refused", async () => {
    await openAll();
    await comment(eli, words, "Mine to change.");
    await until(async () => (await messages(mira)).length === 1, "there");
    const forged = await nodeClient(server, `${id}~comments`, { cookie: await cookieOf(mira) });
    let denied = null;
    forged.provider.messageHandlers[2] = (_encoder, decoder) => (denied = decoder);
    const [thread] = [...forged.doc.getMap("threads").values()];
    thread.get("messages").get(0).set("body", "FORGED");
    await until(() => denied !== null, "the refusal");
    const witness = await nodeClient(server, `${id}~comments`, { cookie: await cookieOf(dana) });
    const [seen] = [...witness.doc.getMap("threads").values()];
    assert.equal(seen.get("messages").get(0).get("body"), "Mine to change.");
    assert.deepEqual(await messages(dana), ["Mine to change."]);
    forged.close();
    witness.close();
  });
});

describe("what somebody says of themselves who minds no rule", () => {
  const start = { type: null, tname: "default", item: null, assoc: 0 };
  const end = { ...start, assoc: -1 };
  const color = "red; position:fixed; inset:0; z-index:99999; background:black";
  const cases = [
    ["a user that is a word", { user: "evil", cursor: { anchor: start, head: start } }],
    ["a caret nowhere", { user: { id: "mira", name: "Mira", color: "#123456" }, cursor: { anchor: null, head: null } }],
    ["a caret that is a word", { user: { id: "mira", name: "Mira", color: "#123456" }, cursor: "here" }],
    ["a caret at junk", { user: { id: "mira", name: "Mira", color: "#123456" }, cursor: { anchor: { item: { client: "x", clock: {} } }, head: { item: 7 } } }],
    ["a colour that is a style", { user: { id: "mira", name: "Evil", color }, cursor: { anchor: start, head: end } }],
  ];

  it("keeps nobody out of the report, whether it was there before or comes while it is open, and draws nothing but a caret", async () => {
    await openAll();
    const forged = await nodeClient(server, id, { cookie: await cookieOf(mira) });
    for (const [name, state] of cases) {
      forged.provider.awareness.setLocalState(state);
      await type(eli, "The closure", ".");
      await until(async () => (await sharedText(dana)).includes("The closure."), `${name}: an open page goes on`);
      await openReport(dana, server, id);
      assert.equal(await dana.getByRole("alert").count(), 0, name);
      await type(eli, "The closure.", "");
      await eli.keyboard.press("Backspace");
      await until(async () => !(await sharedText(dana)).includes("The closure."), `${name}: and one that came later`);
      assert.deepEqual([dana, eli, mira].flatMap(({ faults }) => faults), [], name);
    }
    await until(async () => (await dana.locator(".caret-name").allTextContents()).includes("Evil"), "the last one has a caret");
    const styles = await dana.locator(".caret, .others-selection").evaluateAll((drawn) => drawn.map((element) => [element.getAttribute("style"), getComputedStyle(element).position]));
    for (const [style, position] of styles) {
      assert.match(style, /^--person: #[0-9a-f]{6};$/);
      assert.notEqual(position, "fixed");
    }
    forged.close();
  });
});
