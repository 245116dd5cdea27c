import { expect, test } from "vitest";

import { refuse, TestClient } from "../../test/client";
import { emptyFolder, foundFolder, settings } from "../../test/fixtures";
import { StorageChange } from "./storage.svelte";

const source = { settings };
const choosing = (client: TestClient, folder = "/data/anki") => {
  client.chosenFolder = folder;
  return new StorageChange(client, source);
};

test("a chosen folder is looked at before anything happens", async () => {
  const client = new TestClient();
  const change = choosing(client);
  await change.choose();
  expect(client.calls("check_folder")).toEqual([{ folder: "/data/anki" }]);
  expect(client.calls("change_storage")).toEqual([]);
  expect(change.isUsable).toBe(true);
  expect(change.plan).toBe("move");
});

test("a cancelled dialog changes nothing", async () => {
  const client = new TestClient();
  const change = new StorageChange(client, source);
  await change.choose();
  expect(change.check).toBeNull();
  expect(client.calls("check_folder")).toEqual([]);
});

test("a folder with users can only be switched to", async () => {
  const change = choosing(new TestClient({ check_folder: () => foundFolder }));
  await change.choose();
  expect(change.canMove).toBe(false);
  expect(change.plan).toBe("switch");
});

test("a folder with a problem is not taken", async () => {
  const client = new TestClient({ check_folder: () => ({ ...emptyFolder, problem: "root" }) });
  const change = choosing(client);
  await change.choose();
  expect(change.isUsable).toBe(false);
  expect(await change.submit()).toBe(false);
  expect(client.calls("change_storage")).toEqual([]);
});

test("the present folder is not taken again", async () => {
  const change = choosing(
    new TestClient({ check_folder: () => ({ ...emptyFolder, is_current: true }) }),
  );
  await change.choose();
  expect(change.isUsable).toBe(false);
});

test("what was changed is told, with users who need a password", async () => {
  const client = new TestClient({
    check_folder: () => foundFolder,
    change_storage: () => ({ previous: "/old" }),
  });
  const change = choosing(client);
  await change.choose();
  expect(await change.submit()).toBe(true);
  expect(change.changed).toEqual({
    folder: foundFolder.folder,
    plan: "switch",
    previous: "/old",
    withoutPassword: 2,
  });
});

test("a change that failed can be tried with another folder", async () => {
  const client = new TestClient({ change_storage: refuse({ code: "folder_has_accounts" }) });
  const change = choosing(client);
  await change.choose();
  expect(await change.submit()).toBe(false);
  expect(change.changing.error).toEqual({ code: "folder_has_accounts" });
  client.chosenFolder = "/data/other";
  await change.choose();
  expect(change.changing.error).toBeNull();
  expect(change.check?.folder).toBe("/data/other");
});

test("a folder that cannot be looked at says why", async () => {
  const change = choosing(new TestClient({ check_folder: refuse({ code: "busy" }) }));
  await change.choose();
  expect(change.checking.error).toEqual({ code: "busy" });
  expect(change.check).toBeNull();
});
