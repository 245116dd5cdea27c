import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Snapshot, StartProblem } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import {
  addresses,
  anna,
  fresh,
  portTaken,
  running,
  runningSync,
  stopped,
  syncRows,
} from "../../test/fixtures";
import { axeProblems, renderView } from "../../test/render";
import HomeView from "./HomeView.svelte";

const show = (snapshot: Snapshot, answers: ConstructorParameters<typeof TestClient>[0] = {}) => {
  const client = new TestClient({ snapshot: () => snapshot, ...answers });
  return renderView(HomeView, client).then((shown) => ({ ...shown, client }));
};
const failed = (problem: StartProblem): Snapshot => ({
  ...stopped,
  status: { state: "failed", problem },
});
const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));

describe("Home while the server runs", () => {
  it("shows the address, copies it and lets the server be stopped", async () => {
    const { client } = await show(running);
    expect(screen.getByText("Running")).toBeVisible();
    expect(screen.getByTestId("address")).toHaveTextContent("http://192.168.1.20:8080/");
    expect(screen.getByRole("img", { name: /192\.168\.1\.20/ })).toBeVisible();
    await press("Copy address");
    await press("Stop server");
    expect(client.calls("copy_address")).toEqual([{ url: "http://192.168.1.20:8080/" }]);
    expect(client.calls("stop_server")).toHaveLength(1);
  });

  it("shows virtual addresses only when asked to", async () => {
    await show(running);
    expect(screen.getByText("Tailscale")).toBeInTheDocument();
    expect(screen.queryByText("docker0")).toBeNull();
    await userEvent.click(screen.getByText("Other addresses (4)"));
    await press("Show all");
    expect(screen.getByText("docker0")).toBeVisible();
  });

  it("says when the address that was copied is no longer one", async () => {
    const outdated = "http://192.168.1.7:8080/";
    const { client } = await show({ ...running, addresses: { ...addresses, outdated } });
    expect(screen.getByText(outdated)).toBeVisible();
    await press("Copy new address");
    expect(client.calls("copy_address")).toEqual([{ url: "http://192.168.1.20:8080/" }]);
  });

  it("says when only this computer may use the address", async () => {
    await show({ ...running, settings: { ...running.settings, reach: "this_computer" } });
    expect(screen.getByText(/Only Anki on this computer may/)).toBeVisible();
  });

  it("shows who syncs, which way and how far", async () => {
    await show({ ...running, syncing: [runningSync] });
    const bar = screen.getByRole("progressbar", { name: "Sync of anna" });
    expect(bar).toHaveAttribute("aria-valuenow", "62");
    expect(screen.getByText(/receives media/)).toHaveTextContent("34 MB of 55 MB");
  });

  it("lists the last syncs, and new ones as they end", async () => {
    const { client } = await show(running);
    const [first] = syncRows;
    expect(await screen.findByText(/214 reviews, 3 notes/)).toBeVisible();
    expect(screen.getByText(/damaged or from a newer version/)).toBeVisible();
    if (first) client.emit({ event: "sync_ended", value: { ...first, user: "Cleo" } });
    const list = screen.getByRole("region", { name: "Last syncs" });
    await within(list).findByText("Cleo");
    expect(within(list).getAllByRole("listitem")[0]).toHaveTextContent("Cleo");
  });

  it("says when nothing has synced yet, and when that cannot be read", async () => {
    await show(running, { syncs: () => [] });
    expect(await screen.findByText("Nothing has synced yet.")).toBeVisible();
  });

  it("says why the last syncs cannot be read", async () => {
    await show(running, { syncs: refuse({ code: "internal", detail: "E42" }) });
    expect(await screen.findByText(/E42/)).toBeVisible();
  });

  it("leads to Users while there is no user", async () => {
    const { app } = await show(running, { users: () => [] });
    await press("Add a user");
    expect(app.view).toBe("users");
    expect(screen.queryByText("Connect a device")).toBeNull();
  });
});

describe("Home while the server does not run", () => {
  it("starts a stopped server", async () => {
    const { client } = await show(stopped);
    expect(screen.getByText("Stopped")).toBeVisible();
    await press("Start server");
    expect(client.calls("start_server")).toHaveLength(1);
  });

  it("knows neither users nor syncs yet, and reads them once it runs", async () => {
    let runs = false;
    const { client } = await show(stopped, {
      users: () => (runs ? [anna] : refuse({ code: "not_running" })()),
      syncs: () => (runs ? syncRows : refuse({ code: "not_running" })()),
    });
    expect(await screen.findByText(/listed here while the server runs/)).toBeVisible();
    runs = true;
    client.emit({ event: "status", value: { state: "running" } });
    expect(await screen.findByText(/214 reviews/)).toBeVisible();
    expect(await screen.findByRole("heading", { name: "Connect a device" })).toBeVisible();
  });

  it.each([
    ["starting", "Starting …"],
    ["stopping", "Stopping …"],
  ] as const)("shows that it is %s", async (state, text) => {
    await show({ ...stopped, status: { state } });
    expect(screen.getByText(text)).toBeVisible();
    expect(screen.queryByRole("button", { name: /(Start|Stop) server/ })).toBeNull();
  });

  it("follows the server as it comes up", async () => {
    const { client } = await show({ ...stopped, status: { state: "starting" } });
    client.emit({ event: "addresses", value: addresses });
    client.emit({ event: "status", value: { state: "running" } });
    expect(await screen.findByTestId("address")).toHaveTextContent("192.168.1.20");
  });

  it("names who has the port and takes a free one", async () => {
    const { client } = await show(portTaken);
    expect(screen.getByRole("heading", { name: "Port 8080 is taken" })).toBeVisible();
    expect(screen.getByText(/python3 uses it/)).toBeVisible();
    await press("Use port 8081");
    expect(client.calls("use_port")).toEqual([{ port: 8081 }]);
  });

  it("shows the other server on the same folder", async () => {
    const other = { url: "http://127.0.0.1:27701/", process: 4711 };
    const { client } = await show(failed({ code: "folder_in_use", folder: "/data", other }));
    await press("Copy http://127.0.0.1:27701/");
    expect(client.calls("copy_text")).toEqual([{ text: "http://127.0.0.1:27701/" }]);
    expect(screen.getByText(/4711/)).toBeVisible();
  });

  const problems: StartProblem[] = [
    { code: "port_not_allowed", port: 80, free_port: null },
    { code: "address_not_here", address: "192.168.9.9" },
    { code: "folder_in_use", folder: "/data", other: null },
    { code: "folder_refused", folder: "/", problem: "root" },
    { code: "folder_gone", folder: "/mnt/data" },
    { code: "storage_damaged", folder: "/data", detail: "no database" },
    { code: "no_answer", url: "http://192.168.1.20:8080/" },
    { code: "other", detail: "E42" },
  ];
  it.each(problems)("offers to try again, or Settings: $code", async (problem) => {
    const { app, client, container } = await show(failed(problem));
    await press("Try again");
    expect(client.calls("start_server")).toHaveLength(1);
    await press(/Choose another|Open Settings/);
    expect(app.view).toBe("settings");
    expect(await axeProblems(container)).toEqual([]);
  });
});

describe("Home for everybody", () => {
  it.each([
    ["running", running],
    ["syncing", { ...running, syncing: [runningSync] }],
    ["stopped", stopped],
    ["failed", portTaken],
  ])("has nothing that axe finds wrong: %s", async (_, snapshot) => {
    const { container } = await show(snapshot);
    expect(await axeProblems(container)).toEqual([]);
  });

  it("speaks German", async () => {
    await show({ ...fresh, settings: { ...running.settings, language: "de" } });
    expect(screen.getByRole("button", { name: "Server starten" })).toBeVisible();
  });
});
