import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";

import type { FolderProblem } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { emptyFolder, foundFolder, portTaken, running, settings } from "../../test/fixtures";
import { axeProblems, renderView } from "../../test/render";
import SettingsView from "./SettingsView.svelte";

type Answers = ConstructorParameters<typeof TestClient>[0];

async function open(answers: Answers = {}, chosenFolder: string | null = null) {
  const client = new TestClient(answers);
  client.chosenFolder = chosenFolder;
  const { app, container } = await renderView(SettingsView, client);
  return { client, app, container, user: userEvent.setup() };
}

const button = (name: string | RegExp) => screen.getByRole("button", { name });
const dialog = () => screen.getByRole("dialog");
const saved = (client: TestClient) => client.calls("save_settings");

describe("storage", () => {
  async function choose(answers: Answers = {}) {
    const opened = await open(answers, "/data/anki");
    await opened.user.click(button("Change folder …"));
    return opened;
  }

  test("shows and opens the folder", async () => {
    const { client, user } = await open();
    expect(screen.getByText("/home/anna/.syncserver")).toBeInTheDocument();
    await user.click(button("Open folder"));
    expect(client.calls("open_folder")).toEqual([{ which: "storage" }]);
  });

  test("a cancelled choice leaves everything", async () => {
    const { client, user } = await open();
    await user.click(button("Change folder …"));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(client.calls("check_folder")).toEqual([]);
  });

  test("moves the data, with progress, and says where the previous is", async () => {
    let finish: (it: { previous: string | null }) => void = () => undefined;
    const { client, user } = await choose({
      change_storage: () => new Promise((done) => (finish = done)),
    });
    expect(within(dialog()).getByText("/data/anki")).toBeInTheDocument();
    expect(within(dialog()).getByText("120 GB free")).toBeInTheDocument();
    await user.click(button("Move data"));
    expect(client.calls("change_storage")).toEqual([{ folder: "/data/anki", plan: "move" }]);
    client.emit({
      event: "moving",
      value: { is_checking: false, done_bytes: 250_000_000, total_bytes: 1_000_000_000 },
    });
    expect(await screen.findByRole("progressbar", { name: "Copying …" })).toHaveAttribute(
      "aria-valuenow",
      "25",
    );
    client.emit({
      event: "moving",
      value: { is_checking: true, done_bytes: 500_000_000, total_bytes: 1_000_000_000 },
    });
    expect(await screen.findByRole("progressbar", { name: /Comparing/ })).toHaveAttribute(
      "aria-valuenow",
      "50",
    );
    finish({ previous: "/home/anna/.syncserver" });
    client.emit({ event: "moving", value: null });
    expect(
      await screen.findByRole("dialog", { name: "The storage folder was changed" }),
    ).toBeInTheDocument();
    expect(within(dialog()).getByText("/home/anna/.syncserver")).toBeInTheDocument();
    await user.click(button("Open new folder"));
    expect(client.calls("open_folder")).toEqual([{ which: "storage" }]);
    await user.click(button("Done"));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("a move that goes on shows after the dialog was closed", async () => {
    const { client, user } = await choose({ change_storage: () => new Promise(() => undefined) });
    await user.click(button("Move data"));
    await user.click(button("Close"));
    client.emit({
      event: "moving",
      value: { is_checking: false, done_bytes: 1, total_bytes: 4 },
    });
    expect(await screen.findByRole("progressbar", { name: "Copying …" })).toBeInTheDocument();
    expect(button("Change folder …")).toBeDisabled();
  });

  test("a move that ends after the dialog was closed says where the previous data is", async () => {
    let finish: (it: { previous: string | null }) => void = () => undefined;
    const { user, client } = await choose({
      change_storage: () => new Promise((done) => (finish = done)),
    });
    await user.click(button("Move data"));
    await user.click(button("Close"));
    finish({ previous: "/previous/place" });
    expect(await screen.findByText("/previous/place")).toBeInTheDocument();
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(button("Open previous folder"));
    expect(client.calls("open_folder")).toEqual([{ which: "previous_storage" }]);
  });

  test("a move that fails after the dialog was closed says why", async () => {
    let fail: (it: unknown) => void = () => undefined;
    const { user } = await choose({
      change_storage: () => new Promise((_, failed) => (fail = failed)),
    });
    await user.click(button("Move data"));
    await user.click(button("Close"));
    fail({ code: "copy_differs", file: "anna/media.db" });
    expect(await screen.findByText(/copy of anna\/media\.db is not the same/)).toBeInTheDocument();
  });

  test("a folder with users is switched to, with what is to do then", async () => {
    const { app, client, user } = await choose({
      check_folder: ({ folder }) => ({ ...foundFolder, folder }),
      change_storage: () => ({ previous: "/home/anna/.syncserver" }),
    });
    expect(within(dialog()).getByText(/anna, collection of 48 MB/)).toHaveTextContent(
      "needs a password",
    );
    expect(screen.getByRole("radio", { name: "Move it there" })).toBeDisabled();
    await user.click(button("Switch folder"));
    expect(client.calls("change_storage")).toEqual([{ folder: "/data/anki", plan: "switch" }]);
    expect(within(dialog()).getByText(/2 users found there need passwords/)).toBeInTheDocument();
    await user.click(button("Go to Users"));
    expect(app.view).toBe("users");
  });

  test("an empty folder can be switched to as well", async () => {
    const { client, user } = await choose();
    await user.click(screen.getByRole("radio", { name: "Leave it where it is" }));
    await user.click(button("Switch folder"));
    expect(client.calls("change_storage")).toEqual([{ folder: "/data/anki", plan: "switch" }]);
  });

  test.each<FolderProblem>([
    "root",
    "anki_data",
    "not_writable",
    "not_a_folder",
    "in_use",
    "inside_current",
    "not_absolute",
  ])("a folder with the problem %s is refused in words", async (problem) => {
    const { app } = await choose({ check_folder: () => ({ ...emptyFolder, problem }) });
    expect(within(dialog()).getByText(app.texts.all.errors.folder[problem])).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /Move data|Switch folder/ })).toBeNull();
  });

  test("the present folder is refused in words", async () => {
    await choose({ check_folder: () => ({ ...emptyFolder, is_current: true }) });
    expect(within(dialog()).getByText(/present storage folder/)).toBeInTheDocument();
  });

  test("the present folder whose data is gone can be begun anew", async () => {
    const folder = "/data/anki";
    const { client, user } = await choose({
      snapshot: () => ({
        ...running,
        status: { state: "failed", problem: { code: "folder_gone", folder } },
      }),
      check_folder: () => ({ ...emptyFolder, folder, is_current: true }),
    });
    await user.click(button("Begin anew here"));
    expect(client.calls("change_storage")).toEqual([{ folder, plan: "switch" }]);
  });

  test("what speaks against a folder is said", async () => {
    await choose({
      check_folder: () => ({
        ...emptyFolder,
        warnings: [
          { code: "file_sync", program: "Dropbox" },
          { code: "network_drive" },
          { code: "little_space", free_bytes: 400_000_000 },
        ],
      }),
    });
    for (const words of [/Dropbox copies/, /network drive/, /Only 400 MB/]) {
      expect(within(dialog()).getByText(words)).toBeInTheDocument();
    }
    expect(button("Move data")).toBeEnabled();
  });

  test("a move that fails says why and lets another folder be chosen", async () => {
    const { client, user } = await choose({
      change_storage: refuse({ code: "too_little_space", needed_bytes: 5e9, free_bytes: 1e9 }),
    });
    await user.click(button("Move data"));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent(/5 GB, but only 1 GB/);
    client.chosenFolder = "/data/other";
    await user.click(button("Choose another …"));
    expect(await within(dialog()).findByText("/data/other")).toBeInTheDocument();
    expect(within(dialog()).getByRole("alert")).toBeEmptyDOMElement();
  });

  test("a folder that cannot be looked at says why", async () => {
    await choose({ check_folder: refuse({ code: "system", detail: "no such device" }) });
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByText(/no such device/)).toBeInTheDocument();
  });
});

describe("network", () => {
  const port = () => screen.getByLabelText("Port");

  async function retype(
    user: ReturnType<typeof userEvent.setup>,
    field: HTMLElement,
    text: string,
  ) {
    await user.clear(field);
    if (text) await user.type(field, text);
  }

  test("saves only when asked to", async () => {
    const { client, user } = await open();
    expect(button("Save")).toBeDisabled();
    await retype(user, port(), "9090");
    expect(saved(client)).toEqual([]);
    expect(screen.getByText(/Saving restarts the server/)).toBeInTheDocument();
    await user.click(button("Save"));
    expect(saved(client)).toEqual([{ ...settings, port: 9090 }]);
    expect(await screen.findByText("Saved.")).toBeInTheDocument();
    expect(button("Save")).toBeDisabled();
  });

  test("discards", async () => {
    const { client, user } = await open();
    await retype(user, port(), "9090");
    await user.click(button("Discard"));
    expect(port()).toHaveValue("8080");
    expect(saved(client)).toEqual([]);
  });

  test("explains who may reach the server and warns of everybody", async () => {
    const { client, user } = await open();
    expect(screen.queryByText(/travel unencrypted/)).toBeNull();
    const everything = screen.getByRole("radio", { name: /Everything that can reach/ });
    expect(everything).toHaveAccessibleDescription(/internet/);
    await user.click(everything);
    expect(screen.getByText(/travel unencrypted/)).toBeInTheDocument();
    await user.click(button("Save"));
    expect(saved(client)).toEqual([{ ...settings, reach: "everything" }]);
  });

  test.each([
    ["Port", "99999", /whole number from 1 to 65535/],
    ["Upload limit in MB", "lots", /whole number from 1 to 100000/],
    ["Only on one address", "my-pc", /not an IP address/],
  ])("keeps a wrong %s and says so at the field", async (label, text, sentence) => {
    const { client, user } = await open();
    await user.click(screen.getByText("Advanced"));
    const field = screen.getByLabelText(label);
    await retype(user, field, text);
    await user.click(button("Save"));
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription(sentence);
    expect(field).toHaveFocus();
    expect(saved(client)).toEqual([]);
  });

  test.each([
    ["port", "Port", /cannot be used. Choose another/],
    ["upload_limit_mib", "Upload limit in MB", /limit cannot be used/],
    ["address", "Only on one address", /address cannot be used/],
  ])("puts the refusal of %s at its field", async (name, label, sentence) => {
    const { user } = await open({
      save_settings: refuse({ code: "setting_refused", field: name }),
    });
    await retype(user, port(), "9090");
    await user.click(button("Save"));
    expect(screen.getByLabelText(label)).toHaveAccessibleDescription(sentence);
  });

  test("says any other failure", async () => {
    const { user } = await open({ save_settings: refuse({ code: "busy" }) });
    await retype(user, port(), "9090");
    await user.click(button("Save"));
    expect(screen.getByText("This was not saved.")).toBeInTheDocument();
    expect(screen.getByText(/Another change is still/)).toBeInTheDocument();
  });

  test("points out ports of the system", async () => {
    const { user } = await open();
    await retype(user, port(), "80");
    expect(port()).toHaveAccessibleDescription(/below 1024/);
  });

  test("says why the server could not start with it", async () => {
    await open({ snapshot: () => portTaken });
    expect(screen.getByText("Port 8080 is taken")).toBeInTheDocument();
  });
});

describe("start", () => {
  test("switches save at once", async () => {
    const { client, user } = await open();
    await user.click(screen.getByRole("switch", { name: "Start with the computer" }));
    expect(saved(client)).toEqual([{ ...settings, starts_with_computer: true }]);
    expect(await screen.findByRole("switch", { name: "Start in the tray" })).toBeEnabled();
    await user.click(screen.getByRole("switch", { name: "Start in the tray" }));
    expect(saved(client).at(-1)).toMatchObject({ starts_hidden: false });
  });

  test("a switch that fails goes back and says why", async () => {
    const { user } = await open({ save_settings: refuse({ code: "system", detail: "denied" }) });
    const start = screen.getByRole("switch", { name: "Start with the computer" });
    await user.click(start);
    expect(await screen.findByText(/denied/)).toBeInTheDocument();
    expect(start).not.toBeChecked();
  });

  test("without a tray nothing can start in it", async () => {
    await open({ snapshot: () => ({ ...running, has_tray: false }) });
    expect(screen.getByRole("switch", { name: "Start in the tray" })).toBeDisabled();
  });
});

describe("language and appearance", () => {
  test("save at once and show at once", async () => {
    const { client, user } = await open();
    await user.click(screen.getByRole("radio", { name: "Deutsch" }));
    expect(saved(client)).toEqual([{ ...settings, language: "de" }]);
    expect(await screen.findByRole("heading", { name: "Einstellungen" })).toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "System (English)" }));
    expect(saved(client).at(-1)).toMatchObject({ language: null });
  });

  test("the colours save at once", async () => {
    const { client, user } = await open();
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    expect(saved(client)).toEqual([{ ...settings, theme: "dark" }]);
  });

  test("a failure is said", async () => {
    const { user } = await open({ save_settings: refuse({ code: "system", detail: "denied" }) });
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    expect(await screen.findByText(/denied/)).toBeInTheDocument();
    expect(screen.getByRole("group", { name: "Colours" })).toContainElement(
      screen.getByRole("radio", { name: "System", checked: true }),
    );
  });
});

describe("about", () => {
  test("tells version and licence", async () => {
    await open();
    expect(screen.getByText("Version 0.1.0")).toBeInTheDocument();
    expect(screen.getByText(/Affero/)).toBeInTheDocument();
    expect(screen.queryByText(/shows no tray icons\. When/)).toBeNull();
  });

  test("tells how to get the window back without a tray", async () => {
    await open({ snapshot: () => ({ ...running, has_tray: false }) });
    expect(screen.getByText(/shows no tray icons\. When/)).toBeInTheDocument();
  });

  test("shows the report before it is copied", async () => {
    const { client, user } = await open();
    await user.click(button("Copy support report …"));
    expect(await screen.findByRole("region", { name: "Text of the report" })).toHaveTextContent(
      "Anki Sync Tray 0.1.0",
    );
    expect(within(dialog()).getByText(/no secrets in it/)).toBeInTheDocument();
    expect(client.calls("copy_text")).toEqual([]);
    await user.click(button("Copy report"));
    expect(client.calls("copy_text")).toEqual([{ text: "Anki Sync Tray 0.1.0" }]);
    await user.click(button("Close"));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("a report that cannot be made can be tried again", async () => {
    let isBroken = true;
    const { user } = await open({
      support_report: () =>
        isBroken ? refuse({ code: "internal", detail: "no log" })() : { text: "Report" },
    });
    await user.click(button("Copy support report …"));
    expect(await within(dialog()).findByText(/no log/)).toBeInTheDocument();
    isBroken = false;
    await user.click(button("Try again"));
    expect(await within(dialog()).findByText("Report")).toBeInTheDocument();
  });
});

describe("axe finds nothing wrong", () => {
  test.each<[string, Answers]>([
    ["with the settings", {}],
    [
      "with the settings in German",
      { snapshot: () => ({ ...running, settings: { ...settings, language: "de" } }) },
    ],
    ["without a tray", { snapshot: () => ({ ...running, has_tray: false }) }],
    ["with a problem", { snapshot: () => portTaken }],
    [
      "while data moves",
      {
        snapshot: () => ({
          ...running,
          moving: { is_checking: true, done_bytes: 1, total_bytes: 2 },
        }),
      },
    ],
  ])("%s", async (_, answers) => {
    const { container, user } = await open(answers);
    await user.click(screen.getByText(/^(Advanced|Erweitert)$/));
    expect(await axeProblems(container)).toEqual([]);
  });

  test("in the dialog for the folder, before and after", async () => {
    const { user } = await open({ check_folder: () => foundFolder }, "/data/anki");
    await user.click(button("Change folder …"));
    expect(await axeProblems(dialog())).toEqual([]);
    await user.click(button("Switch folder"));
    expect(await axeProblems(dialog())).toEqual([]);
  });

  test("in the dialog with the report", async () => {
    const { user } = await open();
    await user.click(button("Copy support report …"));
    await screen.findByRole("region", { name: "Text of the report" });
    expect(await axeProblems(dialog())).toEqual([]);
  });
});
