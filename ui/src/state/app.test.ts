import { describe, expect, it, vi } from "vitest";

import type { User } from "../ipc/bindings";
import { refuse, TestClient } from "../test/client";
import { addresses, anna, ben, running, settings, stopped, syncRows } from "../test/fixtures";
import { openApp } from "../test/render";
import { AppState } from "./app.svelte";

describe("AppState", () => {
  it("knows what the snapshot tells", async () => {
    const app = await openApp(new TestClient());
    expect(app.status).toEqual({ state: "running" });
    expect(app.mainAddress).toBe("http://192.168.1.20:8080/");
    expect(app.users?.map(({ name }) => name)).toEqual(["anna", "Benjamin"]);
  });

  it("applies events that came before the snapshot after it", async () => {
    const client: TestClient = new TestClient({
      snapshot: () => {
        client.emit({ event: "status", value: { state: "running" } });
        return stopped;
      },
    });
    expect((await openApp(client)).status).toEqual({ state: "running" });
  });

  it("rejects with the error when the app gives no snapshot", async () => {
    const client = new TestClient({ snapshot: refuse({ code: "internal", detail: "gone" }) });
    await expect(AppState.open(client)).rejects.toEqual({ code: "internal", detail: "gone" });
  });

  it("follows every value that events carry", async () => {
    const client = new TestClient();
    const app = await openApp(client);
    client.emit({ event: "addresses", value: { all: [], outdated: "http://10.0.0.1:8080/" } });
    client.emit({ event: "settings", value: { ...settings, port: 9000 } });
    client.emit({ event: "quitting", value: "asking" });
    client.emit({ event: "moving", value: { is_checking: true, done_bytes: 1, total_bytes: 2 } });
    expect(app.mainAddress).toBeNull();
    expect(app.addresses.outdated).toBe("http://10.0.0.1:8080/");
    expect(app.settings.port).toBe(9000);
    expect(app.quitting).toBe("asking");
    expect(app.moving?.is_checking).toBe(true);
  });

  it("hands every event on, until nobody listens", async () => {
    const client = new TestClient();
    const app = await openApp(client);
    const heard = vi.fn();
    const stop = app.onEvent(heard);
    client.emit({ event: "log_lines", value: ["a"] });
    stop();
    client.emit({ event: "log_lines", value: ["b"] });
    expect(heard.mock.calls).toEqual([[{ event: "log_lines", value: ["a"] }]]);
  });

  it("reads the accounts anew when they changed", async () => {
    let users: User[] = [anna];
    const client = new TestClient({ users: () => users });
    const app = await openApp(client);
    users = [anna, ben];
    client.emit({ event: "users_changed" });
    await vi.waitUntil(() => app.users?.length === 2);
  });

  it("forgets an answer that a later one has overtaken", async () => {
    const answers: ((users: User[]) => void)[] = [];
    const client = new TestClient({
      users: () => new Promise<User[]>((resolve) => answers.push(resolve)),
    });
    const app = await AppState.open(client);
    const second = app.loadUsers();
    answers[1]?.([anna, ben]);
    await second;
    answers[0]?.([anna]);
    await Promise.resolve();
    expect(app.users).toEqual([anna, ben]);
  });

  it("keeps the error of an attempt until one succeeds", async () => {
    let works = false;
    const client = new TestClient({
      copy_text: () => (works ? null : refuse({ code: "system", detail: "no clipboard" })()),
    });
    const app = await openApp(client);
    expect(await app.copyText("x")).toBe(false);
    expect(app.failure).toEqual({ code: "system", detail: "no clipboard" });
    works = true;
    expect(await app.copyText("x")).toBe(true);
    expect(app.failure).toBeNull();
  });

  it("takes the language from the settings, else from the system", async () => {
    const client = new TestClient({
      snapshot: () => ({
        ...running,
        settings: { ...settings, language: null },
        system_language: "de",
      }),
    });
    const app = await openApp(client);
    expect(app.texts.all.shell.users).toBe("Benutzer");
    client.emit({ event: "settings", value: { ...settings, language: "en" } });
    expect(app.texts.all.shell.users).toBe("Users");
  });

  it("hears nothing after it was closed", async () => {
    const client = new TestClient();
    const app = await openApp(client);
    app.close();
    client.emit({ event: "addresses", value: { all: [], outdated: null } });
    client.emit({ event: "sync_ended", value: syncRows[0] ?? expect.fail("a row") });
    expect(app.addresses).toEqual(addresses);
  });
});
