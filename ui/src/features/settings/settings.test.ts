import { describe, expect, test } from "vitest";

import type { Settings } from "../../ipc/bindings";
import { refuse, TestClient } from "../../test/client";
import { settings } from "../../test/fixtures";
import { InstantSettings, looksLikeAddress, NetworkForm, wholeNumber } from "./settings.svelte";

const source = (change: Partial<Settings> = {}) => ({ settings: { ...settings, ...change } });

describe("harmless settings", () => {
  test("are saved with all the others as they are", async () => {
    const client = new TestClient();
    await new InstantSettings(client, source({ port: 9000 })).set("theme", "dark");
    expect(client.calls("save_settings")).toEqual([{ ...settings, port: 9000, theme: "dark" }]);
  });

  test("show at once and go back when they could not be saved", async () => {
    let fail = () => {};
    const client = new TestClient({
      save_settings: () =>
        new Promise((_, reject) => (fail = () => reject({ code: "system", detail: "full" }))),
    });
    const instant = new InstantSettings(client, source());
    const set = instant.set("starts_with_computer", true);
    expect(instant.value("starts_with_computer")).toBe(true);
    await expect.poll(() => client.calls("save_settings")).toHaveLength(1);
    fail();
    await set;
    expect(instant.value("starts_with_computer")).toBe(false);
    expect(instant.error).toEqual({ code: "system", detail: "full" });
  });

  test("changed in a row do not undo one another", async () => {
    const client = new TestClient();
    const instant = new InstantSettings(client, source());
    await Promise.all([instant.set("theme", "dark"), instant.set("language", "de")]);
    expect(client.calls("save_settings").at(-1)).toEqual({
      ...settings,
      theme: "dark",
      language: "de",
    });
  });
});

describe("the network form", () => {
  test("begins with what is set and has nothing to save", () => {
    const form = new NetworkForm(new TestClient(), source({ address: "192.168.1.20" }));
    expect([form.reach, form.port, form.address, form.limit]).toEqual([
      "local_networks",
      "8080",
      "192.168.1.20",
      "100",
    ]);
    expect(form.isChanged).toBe(false);
  });

  test("saves its fields and leaves the rest alone", async () => {
    const client = new TestClient();
    const form = new NetworkForm(client, source());
    form.port = " 9090 ";
    form.reach = "this_computer";
    form.limit = "250";
    form.address = " 127.0.0.1 ";
    expect(await form.save()).toBe(true);
    expect(client.calls("save_settings")).toEqual([
      {
        ...settings,
        port: 9090,
        reach: "this_computer",
        upload_limit_mib: 250,
        address: "127.0.0.1",
      },
    ]);
    expect(form.isChanged).toBe(false);
  });

  test("an empty address means all of them", async () => {
    const client = new TestClient();
    const form = new NetworkForm(client, source({ address: "192.168.1.20" }));
    form.address = "";
    await form.save();
    expect(client.calls("save_settings")).toEqual([{ ...settings, address: null }]);
  });

  test.each(["", "0", "65536", "80a", "-1", "8080.5"])(
    "a port of “%s” is not sent",
    async (port) => {
      const client = new TestClient();
      const form = new NetworkForm(client, source());
      form.port = port;
      expect(form.problems).toEqual({});
      expect(await form.save()).toBe(false);
      expect(form.problems).toEqual({ port: "invalid" });
      expect(client.calls("save_settings")).toEqual([]);
    },
  );

  test("every wrong field is named at once", async () => {
    const form = new NetworkForm(new TestClient(), source());
    [form.port, form.limit, form.address] = ["x", "0", "my-pc"];
    await form.save();
    expect(form.problems).toEqual({
      port: "invalid",
      upload_limit_mib: "invalid",
      address: "invalid",
    });
  });

  test("a refusal belongs to its field", async () => {
    const client = new TestClient({
      save_settings: refuse({ code: "setting_refused", field: "address" }),
    });
    const form = new NetworkForm(client, source());
    form.address = "192.0.2.1";
    expect(await form.save()).toBe(false);
    expect(form.problems).toEqual({ address: "refused" });
    expect(form.restError).toBeNull();
  });

  test("any other failure is about the whole", async () => {
    const client = new TestClient({ save_settings: refuse({ code: "busy" }) });
    const form = new NetworkForm(client, source());
    form.port = "9090";
    await form.save();
    expect(form.problems).toEqual({});
    expect(form.restError).toEqual({ code: "busy" });
  });

  test("discarding goes back to what is set", async () => {
    const form = new NetworkForm(new TestClient(), source());
    form.port = "x";
    await form.save();
    form.discard();
    expect(form.port).toBe("8080");
    expect(form.problems).toEqual({});
  });

  test("a port for administrators is pointed out", () => {
    const form = new NetworkForm(new TestClient(), source());
    form.port = "80";
    expect(form.isPortLow).toBe(true);
    form.port = "8080";
    expect(form.isPortLow).toBe(false);
  });
});

test("whole numbers are plain digits within the limits", () => {
  expect(wholeNumber(" 42 ", 1, 100)).toBe(42);
  for (const text of ["", "4.2", "1e2", "٣", "101", "0x1", "99999999999"]) {
    expect(wholeNumber(text, 1, 100)).toBeNull();
  }
});

test("addresses are told from names", () => {
  for (const text of ["192.168.1.20", "fd00::1", "::1", "fe80::1:2"]) {
    expect(looksLikeAddress(text), text).toBe(true);
  }
  for (const text of ["my-pc", "my.pc.lan.de", "192.168.1", "192.168.1.300", "8080", "a:b"]) {
    expect(looksLikeAddress(text), text).toBe(false);
  }
});
