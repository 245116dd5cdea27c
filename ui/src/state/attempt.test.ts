import { expect, test } from "vitest";

import { refuse } from "../test/client";
import { Attempt } from "./attempt.svelte";

test("an attempt that succeeds leaves no error", async () => {
  const attempt = new Attempt();
  expect(await attempt.run(async () => undefined)).toBe(true);
  expect(attempt.error).toBeNull();
  expect(attempt.isBusy).toBe(false);
});

test("an attempt keeps why it failed until the next one", async () => {
  const attempt = new Attempt();
  expect(await attempt.run(async () => refuse({ code: "busy" })())).toBe(false);
  expect(attempt.error).toEqual({ code: "busy" });
  await attempt.run(async () => undefined);
  expect(attempt.error).toBeNull();
});

test("what is under way is not done twice", async () => {
  const attempt = new Attempt();
  let times = 0;
  let finish = () => {};
  const first = attempt.run(() => {
    times += 1;
    return new Promise<void>((done) => (finish = done));
  });
  expect(attempt.isBusy).toBe(true);
  expect(await attempt.run(async () => void (times += 1))).toBe(false);
  finish();
  await first;
  expect(times).toBe(1);
});
