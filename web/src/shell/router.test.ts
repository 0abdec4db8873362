import { expect, it } from "vitest";
import { readRoute } from "./router";

it.each([
  { path: "/", route: { view: "list" } },
  { path: "/login", route: { view: "login", back: "/" } },
  { path: "/login?back=%2Freports%2Fx%23c-1", route: { view: "login", back: "/reports/x#c-1" } },
  { path: "/login?back=https%3A%2F%2Fevil.example", route: { view: "login", back: "/" } },
  { path: "/login?back=%2F%2Fevil.example", route: { view: "login", back: "/" } },
  { path: "/login?back=%2F%5Cevil.example", route: { view: "login", back: "/" } },
  { path: "/setup?token=abc", route: { view: "setup", token: "abc" } },
  { path: "/setup", route: { view: "setup", token: "" } },
  { path: "/reports/a%20b", route: { view: "report", id: "a b" } },
  { path: "/reports/a%20b/matrix", route: { view: "matrix", id: "a b" } },
  { path: "/reports/%ff", route: { view: "unknown" } },
  { path: "/reports/a/b", route: { view: "unknown" } },
  { path: "/elsewhere", route: { view: "unknown" } },
])("$path", ({ path, route }) => {
  expect(readRoute(new URL(path, "http://assay.example"))).toEqual(route);
});
