import { expect, it } from "vitest";
import { delayBefore } from "./backoff";

it.each([
  { failures: 0, least: 250, most: 500 },
  { failures: 1, least: 500, most: 1000 },
  { failures: 2, least: 1000, most: 2000 },
  { failures: 6, least: 15_000, most: 30_000 },
  { failures: 5000, least: 15_000, most: 30_000 },
])("after $failures failures waits $least to $most ms", ({ failures, least, most }) => {
  expect([delayBefore(failures, 0), delayBefore(failures, 1)]).toEqual([least, most]);
});
