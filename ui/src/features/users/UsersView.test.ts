import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";

import type { CommandError, User } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { anna, annaSizes, ben, foundFolder, running, stopped } from "../../test/fixtures";
import { axeProblems, renderView } from "../../test/render";
import UsersView from "./UsersView.svelte";

type Answers = ConstructorParameters<typeof TestClient>[0];

async function open(answers: Answers = {}) {
  const client = new TestClient(answers);
  const { app, container } = await renderView(UsersView, client);
  return { client, app, container, user: userEvent.setup() };
}

const button = (name: string | RegExp, within_: HTMLElement | null = null) =>
  (within_ ? within(within_) : screen).getByRole("button", { name });
const dialog = () => screen.getByRole("dialog");
const card = (name: string) => screen.getByRole("article", { name });
const openMenu = async (user: ReturnType<typeof userEvent.setup>, name: string) => {
  button(`More for ${name}`).focus();
  await user.keyboard("{Enter}");
};
// Without a layout the list is never placed, and so stays invisible.
const menuItems = () => screen.findAllByRole("menuitem", { hidden: true });
const inMenu = async (user: ReturnType<typeof userEvent.setup>, name: string, entry: string) => {
  await openMenu(user, name);
  const item = (await menuItems()).find((one) => one.textContent.trim() === entry);
  if (!item) throw new Error(`no ${entry}`);
  await user.click(item);
};
const only = (user: Partial<User>): Answers => ({ users: () => [{ ...anna, ...user }] });

describe("the list", () => {
  test("has a card for each user with what it holds", async () => {
    await open();
    const annas = within(card("anna"));
    expect(await annas.findByText("12,345")).toBeInTheDocument();
    expect(annas.getByText("9,876")).toBeInTheDocument();
    expect(annas.getByText("48 MB")).toBeInTheDocument();
    expect(annas.getByText("4,210 files")).toBeInTheDocument();
    expect(within(card("Benjamin")).getByText("Not synced yet")).toBeInTheDocument();
  });

  test("is there before the sizes", async () => {
    await open({ user_sizes: () => new Promise(() => undefined) });
    expect(within(card("anna")).getAllByTitle("Counting …")).toHaveLength(4);
  });

  test("says that a user is busy when its cards cannot be counted", async () => {
    await open({ user_sizes: () => ({ ...annaSizes, cards: null, notes: null }) });
    expect(await within(card("anna")).findAllByText("Busy")).toHaveLength(2);
    expect(within(card("anna")).getByText("48 MB")).toBeInTheDocument();
  });

  test("says that there is nothing yet of somebody who never synced", async () => {
    const none = { cards: null, notes: null, media_files: null, media_bytes: null };
    await open({ user_sizes: () => ({ ...none, collection_bytes: 0 }) });
    expect(await within(card("anna")).findAllByText("None yet")).toHaveLength(4);
  });

  test("says that a size cannot be read", async () => {
    await open({ user_sizes: refuse({ code: "internal", detail: "" }) });
    expect(await within(card("anna")).findAllByText("Not readable")).toHaveLength(4);
  });

  test("follows changes and ended syncs", async () => {
    let list = [anna];
    const { client } = await open({ users: () => list });
    list = [anna, ben];
    client.emit({ event: "users_changed" });
    expect(await screen.findByRole("article", { name: "Benjamin" })).toBeInTheDocument();
  });

  test("is kept when it cannot be read anew, and says so", async () => {
    let isBroken = false;
    const { client, user } = await open({
      users: () => (isBroken ? refuse({ code: "internal", detail: "locked" })() : [anna]),
    });
    isBroken = true;
    client.emit({ event: "users_changed" });
    expect(await screen.findByText(/may be out of date.*locked/)).toBeInTheDocument();
    expect(card("anna")).toBeInTheDocument();
    isBroken = false;
    await user.click(button("Try again"));
    await expect.poll(() => screen.queryByText(/may be out of date/)).toBeNull();
  });
});

describe("instead of the list", () => {
  test("a stopped server can be started", async () => {
    const { client, user } = await open({ snapshot: () => stopped });
    expect(screen.getByText("The server does not run")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Add user" })).toBeNull();
    await user.click(button("Start server"));
    expect(client.calls("start_server")).toHaveLength(1);
  });

  test("a server that starts is waited for", async () => {
    await open({ snapshot: () => ({ ...stopped, status: { state: "starting" } }) });
    expect(screen.getByRole("status")).toHaveTextContent("The server is starting …");
  });

  test("a list that cannot be read can be tried again", async () => {
    let isBroken = true;
    const { user } = await open({
      users: () => (isBroken ? refuse({ code: "internal", detail: "locked" })() : [anna]),
    });
    expect(screen.getByText("The users could not be read")).toBeInTheDocument();
    expect(screen.getByText(/locked/)).toBeInTheDocument();
    isBroken = false;
    await user.click(button("Try again"));
    expect(await screen.findByRole("article", { name: "anna" })).toBeInTheDocument();
  });

  test("nobody is there yet", async () => {
    await open({ users: () => [] });
    expect(screen.getByText("No users yet")).toBeInTheDocument();
    expect(button("Add user")).toBeInTheDocument();
  });
});

describe("adding a user", () => {
  test("shows once what to type on the device", async () => {
    const { client, user } = await open();
    await user.click(button("Add user"));
    await user.type(screen.getByLabelText("Name"), "dora");
    await user.click(button("Suggest one"));
    expect(await screen.findByDisplayValue("maple-river-stone-42")).toHaveAttribute("type", "text");
    await user.click(button("Add user", dialog()));
    expect(await screen.findByRole("dialog", { name: "dora can sync now" })).toBeInTheDocument();
    expect(client.calls("add_user")).toEqual([{ name: "dora", password: "maple-river-stone-42" }]);
    for (const value of ["http://192.168.1.20:8080/", "dora", "maple-river-stone-42"]) {
      expect(within(dialog()).getByText(value)).toBeInTheDocument();
    }
    await user.click(button("Copy Password"));
    await user.click(button("Copy Address of the sync server"));
    expect(client.calls("copy_text")).toEqual([{ text: "maple-river-stone-42" }]);
    expect(client.calls("copy_address")).toEqual([{ url: "http://192.168.1.20:8080/" }]);
    await user.click(button("Done"));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByText("maple-river-stone-42")).toBeNull();
  });

  test("works with the Enter key", async () => {
    const { client, user } = await open();
    await user.click(button("Add user"));
    await user.type(screen.getByLabelText("Name"), "dora");
    await user.type(screen.getByLabelText("Password"), "secret{Enter}");
    expect(client.calls("add_user")).toEqual([{ name: "dora", password: "secret" }]);
  });

  test("hides a typed password until it is asked for", async () => {
    const { user } = await open();
    await user.click(button("Add user"));
    const field = screen.getByLabelText("Password");
    await user.type(field, "secret");
    expect(field).toHaveAttribute("type", "password");
    await user.click(button("Show password"));
    expect(field).toHaveAttribute("type", "text");
    await user.click(button("Hide password"));
    expect(field).toHaveAttribute("type", "password");
  });

  test("copies the password", async () => {
    const { client, user } = await open();
    await user.click(button("Add user"));
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(button("Copy password"));
    expect(client.calls("copy_text")).toEqual([{ text: "secret" }]);
  });

  test("cancelled adds nobody", async () => {
    const { client, user } = await open();
    await user.click(button("Add user"));
    await user.type(screen.getByLabelText("Name"), "dora");
    await user.click(button("Cancel"));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(client.calls("add_user")).toEqual([]);
    expect(button("Add user")).toHaveFocus();
  });

  test.each<[CommandError, string, string]>([
    [{ code: "name_taken", name: "Dora" }, "Name", "There is already a user named Dora"],
    [{ code: "name_refused", problem: { code: "empty" } }, "Name", "Type a name."],
    [
      { code: "name_refused", problem: { code: "character", character: "/" } },
      "Name",
      "cannot contain “/”",
    ],
    [{ code: "folder_in_the_way", folder: "/data/dora" }, "Name", "/data/dora"],
    [{ code: "password_refused" }, "Password", "Type a password."],
  ])("puts %o at its field and goes there", async (error, label, sentence) => {
    const { user } = await open({ add_user: refuse(error) });
    await user.click(button("Add user"));
    await user.click(button("Add user", dialog()));
    const field = screen.getByLabelText(label);
    expect(field).toBeInvalid();
    expect(field).toHaveAccessibleDescription(expect.stringContaining(sentence));
    expect(field).toHaveFocus();
  });

  test("says a failure that is about no field", async () => {
    const { user } = await open({ add_user: refuse({ code: "busy" }) });
    await user.click(button("Add user"));
    await user.click(button("Add user", dialog()));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent("Another change is still");
  });

  test("says in the dialog that copying failed", async () => {
    const { user } = await open({ copy_text: refuse({ code: "system", detail: "no clipboard" }) });
    await user.click(button("Add user"));
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(button("Copy password"));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent("no clipboard");
  });
});

describe("data that was found", () => {
  const dora = { name: "dora", collection_bytes: 3_000_000, has_password: false };
  const found: Answers = {
    check_folder: () => ({ ...foundFolder, accounts: [dora] }),
  };

  test("is taken over with a password", async () => {
    const { client, user } = await open(found);
    await user.click(await screen.findByRole("button", { name: "Set a password for dora" }));
    expect(screen.queryByLabelText("Name")).toBeNull();
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(button("Take over"));
    expect(client.calls("add_user")).toEqual([{ name: "dora", password: "secret" }]);
  });
});

describe("changing a password", () => {
  test("signs the devices out by default and shows the new one", async () => {
    const { client, user } = await open();
    await user.click(button("Change password", card("anna")));
    expect(screen.getByRole("radio", { name: "Sign them out" })).toBeChecked();
    await user.click(button("Suggest one"));
    await user.click(button("Change password", dialog()));
    expect(client.calls("set_password")).toEqual([
      { name: "anna", password: "maple-river-stone-42", keep_devices: false },
    ]);
    expect(within(dialog()).getByText("maple-river-stone-42")).toBeInTheDocument();
    expect(within(dialog()).getByText(/The devices are signed out/)).toHaveFocus();
  });

  test("leaves the devices signed in when asked to", async () => {
    const { client, user } = await open();
    await user.click(button("Change password", card("anna")));
    await user.type(screen.getByLabelText("New password"), "secret");
    await user.click(screen.getByRole("radio", { name: "Keep them signed in" }));
    await user.click(button("Change password", dialog()));
    expect(client.calls("set_password")).toEqual([
      { name: "anna", password: "secret", keep_devices: true },
    ]);
    expect(within(dialog()).getByText(/stay so/)).toBeInTheDocument();
  });

  test("asks nothing about devices when there are none", async () => {
    const { user } = await open();
    await user.click(button("Change password", card("Benjamin")));
    expect(screen.queryByRole("radio")).toBeNull();
  });

  test("puts a refusal at the field", async () => {
    const { user } = await open({ set_password: refuse({ code: "password_refused" }) });
    await user.click(button("Change password", card("anna")));
    await user.click(button("Change password", dialog()));
    expect(screen.getByLabelText("New password")).toBeInvalid();
  });

  test("says that the user is gone", async () => {
    const { user } = await open({ set_password: refuse({ code: "unknown_user", name: "anna" }) });
    await user.click(button("Change password", card("anna")));
    await user.click(button("Change password", dialog()));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent("no user named anna");
  });
});

describe("renaming", () => {
  test("sends the new name and closes", async () => {
    const { client, user } = await open();
    await inMenu(user, "anna", "Rename …");
    const field = await screen.findByLabelText("New name");
    await user.clear(field);
    await user.type(field, "Anna{Enter}");
    expect(client.calls("rename_user")).toEqual([{ name: "anna", new_name: "Anna" }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("puts a refusal at the field and stays open", async () => {
    const { user } = await open({ rename_user: refuse({ code: "name_taken", name: "Benjamin" }) });
    await inMenu(user, "anna", "Rename …");
    await user.type(await screen.findByLabelText("New name"), "x{Enter}");
    expect(screen.getByLabelText("New name")).toHaveAccessibleDescription(
      expect.stringContaining("already a user named Benjamin"),
    );
  });
});

describe("disabling", () => {
  test("asks first", async () => {
    const { client, user } = await open();
    await inMenu(user, "anna", "Disable …");
    expect(client.calls("switch_user")).toEqual([]);
    await user.click(button("Disable"));
    expect(client.calls("switch_user")).toEqual([{ name: "anna", enabled: false }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("that fails says why", async () => {
    const { user } = await open({ switch_user: refuse({ code: "busy" }) });
    await inMenu(user, "anna", "Disable …");
    await user.click(button("Disable"));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent("Another change is still");
  });

  test("is undone at once", async () => {
    const { client, user } = await open(only({ state: "disabled" }));
    expect(within(card("anna")).getByText("Disabled")).toBeInTheDocument();
    await inMenu(user, "anna", "Enable");
    expect(client.calls("switch_user")).toEqual([{ name: "anna", enabled: true }]);
  });

  test("whose undoing fails tells the window", async () => {
    const { app, user } = await open({
      ...only({ state: "disabled" }),
      switch_user: refuse({ code: "busy" }),
    });
    await inMenu(user, "anna", "Enable");
    await expect.poll(() => app.failure).toEqual({ code: "busy" });
  });
});

describe("removing", () => {
  test("asks first and says where the data is", async () => {
    const { client, user } = await open();
    await inMenu(user, "anna", "Remove …");
    expect(client.calls("remove_user")).toEqual([]);
    await user.click(button("Remove user"));
    expect(client.calls("remove_user")).toEqual([{ name: "anna" }]);
    const folder = "/home/anna/.syncserver/.removed/2026-11-23 anna";
    expect(within(dialog()).getByText(folder)).toBeInTheDocument();
    await user.click(button("Open folder"));
    expect(client.calls("open_folder")).toEqual([{ which: "inside", folder }]);
    await user.click(button("Done"));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("says when there was no data", async () => {
    const { user } = await open({ remove_user: () => ({ folder: null }) });
    await inMenu(user, "Benjamin", "Remove …");
    await user.click(button("Remove user"));
    expect(within(dialog()).getByText(/never synced/)).toBeInTheDocument();
    expect(within(dialog()).queryByRole("button", { name: "Open folder" })).toBeNull();
  });

  test("that fails says why and can be cancelled", async () => {
    const error: CommandError = { code: "system", detail: "read-only file system" };
    const { user } = await open({ remove_user: refuse(error) });
    await inMenu(user, "anna", "Remove …");
    await user.click(button("Remove user"));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent("read-only file system");
    await user.click(button("Cancel"));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("the devices", () => {
  async function openDevices(answers: Answers = {}) {
    const opened = await open(answers);
    await opened.user.click(screen.getByText("2 devices"));
    return opened;
  }

  test("are listed with program, address and last use", async () => {
    await openDevices();
    const annas = within(card("anna"));
    expect(annas.getByText("AnkiDroid 2.22.3 on Android")).toBeInTheDocument();
    expect(annas.getByText(/192\.168\.1\.31/)).toHaveTextContent("last used");
  });

  test("are signed out one at a time, after a question", async () => {
    const { client, user } = await openDevices();
    await user.click(button("Sign out AnkiDroid 2.22.3 on Android"));
    expect(client.calls("sign_out")).toEqual([]);
    await user.click(button("Sign out", dialog()));
    expect(client.calls("sign_out")).toEqual([{ name: "anna", device: 2 }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("are signed out all at once, after a question", async () => {
    const { client, user } = await openDevices();
    await user.click(button("Sign out all devices …"));
    await user.click(button("Sign out all", dialog()));
    expect(client.calls("sign_out")).toEqual([{ name: "anna", device: null }]);
  });

  test("that cannot be signed out say why", async () => {
    const { user } = await openDevices({ sign_out: refuse({ code: "busy" }) });
    await user.click(button("Sign out all devices …"));
    await user.click(button("Sign out all", dialog()));
    expect(within(dialog()).getByRole("alert")).toHaveTextContent("Another change is still");
  });
});

describe("users of the environment", () => {
  test("say so and offer only what works", async () => {
    const { user } = await open(only({ origin: { kind: "environment" } }));
    expect(within(card("anna")).getByText(/environment variable/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Change password" })).toBeNull();
    await openMenu(user, "anna");
    const entries = (await menuItems()).map((entry) => entry.textContent.trim());
    expect(entries).toEqual(["Disable …"]);
  });

  test("whose variable is gone can be taken over with a password", async () => {
    const { client, user } = await open(
      only({ origin: { kind: "environment" }, state: "inactive", devices: [] }),
    );
    await user.click(button("Set password"));
    await user.type(screen.getByLabelText("New password"), "secret");
    await user.click(button("Set password", dialog()));
    expect(client.calls("set_password")).toEqual([
      { name: "anna", password: "secret", keep_devices: false },
    ]);
  });
});

describe("axe finds nothing wrong", () => {
  const german: Answers = {
    snapshot: () => ({ ...running, settings: { ...running.settings, language: "de" } }),
  };

  test.each<[string, Answers]>([
    ["with the list", {}],
    ["with the list in German", german],
    ["with a stopped server", { snapshot: () => stopped }],
    ["with a failure", { users: refuse({ code: "internal", detail: "" }) }],
    ["with nobody", { users: () => [] }],
    ["with found data", { check_folder: () => foundFolder, users: () => [anna] }],
  ])("%s", async (_, answers) => {
    const { container } = await open(answers);
    expect(await axeProblems(container)).toEqual([]);
  });

  test("with the devices open", async () => {
    const { container, user } = await open();
    await user.click(screen.getByText("2 devices"));
    expect(await axeProblems(container)).toEqual([]);
  });

  test("in the dialog for adding, before and after", async () => {
    const { user } = await open();
    await user.click(button("Add user"));
    expect(await axeProblems(dialog())).toEqual([]);
    await user.type(screen.getByLabelText("Name"), "dora");
    await user.click(button("Add user", dialog()));
    expect(await axeProblems(dialog())).toEqual([]);
  });

  test("in the dialog for a password, before and after", async () => {
    const { user } = await open();
    await user.click(button("Change password", card("anna")));
    expect(await axeProblems(dialog())).toEqual([]);
    await user.click(button("Change password", dialog()));
    expect(await axeProblems(dialog())).toEqual([]);
  });

  test.each(["Rename …", "Disable …", "Remove …"])("in the dialog of %s", async (entry) => {
    const { user } = await open();
    await inMenu(user, "anna", entry);
    await screen.findByRole("dialog");
    expect(await axeProblems(dialog())).toEqual([]);
  });
});
