// Two Chromium windows and a y-websocket client in Node on one report: they type, format, split, join, move and undo at the same
// time, and end with the same text, which is what the server exports after a restart.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import * as Y from "yjs";
import {
  agreed, assertExported, importReport, nodeClient, openReport, report_text, select, textWith, textsOf, type, until,
} from "./editor_page.mjs";
import { newPerson, startBrowser, startServer, waitForSave } from "./harness.mjs";

let browser;
let server;
let a;
let b;
let node;
let id;

before(async () => {
  browser = await startBrowser();
  server = await startServer();
  [a, b] = await Promise.all([newPerson(browser), newPerson(browser)]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
afterEach(() => {
  node?.close();
  node = null;
  assert.deepEqual([...a.faults, ...b.faults], []);
});

async function openAll() {
  id = await importReport(a, server);
  await Promise.all([openReport(a, server, id), openReport(b, server, id)]);
  node = await nodeClient(server, id);
}

const everybody = (expected) => agreed([a, b], [node], expected);
const plain = (xml) => xml.replace(/<[^>]*>/g, "");

async function exportedAfterRestart(options) {
  await Promise.all([waitForSave(a, "saved"), waitForSave(b, "saved")]);
  const before = node.doc.getXmlFragment("default").toString();
  server.signal("SIGTERM");
  await until(() => server.process.exitCode !== null, "the server has ended");
  await server.start();
  const fresh = await nodeClient(server, id);
  assert.equal(fresh.doc.getXmlFragment("default").toString(), before);
  assertExported((await server.exportText(id)).toString(), fresh.doc, options);
  fresh.close();
  await everybody();
}

describe("three at once", () => {
  it("imports and exports the same bytes while nobody edits", async () => {
    await openAll();
    await everybody();
    assert.equal((await server.exportText(id)).toString(), report_text);
  });

  it("types in the same paragraph", async () => {
    await openAll();
    const { text, at } = textWith(node.doc, "more likely a bargaining move");
    await Promise.all([
      type(a, "The closure", " of the eastern harbour"),
      type(b, "a safety measure", ", as the authority claims"),
      ...[..."rather "].map((letter, index) => text.insert(at + index, letter)),
    ]);
    const xml = await everybody((all) => plain(all).includes("claims") && plain(all).includes("eastern harbour"));
    assert.match(plain(xml), /The closure of the eastern harbour is rather more likely a bargaining move than a safety measure, as the authority claims\./);
    await exportedAfterRestart();
  });

  it("formats overlapping words", async () => {
    await openAll();
    const { text, at } = textWith(node.doc, "names no damage");
    await Promise.all([
      select(a, "inspection report names").then(() => a.keyboard.press("Control+b")),
      select(b, "names no damage").then(() => b.keyboard.press("Control+i")),
      text.format(at, 5, { underline: {} }),
    ]);
    await everybody((xml) => xml.includes("<bold>") && xml.includes("<italic>") && xml.includes("<underline>"));
    const marks = textWith(node.doc, "names no damage").text.toDelta()
      .filter(({ insert }) => insert === "names").map(({ attributes }) => Object.keys(attributes).sort());
    assert.deepEqual(marks, [["bold", "italic", "underline"]]);
    await exportedAfterRestart();
  });

  it("splits and joins, while the others type elsewhere in it", async () => {
    await openAll();
    await Promise.all([
      select(a, "Recommended action:", "start").then(() => a.keyboard.press("Enter")),
      type(b, "more likely a", " calculated"),
    ]);
    await everybody((xml) => /<paragraph[^>]*>Recommended action:/.test(xml) && xml.includes("a calculated bargaining"));
    const ids = [...node.doc.getXmlFragment("default").toString().matchAll(/<(?!entityMention)\w+[^>]* id="([^"]*)"/g)].map(([, found]) => found);
    assert.equal(new Set(ids).size, ids.length, "every block has an id of its own");
    await select(b, "Recommended action:", "start");
    await b.keyboard.press("Backspace");
    await everybody((xml) => /Moderate[^P]*\. Recommended action:/.test(plain(xml)) || plain(xml).includes(". Recommended action:"));
    await exportedAfterRestart();
  });

  it("keeps a caret on its words while others split, join and move what it stands in", async () => {
    await openAll();
    await type(b, "secure capacity", " one");
    await everybody((xml) => xml.includes("capacity one"));
    await select(a, "Recommended action:", "start");
    await a.keyboard.press("Enter");
    await everybody((xml) => /<paragraph[^>]*>Recommended action:/.test(xml));
    await b.keyboard.type(" two");
    await everybody((xml) => xml.includes("capacity one two at"));
    await a.keyboard.press("Backspace");
    await everybody((xml) => !/<paragraph[^>]*>Recommended action:/.test(xml));
    await b.keyboard.type(" three");
    await everybody((xml) => xml.includes("capacity one two three at"));
    await select(a, "The closure", "start");
    await a.keyboard.type("## ");
    await everybody((xml) => /<heading[^>]*level="4"[^>]*>The closure/.test(xml));
    await b.keyboard.type(" four");
    await everybody((xml) => xml.includes("capacity one two three four at"));
    const { text, at } = textWith(node.doc, "The closure");
    text.insert(at, "Note well: ");
    await everybody((xml) => xml.includes("Note well"));
    await b.keyboard.type(" five");
    await everybody((xml) => xml.includes("capacity one two three four five at"));
    await exportedAfterRestart();
  });

  it("makes lists and moves sections", async () => {
    await openAll();
    await select(a, "Key entities include");
    await Promise.all([
      a.getByRole("button", { name: "Bullet list" }).click(),
      select(b, "Grain prices could rise").then(() => b.keyboard.press("Alt+Shift+ArrowUp")),
      addParagraph("A line from the third client."),
    ]);
    await everybody((xml) => /<bulletlist[^>]*><listitem[^>]*><paragraph[^>]*>Key entities/.test(xml) &&
      xml.indexOf("Grain prices") < xml.indexOf("It is assumed") && xml.includes("third client"));
    const headings = await a.locator(".paper-text h2").evaluateAll((all) => all.map((one) => one.dataset.marker + one.textContent));
    assert.deepEqual(headings.slice(2, 4), ["3. Implications and Strategic Risks", "4. Key Assumptions and Red Flags"]);
    await exportedAfterRestart();
  });

  it("undoes one's own changes only", async () => {
    await openAll();
    await type(a, "The closure", " of the eastern harbour");
    await everybody((xml) => xml.includes("eastern harbour"));
    await type(b, "a safety measure", ", as the authority claims");
    const { text, at } = textWith(node.doc, "most supported");
    text.insert(at, "by far ");
    await everybody((xml) => xml.includes("claims") && xml.includes("by far"));
    await select(a, "Recommended action:", "start");
    await a.keyboard.press("Enter");
    await everybody((xml) => /<paragraph[^>]*>Recommended action:/.test(xml));
    await a.keyboard.press("Control+z");
    await everybody((xml) => !/<paragraph[^>]*>Recommended action:/.test(xml));
    await a.keyboard.press("Control+z");
    const xml = plain(await everybody((all) => !all.includes("eastern harbour")));
    assert.match(xml, /The closure is more likely a bargaining move than a safety measure, as the authority claims\. The by far most supported/);
    await a.keyboard.press("Control+Shift+z");
    await everybody((all) => all.includes("eastern harbour"));
    await exportedAfterRestart();
  });

  it("says so where somebody changed one's sentence meanwhile, and puts one's own beside it on request", async () => {
    await openAll();
    await a.context().setOffline(true);
    await waitForSave(a, "offline_device");
    await type(a, "Watch berth assignments", " and tugs");
    const theirs = textWith(node.doc, "Watch berth assignments");
    theirs.text.delete(theirs.at, theirs.plain.length);
    theirs.text.insert(theirs.at, "Count the ships.");
    await agreed([b], [node], (xml) => xml.includes("Count the ships."));
    await a.context().setOffline(false);
    const card = a.getByRole("region", { name: "Changed at the same time" });
    await card.getByText("Watch berth assignments and tugs week by week.").waitFor();
    await card.getByRole("button", { name: "Keep mine too" }).click();
    await card.waitFor({ state: "detached" });
    await everybody((xml) => plain(xml).includes("Count the ships.") && plain(xml).includes("Watch berth assignments and tugs week by week."));
    await waitForSave(a, "saved");
  });

  it("ends equal after a storm of random edits", async () => {
    await openAll();
    const seed = Number(process.env.ASSAY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`seed ${seed}`);
    const random = mulberry(seed);
    for (let round = 0; round < 25; ++round) await Promise.all([storm(a, random), storm(b, random), drizzle(node.doc, random)]);
    await everybody();
    await exportedAfterRestart({ loose: true });
  });
});

describe("the shape of a report", () => {
  it("keeps its list of tags beside Delete and Backspace", async () => {
    await openAll();
    await select(a, "Thematic Tags", "end");
    await a.keyboard.press("Delete");
    await a.keyboard.press("Delete");
    await everybody((xml) => /Thematic Tags<\/heading><taglist/i.test(xml));
    assert.equal((await server.exportText(id)).toString(), report_text);
  });

  it("is written by keyboard alone: title, text, a hypothesis, an entity, a tag, a moved section", async () => {
    await openAll();
    await a.locator(".head-title").focus();
    await a.keyboard.press("Enter");
    await a.keyboard.press("End");
    await a.keyboard.press("ArrowDown");
    await a.keyboard.press("Control+End");
    await select(a, "the first hypothesis better.", "end");
    await a.keyboard.press("Enter");
    await a.keyboard.type("/hypoth");
    await a.getByRole("option", { name: "Hypothesis" }).waitFor();
    await a.keyboard.press("Enter");
    await a.keyboard.type("Labour dispute");
    await a.keyboard.press("Enter");
    await a.keyboard.type("The crews stopped work, says @Dockers");
    await a.getByRole("option", { name: /Dockers/ }).first().waitFor();
    await a.keyboard.press("ArrowDown");
    await a.keyboard.press("Enter");
    await a.keyboard.type("#strike");
    await a.getByRole("option", { name: /strike/ }).waitFor();
    await a.keyboard.press("Enter");
    await everybody((xml) => /<hypothesis[^>]*><heading[^>]*>Labour dispute<\/heading><paragraph[^>]*>The crews stopped work, says <entitymention/.test(xml));
    await until(() => node.doc.getMap("tags").has("strike"), "the tag");
    assert.deepEqual([...node.doc.getMap("entities").values()].map((entity) => [entity.get("name"), entity.get("type")]).filter(([name]) => name === "Dockers"),
      [["Dockers", "organisation"]]);
    await a.keyboard.press("Alt+Shift+ArrowUp");
    const headings = () => b.locator(".paper-text h2").evaluateAll((all) => all.map((one) => one.dataset.marker + one.textContent));
    await until(async () => (await headings())[0] === "1. Competing Hypotheses", "the section moved");
    assert.equal((await headings())[1], "2. BLUF (Bottom Line Up Front)");
    const exported = (await server.exportText(id)).toString();
    assert.match(exported, /3\. \*\*Labour dispute\*\*: The crews stopped work, says Dockers/);
    assert.match(exported, /port fees, strike\n?$/);
  });

  it("keeps its sections, whatever is selected and deleted", async () => {
    await openAll();
    await select(a, "The closure", "start");
    await a.keyboard.press("Control+a");
    await a.keyboard.press("Backspace");
    await everybody((xml) => !xml.includes("closure"));
    assert.equal(await a.locator(".paper-text > section").count(), 7);
    await a.keyboard.press("Control+z");
    await everybody((xml) => xml.includes("closure") && xml.includes("compromise"));
  });

  it("gives what is unknown to no binding, and drops nothing of it", async () => {
    await openAll();
    node.doc.transact(() => {
      const timeline = new Y.XmlElement("timeline");
      timeline.setAttribute("scale", "days");
      node.doc.getXmlFragment("default").get(0).push([timeline]);
    });
    await Promise.all([a, b].map((page) => page.getByText("A newer version wrote parts of this report").waitFor()));
    assert.equal(await a.locator(".ProseMirror").count(), 0);
    await a.getByText("The closure is more likely").waitFor();
    const fresh = await nodeClient(server, id);
    assert.match(fresh.doc.getXmlFragment("default").toString(), /<timeline scale="days"><\/timeline>/);
    fresh.close();
  });
});

function addParagraph(words) {
  node.doc.transact(() => {
    const paragraph = new Y.XmlElement("paragraph");
    paragraph.insert(0, [new Y.XmlText(words)]);
    node.doc.getXmlFragment("default").get(1).push([paragraph]);
  });
}

// Small, seeded and good enough to choose edits with.
function mulberry(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function storm(page, random) {
  const roll = random();
  const where = random();
  const reach = Math.floor(random() * 12);
  await page.evaluate(([where, reach, range]) => {
    const { editor } = document.querySelector(".ProseMirror");
    const blocks = [];
    editor.state.doc.descendants((block, position) => {
      if (block.isTextblock) blocks.push({ position, size: block.content.size });
      return !block.isTextblock;
    });
    const { position, size } = blocks[Math.floor(where * blocks.length)];
    const from = position + 1 + Math.floor(where * 7919 % 1 * (size + 1));
    editor.commands.setTextSelection(range ? { from, to: Math.min(from + reach, position + 1 + size) } : from);
    editor.view.focus();
  }, [where, reach, roll > 0.6]);
  const { keyboard } = page;
  if (roll < 0.35) await keyboard.type(["and ", "not ", "port", "x"][reach % 4]);
  else if (roll < 0.45) await keyboard.press("Enter");
  else if (roll < 0.55) await keyboard.press("Backspace");
  else if (roll < 0.6) await keyboard.press(reach % 2 ? "Alt+Shift+ArrowUp" : "Alt+Shift+ArrowDown");
  else if (roll < 0.75) await keyboard.press(reach % 2 ? "Control+b" : "Control+i");
  else if (roll < 0.85) await keyboard.press("Delete");
  else if (roll < 0.9) await page.getByRole("button", { name: reach % 2 ? "Bullet list" : "Quote" }).click();
  else await keyboard.press(reach % 3 ? "Control+z" : "Control+Shift+z");
}

function drizzle(doc, random) {
  const texts = textsOf(doc);
  const text = texts[Math.floor(random() * texts.length)];
  const at = Math.floor(random() * (text.length + 1));
  const roll = random();
  if (roll < 0.6) text.insert(at, "~");
  else if (roll < 0.8 && text.length > 1) text.delete(Math.min(at, text.length - 1), 1);
  else if (text.length > 0) text.format(Math.min(at, text.length - 1), 1, { bold: {} });
}
