// What the matrix's browser tests share: rows by their words, cells by row and column, values as they are drawn.

export const openMatrix = async (page, server, id) => {
  await page.goto(`${server.url}/reports/${id}/matrix`);
  await page.locator(".matrix-bar").waitFor();
};

export async function addEvidence(page, words, { credibility, relevance, source, type } = {}) {
  await page.locator(".matrix-bar").getByRole("button", { name: "Add evidence" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What is known or claimed").fill(words);
  if (type) await dialog.getByLabel("Kind").selectOption(type);
  if (source) await dialog.getByLabel("Source").fill(source);
  if (credibility) await dialog.getByLabel("Credibility").selectOption(credibility);
  if (relevance) await dialog.getByLabel("Relevance").selectOption(relevance);
  await dialog.getByRole("button", { name: "Keep" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("rowheader").filter({ hasText: words.slice(0, 40) }).waitFor();
}

export const cell = (page, row, column) => page.locator(`[data-at="${row}/${column}"]`);
export const valueAt = (page, row, column) => cell(page, row, column).getAttribute("data-value");
export const valueBecomes = (page, row, column, value) => page.locator(`[data-at="${row}/${column}"][data-value="${value}"]`).waitFor();

// The ratings of whole rows by keyboard, as an analyst works through them: a digit, then Enter.
export async function rateRows(page, rows) {
  await cell(page, 0, 0).focus();
  for (const row of rows) {
    for (const key of row) {
      if (key !== "") await page.keyboard.press(key);
      await page.keyboard.press("Enter");
    }
  }
}
