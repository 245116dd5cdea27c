import { describe, expect, test } from "vitest";

import { refuse, TestClient } from "../../test/client";
import { anna } from "../../test/fixtures";
import { AddUser, ChangePassword, RemoveUser, RenameUser, SignOut } from "./forms.svelte";

describe("adding a user", () => {
  test("sends the name without blanks around it and keeps both for showing once", async () => {
    const client = new TestClient();
    const form = new AddUser(client);
    form.name = " dora ";
    form.choice.password = " pass word ";
    expect(await form.submit()).toBe(true);
    expect(client.calls("add_user")).toEqual([{ name: "dora", password: " pass word " }]);
    expect(form.added).toEqual({ name: "dora", password: " pass word " });
  });

  test("that is refused keeps what was typed", async () => {
    const client = new TestClient({ add_user: refuse({ code: "name_taken", name: "Dora" }) });
    const form = new AddUser(client);
    form.name = "dora";
    expect(await form.submit()).toBe(false);
    expect(form.added).toBeNull();
    expect(form.name).toBe("dora");
    expect(form.attempt.error).toEqual({ code: "name_taken", name: "Dora" });
  });

  test("for found data has its name already", () => {
    const form = new AddUser(new TestClient(), "dora");
    expect(form.name).toBe("dora");
    expect(form.isTakeOver).toBe(true);
  });
});

describe("a suggested password", () => {
  test("is filled in and shown", async () => {
    const { choice } = new AddUser(new TestClient());
    await choice.suggest();
    expect(choice.password).toBe("maple-river-stone-42");
    expect(choice.isShown).toBe(true);
  });

  test("that cannot be had leaves what was typed", async () => {
    const client = new TestClient({ suggest_password: refuse({ code: "busy" }) });
    const { choice } = new AddUser(client);
    choice.password = "typed";
    await choice.suggest();
    expect(choice.password).toBe("typed");
    expect(choice.suggesting.error).toEqual({ code: "busy" });
  });
});

describe("changing a password", () => {
  test("signs the devices out unless told otherwise", async () => {
    const client = new TestClient();
    const form = new ChangePassword(client, anna);
    form.choice.password = "new";
    await form.submit();
    form.devices = "keep";
    await form.submit();
    expect(client.calls("set_password")).toEqual([
      { name: "anna", password: "new", keep_devices: false },
      { name: "anna", password: "new", keep_devices: true },
    ]);
  });
});

describe("renaming", () => {
  test("to the same name asks for nothing", async () => {
    const client = new TestClient();
    expect(await new RenameUser(client, anna).submit()).toBe(true);
    expect(client.calls("rename_user")).toEqual([]);
  });

  test("begins with the present name", async () => {
    const client = new TestClient();
    const form = new RenameUser(client, anna);
    expect(form.name).toBe("anna");
    form.name = "Anna";
    await form.submit();
    expect(client.calls("rename_user")).toEqual([{ name: "anna", new_name: "Anna" }]);
  });
});

test("removing tells where the data went", async () => {
  const form = new RemoveUser(new TestClient(), anna);
  await form.submit();
  expect(form.removed).toEqual({ folder: "/home/anna/.syncserver/.removed/2026-11-23 anna" });
});

describe("signing out", () => {
  test("names the device, or none for all", async () => {
    const client = new TestClient();
    await new SignOut(client, anna, anna.devices[1] ?? null).submit();
    await new SignOut(client, anna, null).submit();
    expect(client.calls("sign_out")).toEqual([
      { name: "anna", device: 2 },
      { name: "anna", device: null },
    ]);
  });

  test("a device that is gone already is done", async () => {
    const client = new TestClient({ sign_out: refuse({ code: "unknown_device" }) });
    expect(await new SignOut(client, anna, null).submit()).toBe(true);
  });
});
