import { describe, expect, test } from "vitest";

import type { UserSizes } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { anna, annaSizes, ben, foundFolder, stopped } from "../../test/fixtures";
import { openApp } from "../../test/render";
import { isChangeable, UsersState } from "./users.svelte";

describe("the phase", () => {
  test("is ready once the users are known", async () => {
    expect(new UsersState(await openApp(new TestClient())).phase).toBe("ready");
  });

  test("is failed when they could not be read", async () => {
    const client = new TestClient({ users: refuse({ code: "internal", detail: "locked" }) });
    expect(new UsersState(await openApp(client)).phase).toBe("failed");
  });

  test("says so when the server does not run", async () => {
    const client = new TestClient({ snapshot: () => stopped });
    expect(new UsersState(await openApp(client)).phase).toBe("not_running");
  });
});

describe("the sizes", () => {
  test("are asked for one user after another", async () => {
    const answers: ((sizes: UserSizes) => void)[] = [];
    const client = new TestClient({
      user_sizes: () => new Promise((answer) => answers.push(answer)),
    });
    const state = new UsersState(await openApp(client));
    const followed = state.follow([anna, ben]);
    expect(client.calls("user_sizes")).toEqual([{ name: "anna" }]);
    answers[0]?.(annaSizes);
    await expect.poll(() => client.calls("user_sizes")).toHaveLength(2);
    expect(state.sizes.get("anna")).toEqual(annaSizes);
    expect(state.sizes.has("Benjamin")).toBe(false);
    answers[1]?.(annaSizes);
    await followed;
    expect(state.sizes.has("Benjamin")).toBe(true);
  });

  test("of one user that cannot be read do not hold up the others", async () => {
    const client = new TestClient({
      user_sizes: ({ name }) =>
        name === "anna" ? refuse({ code: "internal", detail: "" })() : annaSizes,
    });
    const state = new UsersState(await openApp(client));
    await state.follow([anna, ben]);
    expect(state.sizes.get("anna")).toBe("unreadable");
    expect(state.sizes.get("Benjamin")).toEqual(annaSizes);
  });

  test("of a user who is gone are forgotten", async () => {
    const state = new UsersState(await openApp(new TestClient()));
    await state.follow([anna, ben]);
    await state.follow([ben]);
    expect([...state.sizes.keys()]).toEqual(["Benjamin"]);
  });

  test("that come after a newer question are dropped", async () => {
    const answers: ((sizes: UserSizes) => void)[] = [];
    const client = new TestClient({
      user_sizes: () => new Promise((answer) => answers.push(answer)),
    });
    const state = new UsersState(await openApp(client));
    const first = state.follow([anna]);
    const second = state.follow([anna]);
    answers[1]?.({ ...annaSizes, cards: 2 });
    await second;
    answers[0]?.({ ...annaSizes, cards: 1 });
    await first;
    expect(state.sizes.get("anna")).toMatchObject({ cards: 2 });
  });
});

describe("found data", () => {
  test("is what has neither a user nor a password", async () => {
    const client = new TestClient({ check_folder: () => foundFolder });
    const state = new UsersState(await openApp(client));
    await state.follow([anna]);
    expect(state.found.map(({ name }) => name)).toEqual(["Benjamin"]);
  });

  test("is looked for in the storage folder", async () => {
    const client = new TestClient();
    const app = await openApp(client);
    await new UsersState(app).follow([]);
    expect(client.calls("check_folder")).toEqual([{ folder: app.settings.storage }]);
  });

  test("is none when the folder cannot be looked at", async () => {
    const client = new TestClient({ check_folder: refuse({ code: "busy" }) });
    const state = new UsersState(await openApp(client));
    await state.follow([anna]);
    expect(state.found).toEqual([]);
  });
});

test("users of the environment are changed there, unless it no longer has them", () => {
  expect(isChangeable(anna)).toBe(true);
  expect(isChangeable({ ...anna, origin: { kind: "environment" } })).toBe(false);
  expect(isChangeable({ ...anna, origin: { kind: "environment" }, state: "inactive" })).toBe(true);
});
