// What the editor's browser tests share: a caret by words, the shared document behind a window, a y-websocket client in Node.

import assert from "node:assert/strict";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { paper, waitForSave } from "./harness.mjs";

const patience_ms = 20_000;

// A report with every kind of part, in the layout that the import knows.
export const report_text = `Harbour closure strains regional grain exports – The Coastal Ledger
Published on: 2026-03-14
Intelligence Report: Harbour closure strains regional grain exports – The Coastal Ledger
1. BLUF (Bottom Line Up Front)
The closure is more likely a bargaining move than a safety measure. The most supported hypothesis is that the port authority seeks a new fee agreement. Confidence level: Moderate. Recommended action: Shippers should secure capacity at the northern harbour.
2. Competing Hypotheses
1. **Fee Dispute**: The port authority closed two berths to force a new agreement on fees.
2. **Safety Measure**: The berths were closed because of damage found in the February inspection.
The inspection report names no damage, which fits the first hypothesis better.
3. Key Assumptions and Red Flags
– **Assumptions**: It is assumed that the inspection report is complete.
– **Red Flags**: The authority did not answer questions about the closure.
– **Blind Spots**: The insurers' view is not known.
4. Implications and Strategic Risks
– **Economic Implications**: Grain prices could rise in import-dependent states.
– **Geopolitical Risks**: Rival ports could gain lasting influence.
5. Recommendations and Outlook
- Watch berth assignments week by week.
- Ask the insurers for their assessment.
- Scenario Projections:
- Best Case: The berths reopen within two weeks.
- Worst Case: The dispute spreads to the container terminal.
- Most Likely: A compromise is found within a month.
6. Key Individuals and Entities
Key entities include the Port Authority and the Grain Exporters Association.
7. Thematic Tags
maritime security, food supply, port fees
`;

export async function importReport(page, server, text = report_text) {
  const response = await page.request.post(`${server.url}/api/reports?name=harbour.txt`, {
    data: Buffer.from(text), headers: { "content-type": "text/plain", origin: server.url },
  });
  assert.equal(response.status(), 201, await response.text());
  return (await response.json()).id;
}

export async function openReport(page, server, id, state = "saved") {
  await page.goto(`${server.url}/reports/${id}`);
  await waitForSave(page, state, patience_ms);
  await paper(page).locator("section").first().waitFor();
}

// Selects the words in the text, or puts the caret at one end of them, and gives the text the focus.
export async function select(page, words, edge = "both") {
  await page.evaluate(([wanted, edge]) => {
    const { editor } = document.querySelector(".ProseMirror");
    let found = null;
    editor.state.doc.descendants((node, position) => {
      if (found || !node.isTextblock) return !node.isTextblock;
      // One unit for every position, whatever an atom says.
      const text = node.textBetween(0, node.content.size, undefined, "\ufffc");
      const at = text.indexOf(wanted);
      if (at >= 0) found = { from: position + 1 + at, to: position + 1 + at + wanted.length };
      return false;
    });
    if (!found) throw new Error(`not in the text: ${wanted}`);
    const range = edge === "start" ? found.from : edge === "end" ? found.to : found;
    editor.chain().setTextSelection(range).scrollIntoView().run();
    editor.view.focus();
  }, [words, edge]);
}

export async function type(page, before, words) {
  await select(page, before, "end");
  await page.keyboard.type(words);
}

// The shared text as the window's own document has it, and how far that document is.
export const sharedText = (page) => page.evaluate(() => document.querySelector(".ProseMirror").editor.state["y-sync$"].type.toString());

export async function until(condition, what) {
  const end = Date.now() + patience_ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${patience_ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// All windows and clients say the same text, and it is what `expected` accepts.
export async function agreed(pages, clients, expected = () => true) {
  let last = [];
  const same = async () => {
    last = [...(await Promise.all(pages.map(sharedText))), ...clients.map(({ doc }) => doc.getXmlFragment("default").toString())];
    return last.every((text) => text === last[0]) && expected(last[0]);
  };
  await until(same, "all equal").catch((error) => {
    throw new Error(`${error.message}\n${[...new Set(last)].join("\n--\n")}`);
  });
  // What a window shows is what its document says.
  for (const page of pages) {
    const [shown, shared] = await page.evaluate(() => {
      const { state } = document.querySelector(".ProseMirror").editor;
      const words = [];
      const walk = (type) => type.toArray().forEach((child) => (child.toDelta
        ? words.push(...child.toDelta().map(({ insert }) => insert)) : walk(child)));
      walk(state["y-sync$"].type);
      return [state.doc.textContent, words.join("")];
    });
    assert.equal(shown, shared);
  }
  return last[0];
}

// A stock y-websocket client; `cookie` makes it act as who is signed in there.
export async function nodeClient(server, name, { cookie = "" } = {}) {
  const doc = new Y.Doc();
  class Socket extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, cookie ? { headers: { cookie } } : {});
    }
  }
  const provider = new WebsocketProvider(`${server.url.replace("http", "ws")}/yjs`, name, doc, { WebSocketPolyfill: Socket, disableBc: true });
  await until(() => provider.synced, `client of ${name} in step`);
  return { doc, provider, close: () => { provider.destroy(); doc.destroy(); } };
}

// The texts of a document in order, and where each one stands.
export function textsOf(doc) {
  const found = [];
  const walk = (parent) => parent.toArray().forEach((child) => (child instanceof Y.XmlText ? found.push(child) : walk(child)));
  walk(doc.getXmlFragment("default"));
  return found;
}

export function textWith(doc, words) {
  for (const text of textsOf(doc)) {
    const plain = text.toDelta().map(({ insert }) => insert).join("");
    if (plain.includes(words)) return { text, at: plain.indexOf(words), plain };
  }
  throw new Error(`not in the document: ${words}`);
}

// The lines that every block of the text makes, in order: what an export must say between its markers and labels.
export function blocksOf(doc) {
  const blocks = [];
  const levels = { low: "Low", moderate: "Moderate", high: "High" };
  const atom = (element) => (element.nodeName === "hardBreak" ? "\n"
    : element.getAttribute("label") ?? (element.nodeName === "confidence" ? levels[element.getAttribute("level") ?? "moderate"] : ""));
  const words = (element) => element.toArray().map((child) => (child instanceof Y.XmlText
    ? child.toDelta().map(({ insert }) => insert).join("") : atom(child))).join("");
  const walk = (parent) => {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue;
      if (["paragraph", "heading", "codeBlock"].includes(child.nodeName)) blocks.push(words(child));
      else walk(child);
    }
  };
  walk(doc.getXmlFragment("default"));
  return blocks;
}

// Every block's words are in the exported text, in order, and between them stand only markers and labels. After random edits
// (`loose`) a block can be a letter that a label has too, so only longer ones are looked for.
export function assertExported(text, doc, { loose = false } = {}) {
  const body = text.replaceAll("**", "");
  const labels = /^(?:[\s\d.)>–•:-]|Assumptions|Red Flags|Blind Spots|Best Case|Worst Case|Most Likely)*$/;
  const head = body.indexOf("\n", body.indexOf("Intelligence Report:")) + 1;
  let from = head;
  for (const block of blocksOf(doc)) {
    if (block === "" || (loose && block.length < 12)) continue;
    const at = body.indexOf(block, from);
    assert.notEqual(at, -1, `not exported in its place: ${block}\n${body}`);
    if (!loose) assert.match(body.slice(from, at), labels);
    from = at + block.length;
  }
  const tags = [...doc.getMap("tags").entries()].sort(([, a], [, b]) => a.get("order") - b.get("order")).map(([tag]) => tag);
  assert.ok(loose ? body.includes(tags.join(", ")) : body.slice(from).trim() === tags.join(", "), `tags in ${body}`);
}
