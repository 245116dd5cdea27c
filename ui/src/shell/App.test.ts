import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import App from "../App.svelte";
import { refuse, TestClient } from "../test/client";
import { fresh, running, runningSync, settings } from "../test/fixtures";
import { axeProblems } from "../test/render";

const view = (name: string) => screen.findByRole("button", { name });

describe("the window", () => {
  it("shows one view at a time and moves the focus to its heading", async () => {
    const { container } = render(App, { client: new TestClient() });
    expect(await view("Home")).toHaveAttribute("aria-current", "page");
    await userEvent.click(await view("Activity"));
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveFocus());
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Activity");
    expect(await view("Home")).not.toHaveAttribute("aria-current");
    expect(await axeProblems(container)).toEqual([]);
  });

  it("says when it does not reach the app, and tries again", async () => {
    let works = false;
    const client = new TestClient({
      snapshot: () => (works ? running : refuse({ code: "internal", detail: "pipe closed" })()),
    });
    const { container } = render(App, { client });
    expect(await screen.findByText(/does not reach the program/)).toBeVisible();
    expect(await axeProblems(container)).toEqual([]);
    works = true;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await view("Home")).toBeVisible();
  });

  it("takes language and theme from the settings", async () => {
    const client = new TestClient();
    render(App, { client });
    await view("Home");
    client.emit({ event: "settings", value: { ...settings, language: "de", theme: "dark" } });
    expect(await view("Einstellungen")).toBeVisible();
    expect(document.documentElement).toHaveAttribute("lang", "de");
    expect(document.documentElement).toHaveAttribute("data-theme", "dark");
  });

  it("tells what is wrong with the settings file, until that is put away", async () => {
    const client = new TestClient({
      snapshot: () => ({
        ...running,
        settings_notice: { code: "defaults", damaged: "/config/settings.bad" },
      }),
    });
    render(App, { client });
    expect(await screen.findByText(/\/config\/settings\.bad/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByText(/\/config\/settings\.bad/)).toBeNull();
  });

  it("says what went wrong, until that is put away", async () => {
    const client = new TestClient({
      copy_address: refuse({ code: "system", detail: "no clipboard" }),
    });
    render(App, { client });
    await userEvent.click(await screen.findByRole("button", { name: "Copy address" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("no clipboard");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.getByRole("alert")).toBeEmptyDOMElement();
  });

  it("begins with the first run, and goes on to connecting a device", async () => {
    const client: TestClient = new TestClient({
      snapshot: () => fresh,
      set_up: () => {
        client.emit({ event: "status", value: { state: "running" } });
        client.emit({ event: "addresses", value: running.addresses });
        return null;
      },
      finish_set_up: () => {
        client.emit({ event: "settings", value: settings });
        return null;
      },
    });
    render(App, { client });
    await userEvent.click(await screen.findByRole("button", { name: "Use this folder" }));
    await userEvent.type(await screen.findByLabelText("User name"), "anna{Enter}");
    expect(screen.queryByRole("navigation")).toBeNull();
    await userEvent.click(await screen.findByRole("button", { name: "Connect a device" }));
    expect(await view("Home")).toBeVisible();
    expect(await screen.findByRole("tab", { name: "Computer" })).toBeVisible();
  });
});

describe("quitting during a sync", () => {
  const asking = () =>
    new TestClient({
      snapshot: () => ({ ...running, syncing: [runningSync], quitting: "asking" }),
    });

  it.each([
    ["Quit when it is done", "when_idle"],
    ["Quit now", "now"],
    ["Keep running", "cancel"],
  ])("%s answers %s", async (name, choice) => {
    const client = asking();
    const { container } = render(App, { client });
    expect(await screen.findByRole("dialog", { name: "A sync is under way" })).toBeVisible();
    expect(await axeProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name }));
    expect(client.calls("quit")).toEqual([{ choice }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("says what becomes of data that is being moved", async () => {
    const moving = { is_checking: false, done_bytes: 0, total_bytes: 0 };
    const client = new TestClient({ snapshot: () => ({ ...running, moving, quitting: "asking" }) });
    render(App, { client });
    const dialog = await screen.findByRole("dialog", { name: "The data is being moved" });
    expect(dialog).toHaveTextContent("everything stays in the folder where it was");
    expect(dialog).not.toHaveTextContent("sync");
  });

  it("takes Escape for no", async () => {
    const client = asking();
    render(App, { client });
    await screen.findByRole("dialog");
    await userEvent.keyboard("{Escape}");
    expect(client.calls("quit")).toEqual([{ choice: "cancel" }]);
  });

  it("asks no more when the app has taken the question back", async () => {
    const client = asking();
    render(App, { client });
    await screen.findByRole("dialog");
    client.emit({ event: "quitting", value: "no" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(client.calls("quit")).toEqual([]);
  });

  it("says that it will quit, and lets a person change their mind", async () => {
    const client = asking();
    const { container } = render(App, { client });
    await userEvent.click(await screen.findByRole("button", { name: "Quit when it is done" }));
    client.emit({ event: "quitting", value: "when_idle" });
    const waiting = await screen.findByText("The program quits when the sync is done.");
    expect(waiting).toBeVisible();
    expect(await axeProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Keep running" }));
    expect(client.calls("quit")).toEqual([{ choice: "when_idle" }, { choice: "cancel" }]);
    client.emit({ event: "quitting", value: "no" });
    await waitFor(() => expect(waiting).not.toBeInTheDocument());
  });
});
