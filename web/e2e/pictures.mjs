// The pictures of the README, taken from the real thing: `node e2e/pictures.mjs FOLDER`. Not a test.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { newPerson, paper, startBrowser, startServer, waitForSave } from "./harness.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node e2e/pictures.mjs FOLDER");
await mkdir(folder, { recursive: true });
const server = await startServer();
const browser = await startBrowser();
const size = { width: 1360, height: 850 };

async function person(name, options = {}) {
  const page = await newPerson(browser, { viewport: size, ...options });
  await page.addInitScript((given) => {
    const id = [...given].map((letter) => letter.codePointAt(0).toString(16)).join("");
    localStorage.setItem("assay.identity", JSON.stringify({ id, name: given }));
  }, name);
  return page;
}

const picture = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });

async function open_sample(page) {
  await page.goto(server.url);
  await page.locator("tbody .title a").first().click();
  await waitForSave(page, "saved");
  await paper(page).waitFor();
}

// Selects the given words in the text, as a person would by dragging.
async function select(page, words) {
  await page.evaluate((wanted) => {
    const walker = document.createTreeWalker(document.querySelector(".ProseMirror"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(wanted);
      if (at >= 0) return getSelection().setBaseAndExtent(node, at, node, at + wanted.length);
    }
  }, words);
}

async function comment(page, words, body) {
  await paper(page).focus();
  await select(page, words);
  await page.keyboard.press("Control+Alt+m");
  await page.keyboard.type(body);
  await page.keyboard.press("Control+Enter");
}

try {
  const dana = await person("Dana Whitfield");
  const eli = await person("Eli Okafor");
  await open_sample(dana);
  await open_sample(eli);
  await comment(eli, "come from one operator", "Which operator? If it owns the cable, say so: it has an interest in the finding.");
  await waitForSave(eli, "saved");
  await paper(eli).focus();
  await select(eli, "without her crew noticing");
  await dana.getByText("Which operator?").first().waitFor();
  await picture(dana, "editor");
  await dana.evaluate(() => localStorage.setItem("assay.theme", "dark"));
  await dana.reload();
  await waitForSave(dana, "saved");
  await dana.getByText("Which operator?").first().waitFor();
  await picture(dana, "editor-dark");

  const mira = await person("Mira Sato");
  await mira.goto(server.url);
  await mira.getByRole("button", { name: "Import", exact: true }).click();
  const sample = (await (await fetch(`${server.url}/api/reports`)).json()).reports[0];
  await mira.setInputFiles("#import-files", { name: "report.txt", mimeType: "text/plain", buffer: await server.exportText(sample.id) });
  await mira.locator(".preview-sections").waitFor();
  await picture(mira, "import");
} finally {
  await browser.close();
  await server.stop();
}
