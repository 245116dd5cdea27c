import { describe, expect, test } from "vitest";

import type { LogLines } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { joined, LogState, MOST_LINES } from "./log.svelte";

const log = (lines: string[]) =>
  new LogState(new TestClient({ log: () => ({ lines, folder: "/" }) }));

test("new lines come at the end", async () => {
  const state = log(["one"]);
  await state.load();
  state.heard({ event: "log_lines", value: ["two", "three"] });
  expect(state.lines).toEqual(["one", "two", "three"]);
});

test("lines heard while the log is read are neither lost nor doubled", async () => {
  let answer = (_: LogLines) => {};
  const state = new LogState(new TestClient({ log: () => new Promise((done) => (answer = done)) }));
  const loaded = state.load();
  state.heard({ event: "log_lines", value: ["two"] });
  state.heard({ event: "log_lines", value: ["three"] });
  answer({ lines: ["one", "two"], folder: "/" });
  await loaded;
  expect(state.lines).toEqual(["one", "two", "three"]);
});

test("only so many lines are kept", async () => {
  const state = log(Array.from({ length: MOST_LINES }, (_, index) => String(index)));
  await state.load();
  state.heard({ event: "log_lines", value: ["new"] });
  expect(state.lines).toHaveLength(MOST_LINES);
  expect(state.lines.at(-1)).toBe("new");
});

test("a log that cannot be read says why", async () => {
  const error = { code: "system", detail: "permission denied" } as const;
  const state = new LogState(new TestClient({ log: refuse(error) }));
  await state.load();
  expect(state.phase).toBe("failed");
  expect(state.error).toEqual(error);
});

test("scrolling up stops following, back at the end goes on", () => {
  const state = log([]);
  state.scrolled(200);
  expect(state.isFollowing).toBe(false);
  state.scrolled(0);
  expect(state.isFollowing).toBe(true);
});

describe("joining what was read with what was heard", () => {
  test("leaves the common part out once", () => {
    expect(joined(["a", "b", "c"], ["b", "c", "d"])).toEqual(["a", "b", "c", "d"]);
  });

  test("keeps both when nothing is common", () => {
    expect(joined(["a"], ["b"])).toEqual(["a", "b"]);
  });
});
