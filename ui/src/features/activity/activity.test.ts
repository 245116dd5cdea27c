import { describe, expect, test } from "vitest";

import type { SyncRow } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { NOW, syncRows } from "../../test/fixtures";
import { ActivityState, PAGE } from "./activity.svelte";

const [first] = syncRows;
if (!first) throw new Error("no fixture");
const ended = (user: string, started = NOW): SyncRow => ({ ...first, user, started });
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ended("anna", NOW - index * 1000));

test("the history is read, the newest first", async () => {
  const state = new ActivityState(new TestClient());
  expect(state.phase).toBe("loading");
  await state.load();
  expect(state.phase).toBe("ready");
  expect(state.rows).toEqual(syncRows);
  expect(state.hasMore).toBe(false);
});

test("a server that does not run is no failure", async () => {
  const state = new ActivityState(new TestClient({ syncs: refuse({ code: "not_running" }) }));
  await state.load();
  expect(state.phase).toBe("not_running");
});

test("a failure is kept for showing", async () => {
  const error = { code: "internal", detail: "locked" } as const;
  const state = new ActivityState(new TestClient({ syncs: refuse(error) }));
  await state.load();
  expect(state.phase).toBe("failed");
  expect(state.error).toEqual(error);
});

describe("a sync that ends", () => {
  test("comes to the top", async () => {
    const state = new ActivityState(new TestClient());
    await state.load();
    state.heard({ event: "sync_ended", value: ended("Benjamin") });
    expect(state.rows[0]?.user).toBe("Benjamin");
    expect(state.rows).toHaveLength(syncRows.length + 1);
  });

  test("is left out when another user is shown", async () => {
    const state = new ActivityState(new TestClient({ syncs: () => [first] }));
    await state.filter("anna");
    state.heard({ event: "sync_ended", value: ended("Benjamin") });
    expect(state.rows).toEqual([first]);
  });

  test("while the history is read is neither lost nor doubled", async () => {
    let answer = (_: SyncRow[]) => {};
    const client = new TestClient({ syncs: () => new Promise((done) => (answer = done)) });
    const state = new ActivityState(client);
    const loaded = state.load();
    const known = ended("anna", NOW + 1);
    const unknown = ended("anna", NOW + 2);
    state.heard({ event: "sync_ended", value: known });
    state.heard({ event: "sync_ended", value: unknown });
    answer([known, first]);
    await loaded;
    expect(state.rows).toEqual([unknown, known, first]);
  });
});

test("a renamed user has the new name in older rows too", async () => {
  const client = new TestClient();
  const state = new ActivityState(client);
  await state.load();
  state.heard({ event: "users_changed" });
  expect(client.calls("syncs")).toHaveLength(2);
});

test("more asks for as many again", async () => {
  const client = new TestClient({ syncs: ({ limit }) => many(70).slice(0, limit) });
  const state = new ActivityState(client);
  await state.load();
  expect(state.rows).toHaveLength(PAGE);
  expect(state.hasMore).toBe(true);
  await state.more();
  expect(state.rows).toHaveLength(70);
  expect(state.hasMore).toBe(false);
});

test("choosing a user begins with the first page", async () => {
  const client = new TestClient({ syncs: ({ limit }) => many(limit) });
  const state = new ActivityState(client);
  await state.more();
  await state.filter("anna");
  expect(client.calls("syncs").at(-1)).toEqual({ user: "anna", limit: PAGE });
});

test("an answer for the user before is dropped", async () => {
  const answers: ((rows: SyncRow[]) => void)[] = [];
  const client = new TestClient({ syncs: () => new Promise((done) => answers.push(done)) });
  const state = new ActivityState(client);
  const of = [state.filter("anna"), state.filter("Benjamin")];
  answers[1]?.([ended("Benjamin")]);
  answers[0]?.([ended("anna")]);
  await Promise.all(of);
  expect(state.rows.map(({ user }) => user)).toEqual(["Benjamin"]);
});
