// Signing in, sharing, roles that change under an open page, sessions that end, changes that are refused.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { newPerson, paper, reportId, startBrowser, startServer, waitForSave } from "./harness.mjs";

const password = "correct horse battery";
let browser;
let server;
let dana;

before(async () => {
  browser = await startBrowser();
  server = await startServer({ auth: "accounts" });
  dana = await newPerson(browser);
});
beforeEach(() => server.ensure());
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function sign_in(page, user) {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Reports", exact: true }).waitFor();
}

async function person(user) {
  const page = await newPerson(browser);
  await sign_in(page, user);
  return page;
}

const call = (page, method, path, data) => page.request.fetch(`${server.url}${path}`, { method, data, headers: { origin: server.url } });

async function shared_report(roles) {
  const made = await call(dana, "POST", "/api/reports", { title: "Shared" });
  const { id } = await made.json();
  const changed = await call(dana, "PATCH", `/api/reports/${id}`, { roles });
  assert.equal(changed.status(), 200);
  return id;
}

async function open(page, id, state) {
  await page.goto(`${server.url}/reports/${id}`);
  await waitForSave(page, state);
  await paper(page).waitFor();
}

describe("accounts", () => {
  it("makes the first administrator with the link that the server printed, once", async () => {
    await dana.goto(server.url + server.setupPath());
    await dana.getByLabel("Your name").fill("Dana Whitfield");
    await dana.getByLabel("User name").fill("dana");
    await dana.getByLabel("Password").fill(password);
    await dana.getByRole("button", { name: "Create the account" }).click();
    await dana.getByRole("heading", { name: "Reports", exact: true }).waitFor();
    for (const [id, name] of [["eli", "Eli Okafor"], ["mira", "Mira Sato"]]) {
      const added = await call(dana, "POST", "/api/users", { id, name, password, admin: false });
      assert.equal(added.status(), 201);
    }
    const late = await newPerson(browser);
    await late.goto(server.url + server.setupPath());
    await late.getByLabel("Your name").fill("Late");
    await late.getByLabel("User name").fill("late");
    await late.getByLabel("Password").fill(password);
    await late.getByRole("button", { name: "Create the account" }).click();
    await late.getByRole("alert").waitFor();
    await late.context().close();
  });

  it("sends who is not signed in to sign in, and back to where they wanted", async () => {
    const id = await shared_report({ eli: "viewer" });
    const page = await newPerson(browser);
    await page.goto(`${server.url}/reports/${id}`);
    await page.getByLabel("User name").fill("eli");
    await page.getByLabel("Password").fill("wrong wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The user name or the password is wrong.").waitFor();
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await waitForSave(page, "read_only");
    assert.equal(reportId(page), id);
    await page.context().close();
  });

  it("says the same of a report that is not there and one that is not shared", async () => {
    const id = await shared_report({});
    const page = await person("eli");
    for (const hidden of [id, "AAAAAAAAAAAAAAAAAAAAAA"]) {
      await page.goto(`${server.url}/reports/${hidden}`);
      await page.getByRole("heading", { name: "This report is not here, or not shared with you" }).waitFor();
    }
    await page.context().close();
  });
});

describe("sharing", () => {
  it("gives, changes and takes away a role in the dialog", async () => {
    const id = await shared_report({});
    await open(dana, id, "saved");
    await dana.getByRole("button", { name: "Share", exact: true }).click();
    await dana.getByText("Administrators own every report without being listed.").waitFor();
    await dana.getByLabel("Role of who is added").waitFor();
    await dana.getByRole("searchbox").fill("mir");
    await dana.getByRole("button", { name: /Mira Sato/ }).click();
    await dana.getByLabel("Role of Mira Sato").selectOption("reviewer");
    const roles = async () => (await (await call(dana, "GET", `/api/reports/${id}`)).json()).roles;
    await until(async () => (await roles()).some((entry) => entry.user === "mira" && entry.role === "reviewer"));
    await dana.getByRole("button", { name: "Take away access from Mira Sato" }).click();
    await until(async () => !(await roles()).some((entry) => entry.user === "mira"));
    await dana.keyboard.press("Escape");
    await dana.locator("dialog").waitFor({ state: "detached" });
  });

  it("turns an open page read-only in place when the role changes, and back", async () => {
    const id = await shared_report({ eli: "editor" });
    const eli = await person("eli");
    await open(eli, id, "saved");
    await call(dana, "PATCH", `/api/reports/${id}`, { roles: { eli: "viewer" } });
    await waitForSave(eli, "read_only");
    await eli.getByText("Your role here is now: Viewer.").waitFor();
    assert.equal(await paper(eli).getAttribute("contenteditable"), "false");
    await call(dana, "PATCH", `/api/reports/${id}`, { roles: { eli: "editor" } });
    await waitForSave(eli, "saved");
    assert.equal(await paper(eli).getAttribute("contenteditable"), "true");
    await eli.context().close();
  });

  it("shows refused changes against the server's text, and keeps them as a draft of one's own", async () => {
    const id = await shared_report({ eli: "editor" });
    const eli = await person("eli");
    await open(eli, id, "saved");
    await server.kill9();
    await waitForSave(eli, "offline_device");
    await paper(eli).locator("p").first().click();
    await eli.keyboard.type("Words that come too late. ");
    // Before the page is back its role is taken from it, so that what it brings is refused.
    await eli.context().setOffline(true);
    await server.start();
    await call(dana, "PATCH", `/api/reports/${id}`, { roles: { eli: "viewer" } });
    await eli.context().setOffline(false);
    await waitForSave(eli, "refused", 40_000);
    await eli.getByRole("heading", { name: "Your changes were not accepted" }).waitFor();
    await eli.locator("dialog ins", { hasText: "Words that come too late." }).waitFor();
    await eli.getByRole("button", { name: "Save as my own draft" }).click();
    await eli.waitForURL((url) => url.pathname.startsWith("/reports/") && !url.pathname.includes(id));
    await waitForSave(eli, "saved");
    await paper(eli).getByText("Words that come too late.").waitFor();
    await open(eli, id, "read_only");
    assert.equal(await paper(eli).getByText("Words that come too late.").count(), 0);
    await eli.context().close();
  });

  it("gives back the words of a refused comment", async () => {
    const id = await shared_report({ mira: "reviewer" });
    const mira = await person("mira");
    await open(mira, id, "read_only");
    assert.equal(await mira.locator("[data-save]").innerText(), "Comment only");
    await server.kill9();
    await mira.context().setOffline(true);
    await paper(mira).getByText("BLUF").first().selectText();
    await mira.keyboard.press("Control+Alt+m");
    await mira.keyboard.type("A comment that comes too late.");
    await mira.keyboard.press("Control+Enter");
    await waitForSave(mira, "offline_device");
    await server.start();
    await call(dana, "PATCH", `/api/reports/${id}`, { roles: { mira: "viewer" } });
    await mira.context().setOffline(false);
    await waitForSave(mira, "refused", 40_000);
    await mira.getByText("A comment or a change to one was refused.", { exact: false }).waitFor();
    await mira.locator("dialog pre", { hasText: "A comment that comes too late." }).waitFor();
    await mira.getByRole("button", { name: "Go on with the server’s text" }).click();
    await waitForSave(mira, "read_only");
    assert.equal(await mira.getByText("A comment that comes too late.").count(), 0);
    await mira.context().close();
  });
});

describe("sessions", () => {
  it("asks to sign in over the text when the session ends, and goes on after it", async () => {
    const id = await shared_report({ eli: "editor" });
    const eli = await person("eli");
    await open(eli, id, "saved");
    await call(eli, "DELETE", "/api/session");
    await eli.getByRole("heading", { name: "Sign in to go on" }).waitFor();
    await eli.getByLabel("Password").fill(password);
    await eli.getByRole("button", { name: "Sign in" }).click();
    await waitForSave(eli, "saved", 40_000);
    await paper(eli).locator("p").first().click();
    await eli.keyboard.type("After signing in. ");
    await waitForSave(eli, "saved");
    assert.ok((await server.exportText(id)).includes("After signing in."));
    await eli.context().close();
  });

  it("leaves nothing of the reports on the device after signing out", async () => {
    const id = await shared_report({ eli: "editor" });
    const eli = await person("eli");
    await open(eli, id, "saved");
    await eli.getByRole("button", { name: "Settings and account" }).click();
    await eli.getByRole("menuitem", { name: /Sign out/ }).click();
    await eli.getByLabel("User name").waitFor();
    await until(async () => (await eli.evaluate(() => indexedDB.databases())).every(({ name }) => !name.startsWith("assay/")));
    await eli.context().close();
  });
});

async function until(holds) {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "did not come about in 15 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
