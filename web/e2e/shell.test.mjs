// The page around the editor, in a real browser against the real server: import, save states, going offline and coming back,
// a server that dies.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { importReport, openReport, select } from "./editor_page.mjs";
import { newPerson, paper, reportId, startBrowser, startServer, waitForSave } from "./harness.mjs";

let browser;
let server;
before(async () => {
  browser = await startBrowser();
  server = await startServer();
});
beforeEach(() => server.ensure());
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function list() {
  const response = await fetch(`${server.url}/api/reports`);
  return (await response.json()).reports;
}

async function sample() {
  const row = (await list()).find((report) => report.sample);
  assert.ok(row, "the first start makes a sample report");
  return row;
}

// Puts the caret behind the last word of the first paragraph and types there.
async function type_in(page, words) {
  await paper(page).locator("p").first().click();
  await page.keyboard.press("End");
  await page.keyboard.type(words);
}

async function new_report(page) {
  await page.goto(server.url);
  await page.getByRole("button", { name: "New report" }).first().click();
  await page.waitForURL(/\/reports\//);
  await waitForSave(page, "saved");
  await paper(page).waitFor();
  return reportId(page);
}

describe("the list and its addresses", () => {
  it("say of a report that no check has read that it is not checked yet", async () => {
    const made = await fetch(`${server.url}/api/reports`, { method: "POST", body: "{}", headers: { "content-type": "application/json", origin: server.url } });
    const { id } = await made.json();
    const page = await newPerson(browser);
    await page.goto(server.url);
    const found = page.locator(`tr:has(a[href="/reports/${id}"]) td.findings`);
    assert.equal(await found.innerText(), "not checked yet");
    await page.goto(`${server.url}/reports/${id}`);
    await waitForSave(page, "saved");
    await fetch(`${server.url}/api/reports/${id}/findings`);
    await page.goto(server.url);
    await found.getByTitle("No errors and no warnings").waitFor();
    await page.context().close();
  });

  it("say of an unknown report what can be done here: without accounts nobody shares", async () => {
    const page = await newPerson(browser);
    await page.goto(`${server.url}/reports/AAAAAAAAAAAAAAAAAAAAAA`);
    await page.getByRole("heading", { name: "This report is not here", exact: true }).waitFor();
    assert.doesNotMatch(await page.locator(".card").innerText(), /share/);
    await page.context().close();
  });
});

describe("a report that is opened", () => {
  it("says nothing on the console, and of no block what kind it is before there is a caret", async () => {
    const page = await newPerson(browser);
    const said = [];
    page.on("console", (message) => ["warning", "error"].includes(message.type()) && said.push(message.text()));
    const opened = await importReport(page, server);
    await openReport(page, server, opened);
    const kind = page.locator(".toolbar-kind");
    assert.equal(await kind.innerText(), "–");
    await select(page, "The closure is more likely", "start");
    await page.locator(".toolbar-kind", { hasText: "Text" }).waitFor();
    await select(page, "Competing Hypotheses", "start");
    await page.locator(".toolbar-kind", { hasText: "Heading 2" }).waitFor();
    assert.deepEqual(said, []);
    await page.context().close();
  });
});

describe("the outline", () => {
  it("has its buttons beside the heading that is pointed at, not over it, and no row moves away", async () => {
    const page = await newPerson(browser);
    await openReport(page, server, await importReport(page, server));
    for (const row of await page.locator(".outline-sections > li > .outline-row").all()) {
      const before = await row.boundingBox();
      await row.locator(".outline-link").hover();
      assert.deepEqual(await row.boundingBox(), before);
      const title = await row.locator(".outline-title").boundingBox();
      const moves = await row.locator(".outline-moves").boundingBox();
      assert.ok(title.x + title.width <= moves.x, await row.innerText());
      assert.equal(await row.locator(".outline-moves").evaluate((element) => getComputedStyle(element).opacity), "1");
    }
    await page.context().close();
  });
});

describe("the sample", () => {
  it("shows its open comment beside its words, on the first screen, and the list counts it", async () => {
    const page = await newPerson(browser);
    await page.goto(server.url);
    const row = page.locator("tbody tr", { has: page.getByText("Sample", { exact: true }) });
    await row.getByTitle("1 open thread").waitFor();
    await row.locator(".title a").click();
    await waitForSave(page, "saved");
    await page.getByRole("button", { name: "Open 1" }).waitFor();
    const card = page.locator(".thread");
    await card.waitFor();
    assert.deepEqual(await card.locator(".message-head strong").allTextContents(), ["Jonas Eck", "Mara Lind"]);
    const words = page.locator(".paper-text .commented");
    const marked = (await words.allTextContents()).join("");
    assert.equal(marked, await card.locator(".thread-quote").textContent());
    await page.waitForFunction(() => {
      const [card, words] = [".thread", ".paper-text .commented"].map((part) => document.querySelector(part).getBoundingClientRect());
      return card.left > words.right && Math.abs(card.top - words.top) < 8 && words.bottom < innerHeight;
    });
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

describe("import", () => {
  it("shows what goes where, creates nothing before it is confirmed, and keeps every byte", async () => {
    const bytes = await server.exportText((await sample()).id);
    const crlf = Buffer.from(bytes.toString("utf8").replaceAll("\n", "\r\n"));
    const page = await newPerson(browser);
    await page.goto(server.url);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    const before_import = (await list()).length;
    await page.setInputFiles("#import-files", { name: "from-windows.txt", mimeType: "text/plain", buffer: crlf });
    await page.getByText("Everything was recognised.").waitFor();
    for (const part of ["BLUF", "Competing hypotheses", "Recommendations and outlook", "Thematic tags"]) {
      await page.locator(".preview-sections").getByRole("rowheader", { name: part }).waitFor();
    }
    assert.equal((await list()).length, before_import);

    await page.getByRole("button", { name: "Import 1 report" }).click();
    await page.waitForURL(/\/reports\//);
    await waitForSave(page, "saved");
    await paper(page).waitFor();
    assert.deepEqual(await server.exportText(reportId(page)), crlf);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  it("takes many files at once, names what cannot be read, and imports the rest", async () => {
    const bytes = await server.exportText((await sample()).id);
    const page = await newPerson(browser);
    await page.goto(server.url);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    const files = ["one.txt", "two.txt"].map((name) => ({ name, mimeType: "text/plain", buffer: bytes }));
    const broken = { name: "broken.txt", mimeType: "text/plain", buffer: Buffer.from([0x66, 0xff, 0xfe, 0x00, 0x67]) };
    await page.setInputFiles("#import-files", [...files, broken]);
    await page.locator(".import-files li.failed").waitFor();
    const before_import = (await list()).length;
    await page.getByRole("button", { name: "Import 2 reports" }).click();
    await page.getByText("2 reports imported.").waitFor();
    assert.equal((await list()).length, before_import + 2);
    await page.context().close();
  });

  it("takes text pasted on the list", async () => {
    const page = await newPerson(browser);
    await page.goto(server.url);
    await page.getByRole("heading", { name: "Reports", exact: true }).waitFor();
    await page.evaluate(() => {
      const clipboard = new DataTransfer();
      clipboard.setData("text/plain", "A pasted title\nSome words that follow no layout.\n");
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
    });
    await page.getByRole("heading", { name: "A pasted title" }).waitFor();
    await page.getByText(/not recognised/).first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.context().close();
  });
});

describe("saving", () => {
  it("says saved only after the server has answered, and not saved yet when it does not", async () => {
    const page = await newPerson(browser);
    await new_report(page);
    server.signal("SIGSTOP");
    try {
      await type_in(page, " held back");
      await waitForSave(page, "saving");
      await waitForSave(page, "not_saved_yet");
    } finally {
      server.signal("SIGCONT");
    }
    await waitForSave(page, "saved");
    await page.context().close();
  });

  it("keeps what was shown as saved through a kill at that very moment", async () => {
    const page = await newPerson(browser);
    const id = await new_report(page);
    for (const words of [" first words", " second words", " third words"]) {
      await type_in(page, words);
      await waitForSave(page, "saved");
      await server.kill9();
      await waitForSave(page, "offline_device");
      await server.start();
      await waitForSave(page, "saved", 40_000);
      assert.ok((await server.exportText(id)).includes(words.trim()), words);
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  it("keeps on this device what is written offline, over a reload, and sends it once", async () => {
    const page = await newPerson(browser);
    const id = await new_report(page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await waitForSave(page, "saved");
    await server.kill9();
    await waitForSave(page, "offline_device");
    await type_in(page, " written without a server");
    await page.reload();
    await paper(page).getByText("written without a server").waitFor();
    await waitForSave(page, "offline_device");
    await page.locator("[data-save]").click();
    await page.getByText(/changes? waits?\./).waitFor();
    // While there is nobody to connect to, or the button may be gone before it is pressed.
    const tried = page.waitForEvent("websocket");
    await page.getByRole("button", { name: "Try now" }).click();
    await tried;
    await server.start();
    await waitForSave(page, "saved", 40_000);
    const text = (await server.exportText(id)).toString("utf8");
    assert.equal(text.split("written without a server").length, 2);
    await page.context().close();
  });

  it("warns before closing when the words are in this tab alone", async () => {
    const page = await newPerson(browser);
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("storage is off", "InvalidStateError");
      };
    });
    await new_report(page);
    await server.kill9();
    await waitForSave(page, "offline_tab");
    await type_in(page, " only here");
    const asked = page.waitForEvent("dialog");
    const leaving = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    assert.equal(dialog.type(), "beforeunload");
    await dialog.dismiss();
    await leaving;
    await server.start();
    await waitForSave(page, "saved", 40_000);
    await page.context().close();
  });
});

describe("the connection", () => {
  it("is given up when nobody answers after a sleep, and is back by itself", async () => {
    const page = await newPerson(browser);
    await new_report(page);
    server.signal("SIGSTOP");
    try {
      await page.evaluate(() => dispatchEvent(new Event("pageshow")));
      await waitForSave(page, "offline_device");
    } finally {
      server.signal("SIGCONT");
    }
    await waitForSave(page, "saved", 40_000);
    await page.context().close();
  });

  it("says that the server restarts when it said so itself", async () => {
    const page = await newPerson(browser);
    await new_report(page);
    await server.terminate();
    await waitForSave(page, "offline_device");
    await page.locator("[data-save]").click();
    await page.getByText("The server restarts, your text is kept.").waitFor();
    await server.start();
    await waitForSave(page, "saved", 40_000);
    await page.context().close();
  });

  it("shows what the server says of its storage, and never saved meanwhile", async () => {
    const page = await newPerson(browser);
    let to_page;
    await page.routeWebSocket(/\/collab$/, (socket) => {
      to_page = socket;
      socket.connectToServer();
    });
    const id = await new_report(page);
    to_page.send(stateless(id, { type: "storage", state: "read-only" }));
    await waitForSave(page, "not_saved_yet");
    assert.deepEqual(await page.locator('[data-save="saved"]').count(), 0);
    await page.locator("[data-save]").click();
    await page.getByText("The server cannot save just now, your text is kept.").waitFor();
    await page.getByRole("button", { name: "Copy my text" }).click();
    await page.getByText("Your text is on the clipboard.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, (await server.exportText(id)).toString("utf8"));
    await to_page.close({ code: 1013 });
    await waitForSave(page, "saved", 40_000);
    await page.context().close();
  });
});

// A message of the server beside the document: routing key, type 5, text; all short enough for lengths of one or two bytes.
function stateless(name, body) {
  const text = (value) => {
    const bytes = Buffer.from(value);
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
    return Buffer.concat([Buffer.from(length), bytes]);
  };
  return Buffer.concat([text(name), Buffer.from([5]), text(JSON.stringify(body))]);
}

describe("the list", () => {
  it("stays readable without the server, and what this device never had says so", async () => {
    const page = await newPerson(browser);
    await page.goto(server.url);
    await page.locator("tbody .title a").first().waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await server.kill9();
    await page.reload();
    await page.locator("tbody .title a").first().waitFor();
    await page.getByText("The server cannot be reached.", { exact: false }).waitFor();
    await page.locator("tbody .title a").first().click();
    await page.getByText("This report is not on this device").waitFor();
    await server.start();
    await waitForSave(page, "saved", 40_000);
    await paper(page).waitFor();
    await page.context().close();
  });

  it("shows a person here, the new title and the last change", async () => {
    const writer = await newPerson(browser);
    const reader = await newPerson(browser);
    const id = await new_report(writer);
    await writer.getByRole("textbox", { name: "Title", exact: true }).first().fill("Ports and prices");
    await waitForSave(writer, "saved");
    await reader.goto(server.url);
    const row = reader.locator("tbody tr", { has: reader.getByRole("link", { name: "Ports and prices" }) });
    await row.waitFor({ timeout: 15_000 });
    await row.locator(".people .face").first().waitFor({ timeout: 15_000 });
    await row.getByRole("link", { name: "Ports and prices" }).click();
    await waitForSave(reader, "saved");
    assert.equal(reportId(reader), id);
    await writer.context().close();
    await reader.context().close();
  });
});

describe("the first load", () => {
  it("brings at most 260 kB of script for the editor's view, compressed", async () => {
    const page = await newPerson(browser);
    await page.goto(`${server.url}/reports/${(await sample()).id}`);
    await waitForSave(page, "saved");
    await paper(page).waitFor();
    const sizes = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => name.endsWith(".js"))
        .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]),
    );
    const sum = sizes.reduce((bytes, [, size]) => bytes + size, 0);
    assert.ok(sum > 100_000 && sum <= 260_000, `${sum} bytes: ${JSON.stringify(sizes)}`);
    await page.context().close();
  });
});
