import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { SyncRow } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { NOW, running, runningSync, stopped, syncRows } from "../../test/fixtures";
import { axeProblems, renderView } from "../../test/render";
import ActivityView from "./ActivityView.svelte";

type Answers = ConstructorParameters<typeof TestClient>[0];

beforeEach(() => {
  vi.spyOn(Date, "now").mockReturnValue(NOW);
});

async function open(answers: Answers = {}) {
  const client = new TestClient(answers);
  const { app, container } = await renderView(ActivityView, client);
  return { client, app, container, user: userEvent.setup() };
}

const button = (name: string | RegExp) => screen.getByRole("button", { name });
const bodyRows = () => screen.getAllByRole("row").slice(1);
const [first] = syncRows;
if (!first) throw new Error("no fixture");
const ended = (user: string): SyncRow => ({ ...first, user, started: NOW - 500 });
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...first, started: NOW - index * 1000 }));

describe("the table", () => {
  test("has a row for each sync, with its result in words", async () => {
    await open();
    await screen.findByRole("table");
    expect(bodyRows()).toHaveLength(3);
    const [changes, media, failed] = bodyRows().map((row) => within(row));
    expect(changes?.getByRole("rowheader")).toHaveTextContent(/anna.*Anki 26\.9\.3 on Windows/);
    expect(changes?.getByText("Changes", { exact: false })).toBeInTheDocument();
    expect(changes?.getByText("214 reviews, 3 notes")).toBeInTheDocument();
    expect(changes?.getByText(/48 kB/)).toHaveTextContent("from the device");
    expect(media?.getByText("310 files")).toBeInTheDocument();
    expect(failed?.getByRole("rowheader")).toHaveTextContent("Removed user");
    expect(failed?.getByText("Did not finish.")).toBeInTheDocument();
    expect(failed?.getByText(/Check Database/)).toBeInTheDocument();
  });

  test("names its columns", async () => {
    await open();
    await screen.findByRole("table");
    const names = screen.getAllByRole("columnheader").map((header) => header.textContent.trim());
    expect(names).toEqual(["Time", "User, device", "Kind, duration", "Amount", "Result", "Copy"]);
  });

  test("says when nothing was new", async () => {
    await open({
      syncs: () => [{ ...first, up: { ...first.up, reviews: 0, notes: 0, cards: 0 } }],
    });
    expect(await screen.findByText("Nothing new")).toBeInTheDocument();
  });

  test("gets a sync that ends on top", async () => {
    const { client } = await open();
    await screen.findByRole("table");
    client.emit({ event: "sync_ended", value: ended("Benjamin") });
    await expect.poll(() => bodyRows().length).toBe(4);
    expect(bodyRows()[0]).toHaveTextContent("Benjamin");
  });

  test("has the running syncs above with their progress", async () => {
    const { client } = await open({ snapshot: () => ({ ...running, syncing: [runningSync] }) });
    await screen.findByRole("table");
    const [top] = bodyRows();
    expect(top).toHaveTextContent(/Under way.*anna.*AnkiDroid.*Media.*34 MB of 55 MB/s);
    expect(screen.getByRole("progressbar", { name: "Sync of anna" })).toHaveAttribute(
      "aria-valuenow",
      "62",
    );
    client.emit({ event: "syncing", value: [] });
    await expect.poll(() => screen.queryByRole("progressbar")).toBeNull();
  });

  test("shows more when there is more", async () => {
    const { user } = await open({ syncs: ({ limit }) => many(60).slice(0, limit) });
    await screen.findByRole("table");
    expect(bodyRows()).toHaveLength(50);
    await user.click(button("Show more"));
    await expect.poll(() => bodyRows().length).toBe(60);
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  });
});

describe("the filter", () => {
  test("asks for the syncs of one user", async () => {
    const { client, user } = await open();
    await user.selectOptions(await screen.findByLabelText("User"), "Benjamin");
    expect(client.calls("syncs").at(-1)).toMatchObject({ user: "Benjamin" });
    await user.selectOptions(screen.getByLabelText("User"), "All users");
    expect(client.calls("syncs").at(-1)).toMatchObject({ user: null });
  });

  test("says when that user never synced, and goes back", async () => {
    const { user } = await open({ syncs: ({ user }) => (user === "Benjamin" ? [] : syncRows) });
    await user.selectOptions(await screen.findByLabelText("User"), "Benjamin");
    expect(await screen.findByText("No syncs of Benjamin yet")).toBeInTheDocument();
    await user.click(button("Show all users"));
    expect(await screen.findByRole("table")).toBeInTheDocument();
  });

  test("hides running syncs of others", async () => {
    const { user } = await open({ snapshot: () => ({ ...running, syncing: [runningSync] }) });
    await user.selectOptions(await screen.findByLabelText("User"), "Benjamin");
    await expect.poll(() => screen.queryByRole("progressbar")).toBeNull();
  });
});

describe("copying", () => {
  const copied = (client: TestClient) =>
    (client.calls("copy_text") as { text: string }[]).map(({ text }) => text);

  test("takes one sync as a line", async () => {
    const { client, user } = await open();
    const [copy] = await screen.findAllByRole("button", { name: /Copy the sync of anna/ });
    if (copy) await user.click(copy);
    expect(copied(client)).toHaveLength(1);
    expect(copied(client)[0]).toMatch(/anna · Anki 26\.9\.3 on Windows · Changes.*214 reviews/);
  });

  test("takes all that is shown, a line each", async () => {
    const { client, user } = await open();
    await user.click(await screen.findByRole("button", { name: "Copy list" }));
    expect(copied(client)[0]?.split("\n")).toHaveLength(3);
  });

  test("that fails is told by the window", async () => {
    const { app, user } = await open({ copy_text: refuse({ code: "system", detail: "none" }) });
    await user.click(await screen.findByRole("button", { name: "Copy list" }));
    expect(app.failure).toEqual({ code: "system", detail: "none" });
  });
});

describe("instead of the table", () => {
  test("a stopped server can be started", async () => {
    const { client, user } = await open({
      snapshot: () => stopped,
      syncs: refuse({ code: "not_running" }),
    });
    await user.click(await screen.findByRole("button", { name: "Start server" }));
    expect(client.calls("start_server")).toHaveLength(1);
  });

  test("a stopped server leaves the log", async () => {
    const { user } = await open({
      snapshot: () => stopped,
      syncs: refuse({ code: "not_running" }),
    });
    await user.click(await screen.findByRole("button", { name: "Show log" }));
    expect(await screen.findByRole("region", { name: "Log of the app" })).toBeInTheDocument();
  });

  test("a server that came up is asked again", async () => {
    let isRunning = false;
    const { client } = await open({
      snapshot: () => stopped,
      syncs: () => (isRunning ? syncRows : refuse({ code: "not_running" })()),
    });
    await screen.findByText("The server does not run");
    isRunning = true;
    client.emit({ event: "status", value: { state: "running" } });
    expect(await screen.findByRole("table")).toBeInTheDocument();
  });

  test("a history that cannot be read can be tried again", async () => {
    let isBroken = true;
    const { user } = await open({
      syncs: () => (isBroken ? refuse({ code: "internal", detail: "locked" })() : syncRows),
    });
    expect(await screen.findByText(/locked/)).toBeInTheDocument();
    isBroken = false;
    await user.click(button("Try again"));
    expect(await screen.findByRole("table")).toBeInTheDocument();
  });

  test("there was no sync yet", async () => {
    await open({ syncs: () => [] });
    expect(await screen.findByText("No syncs yet")).toBeInTheDocument();
  });
});

describe("the log", () => {
  async function openLog(answers: Answers = {}) {
    const opened = await open(answers);
    await opened.user.click(screen.getByRole("radio", { name: "Log" }));
    return opened;
  }

  test("grows while it is shown", async () => {
    const { client } = await openLog();
    const log = await screen.findByRole("region", { name: "Log of the app" });
    expect(log).toHaveTextContent("listening");
    client.emit({ event: "log_lines", value: ["2026-11-23T14:06:00Z  WARN slow disk"] });
    expect(await within(log).findByText(/slow disk/)).toBeInTheDocument();
  });

  test("stays where somebody scrolled to, until sent to the end", async () => {
    const { user } = await openLog();
    const log = await screen.findByRole("region", { name: "Log of the app" });
    vi.spyOn(log, "scrollHeight", "get").mockReturnValue(1000);
    vi.spyOn(log, "clientHeight", "get").mockReturnValue(100);
    log.scrollTop = 100;
    log.dispatchEvent(new Event("scroll"));
    await user.click(await screen.findByRole("button", { name: "Newest lines" }));
    expect(log.scrollTop).toBe(1000);
    expect(screen.queryByRole("button", { name: "Newest lines" })).toBeNull();
  });

  test("is copied whole", async () => {
    const { client, user } = await openLog({ log: () => ({ lines: ["a", "b"], folder: "/" }) });
    await user.click(await screen.findByRole("button", { name: "Copy log" }));
    expect(client.calls("copy_text")).toEqual([{ text: "a\nb" }]);
  });

  test("opens its folder, also when it cannot be read", async () => {
    const { client, user } = await openLog({ log: refuse({ code: "system", detail: "denied" }) });
    expect(await screen.findByText(/denied/)).toBeInTheDocument();
    await user.click(button("Open folder"));
    expect(client.calls("open_folder")).toEqual([{ which: "log" }]);
  });

  test("says when it is empty", async () => {
    await openLog({ log: () => ({ lines: [], folder: "/" }) });
    expect(await screen.findByText("Nothing logged yet")).toBeInTheDocument();
  });
});

describe("axe finds nothing wrong", () => {
  test.each<[string, Answers, string]>([
    ["in the table", { snapshot: () => ({ ...running, syncing: [runningSync] }) }, "table"],
    ["with a stopped server", { syncs: refuse({ code: "not_running" }) }, "heading"],
    ["with a failure", { syncs: refuse({ code: "internal", detail: "" }) }, "heading"],
    ["with no syncs", { syncs: () => [] }, "heading"],
    [
      "in German",
      { snapshot: () => ({ ...running, settings: { ...running.settings, language: "de" } }) },
      "table",
    ],
  ])("%s", async (_, answers, role) => {
    const { container } = await open(answers);
    await screen.findByRole(role);
    expect(await axeProblems(container)).toEqual([]);
  });

  test("in the log", async () => {
    const { container, user } = await open();
    await user.click(screen.getByRole("radio", { name: "Log" }));
    await screen.findByRole("region");
    expect(await axeProblems(container)).toEqual([]);
  });
});
