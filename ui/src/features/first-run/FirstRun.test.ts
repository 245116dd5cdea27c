import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { FolderCheck } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { addresses, emptyFolder, foundFolder, fresh, portTaken } from "../../test/fixtures";
import { axeProblems, openApp } from "../../test/render";
import FirstRun from "./FirstRun.svelte";

type Answers = ConstructorParameters<typeof TestClient>[0];

async function show(answers: Answers = {}) {
  const client: TestClient = new TestClient({
    snapshot: () => fresh,
    users: () => [],
    set_up: () => {
      client.emit({ event: "status", value: { state: "running" } });
      client.emit({ event: "addresses", value: addresses });
      return null;
    },
    ...answers,
  });
  const app = await openApp(client);
  const onfinish = vi.fn();
  const { container } = render(FirstRun, { app, onfinish });
  return { client, app, onfinish, container };
}
const found = (check: Partial<FolderCheck>) => ({
  check_folder: () => ({ ...emptyFolder, ...check }),
});
const heading = (name: string) => screen.findByRole("heading", { name });

describe("the first run", () => {
  it("goes from start to address with the keyboard alone", async () => {
    const { client, app, onfinish, container } = await show();
    await screen.findByText("120 GB free");
    expect(await axeProblems(container)).toEqual([]);
    screen.getByRole("button", { name: "Use this folder" }).focus();
    await userEvent.keyboard("{Enter}");

    await heading("Who will sync?");
    expect(await axeProblems(container)).toEqual([]);
    await vi.waitFor(() => expect(screen.getByLabelText("User name")).toHaveFocus());
    await userEvent.keyboard(" anna {Enter}");

    await heading("Ready. This is the address");
    expect(screen.getByTestId("address")).toHaveTextContent("http://192.168.1.20:8080/");
    expect(await axeProblems(container)).toEqual([]);
    const connect = screen.getByRole("button", { name: "Connect a device" });
    await vi.waitFor(() => expect(connect).toHaveFocus());
    await userEvent.keyboard("{Enter}");

    expect(client.calls("set_up")).toEqual([{ folder: "/home/anna/.syncserver" }]);
    expect(client.calls("add_user")).toEqual([{ name: "anna", password: "maple-river-stone-42" }]);
    expect(client.calls("finish_set_up")).toHaveLength(1);
    expect(onfinish).toHaveBeenCalled();
    expect(app.wantsToConnect).toBe(true);
  });

  it("takes another folder", async () => {
    const { client } = await show();
    client.chosenFolder = "/data/anki";
    await userEvent.click(screen.getByRole("button", { name: /Choose another folder/ }));
    expect(await screen.findByText("/data/anki")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Use this folder" }));
    expect(client.calls("set_up")).toEqual([{ folder: "/data/anki" }]);
  });

  it("stays with the folder when choosing was cancelled", async () => {
    await show();
    await userEvent.click(screen.getByRole("button", { name: /Choose another folder/ }));
    expect(screen.getByText("/home/anna/.syncserver")).toBeVisible();
  });

  it("does not go on with a folder that is refused", async () => {
    const { container } = await show(found({ problem: "anki_data" }));
    expect(await screen.findByText(/folder of Anki itself/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Use this folder" })).toBeDisabled();
    expect(await axeProblems(container)).toEqual([]);
  });

  it("warns of a folder and goes on all the same", async () => {
    await show(found({ warnings: [{ code: "file_sync", program: "Dropbox" }] }));
    expect(await screen.findByText(/Dropbox copies this folder/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Use this folder" })).toBeEnabled();
  });

  it("takes found data over, with a password for each account", async () => {
    const { client, container } = await show({ check_folder: () => foundFolder });
    expect(await screen.findByText("anna (48 MB)")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Take this data over" }));
    await heading("Give each user a password");
    expect(await axeProblems(container)).toEqual([]);
    await userEvent.clear(screen.getByLabelText("Password for Benjamin"));
    await userEvent.click(screen.getByRole("button", { name: "Set passwords" }));
    await heading("Ready. This is the address");
    expect(client.calls("add_user")).toEqual([{ name: "anna", password: "maple-river-stone-42" }]);
  });

  it("wants one password at least for found data", async () => {
    const { client } = await show({ check_folder: () => foundFolder });
    await userEvent.click(await screen.findByRole("button", { name: "Take this data over" }));
    await userEvent.clear(await screen.findByLabelText("Password for anna"));
    await userEvent.clear(screen.getByLabelText("Password for Benjamin"));
    await userEvent.click(screen.getByRole("button", { name: "Set passwords" }));
    expect(screen.getByRole("alert")).toHaveTextContent("Set a password for one of them");
    expect(client.calls("finish_set_up")).toHaveLength(0);
  });

  it("asks nothing about accounts that have their passwords", async () => {
    const accounts = foundFolder.accounts.map((one) => ({ ...one, has_password: true }));
    const { client } = await show(found({ accounts }));
    await userEvent.click(await screen.findByRole("button", { name: "Take this data over" }));
    await heading("The users are known already");
    expect(screen.getByText("anna and Benjamin")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Next" }));
    await heading("Ready. This is the address");
    expect(client.calls("add_user")).toEqual([]);
  });

  it("says at the name what is wrong with it, and keeps what was typed", async () => {
    const client = await show({
      add_user: refuse({ code: "name_refused", problem: { code: "character", character: "/" } }),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Use this folder" }));
    const name = await screen.findByLabelText("User name");
    await userEvent.type(name, "a/b{Enter}");
    expect(name).toBeInvalid();
    expect(name).toHaveAccessibleDescription(/cannot contain “\/”/);
    expect(name).toHaveFocus();
    expect(name).toHaveValue("a/b");
    expect(client.client.calls("finish_set_up")).toHaveLength(0);
  });

  it("goes back without forgetting what was typed", async () => {
    await show();
    await userEvent.click(await screen.findByRole("button", { name: "Use this folder" }));
    await userEvent.type(await screen.findByLabelText("User name"), "anna");
    await userEvent.click(screen.getByRole("button", { name: "Back" }));
    await heading("Where should the data live?");
    await userEvent.click(screen.getByRole("button", { name: "Use this folder" }));
    expect(await screen.findByLabelText("User name")).toHaveValue("anna");
  });

  it("copies the suggested password and suggests another", async () => {
    let count = 0;
    const { client } = await show({ suggest_password: () => ({ password: `word-${++count}` }) });
    await userEvent.click(await screen.findByRole("button", { name: "Use this folder" }));
    expect(await screen.findByLabelText("Password")).toHaveValue("word-1");
    await userEvent.click(screen.getByRole("button", { name: "Suggest another" }));
    await userEvent.click(screen.getByRole("button", { name: "Copy password" }));
    expect(client.calls("copy_text")).toEqual([{ text: "word-2" }]);
  });

  it("offers a way when the server cannot start", async () => {
    const { client } = await show({
      set_up: () => {
        client.emit({ event: "status", value: portTaken.status });
        return null;
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Use this folder" }));
    await userEvent.click(await screen.findByRole("button", { name: "Use port 8081" }));
    expect(client.calls("use_port")).toEqual([{ port: 8081 }]);
    expect(screen.getByRole("button", { name: "Add user" })).toBeDisabled();
    client.emit({ event: "status", value: { state: "running" } });
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Add user" })).toBeEnabled());
  });

  it("says below the fields what no other name would mend", async () => {
    await show({ add_user: refuse({ code: "system", detail: "disk is full" }) });
    await userEvent.click(await screen.findByRole("button", { name: "Use this folder" }));
    const name = await screen.findByLabelText("User name");
    await userEvent.type(name, "anna{Enter}");
    expect(await screen.findByText(/disk is full/)).toBeVisible();
    expect(name).toBeValid();
  });
});
