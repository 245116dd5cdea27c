import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Ladder, LadderProblem, Rung } from "../../../ipc/bindings";
import { TestClient } from "../../../test/client";
import { anna, ben, running, stopped, wrongNameLadder } from "../../../test/fixtures";
import { axeProblems, renderView } from "../../../test/render";
import Connect from "./Connect.svelte";

const ladderAt = (rung: Rung, problem: LadderProblem | null): Ladder => ({
  ...wrongNameLadder,
  rung,
  problem,
});

async function show(ladder: Ladder | null = null, users = [ben]) {
  const client = new TestClient({ snapshot: () => ({ ...running, ladder }), users: () => users });
  return { ...(await renderView(Connect, client)), client };
}
const rungs = () =>
  within(screen.getByRole("region", { name: "How far the device got" }))
    .getAllByRole("listitem")
    .slice(0, 5)
    .map(({ textContent }) => textContent.replace(/\s+/g, " ").trim());

afterEach(() => void vi.useRealTimers());

describe("the steps", () => {
  it("are open until somebody has a device", async () => {
    await show();
    expect(screen.getByRole("tab", { name: "Computer" })).toBeVisible();
  });

  it("are folded once somebody has a device", async () => {
    await show(null, [anna]);
    expect(screen.queryByRole("tab")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Show the steps" }));
    expect(screen.getByRole("tab", { name: "Computer" })).toBeVisible();
  });

  it.each(["Computer", "Android", "iPhone"])(
    "contain the address and the name, to copy: %s",
    async (device) => {
      const { client, container } = await show();
      await userEvent.click(screen.getByRole("tab", { name: device }));
      const steps = within(screen.getByRole("tabpanel"));
      await userEvent.click(steps.getByRole("button", { name: "Copy http://192.168.1.20:8080/" }));
      await userEvent.click(steps.getByRole("button", { name: "Copy Benjamin" }));
      expect(client.calls("copy_address")).toEqual([{ url: "http://192.168.1.20:8080/" }]);
      expect(client.calls("copy_text")).toEqual([{ text: "Benjamin" }]);
      expect(steps.getByText("Upload", { selector: "li *" })).toBeVisible();
      expect(await axeProblems(container)).toEqual([]);
    },
  );

  it("name the variables of old versions", async () => {
    await show();
    expect(screen.getByText("SYNC_ENDPOINT=http://192.168.1.20:8080/sync/")).toBeInTheDocument();
    expect(
      screen.getByText("SYNC_ENDPOINT_MEDIA=http://192.168.1.20:8080/msync/"),
    ).toBeInTheDocument();
  });

  it("ask for whom when there are several", async () => {
    await show(null, [{ ...anna, devices: [] }, ben]);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "User" }), "Benjamin");
    expect(screen.getByRole("button", { name: "Copy Benjamin" })).toBeVisible();
  });

  it("leave out who may not sync", async () => {
    await show(null, [{ ...anna, devices: [], state: "disabled" }, ben]);
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(screen.getByRole("button", { name: "Copy Benjamin" })).toBeVisible();
  });

  it("wait for the server", async () => {
    const client = new TestClient({ snapshot: () => stopped, users: () => [ben] });
    await renderView(Connect, client);
    expect(screen.getByText(/Start the server/)).toBeVisible();
  });
});

describe("the ladder", () => {
  it("is empty before a device comes, and fills in by itself", async () => {
    const { client } = await show();
    expect(rungs().every((text) => text.endsWith("not yet"))).toBe(true);
    client.emit({ event: "ladder", value: ladderAt("password_accepted", null) });
    await tick();
    expect(rungs()[0]).toContain("192.168.1.31");
    expect(rungs()[3]).toBe("Password accepted : done");
    expect(rungs()[4]).toBe("Synced : not yet");
    client.emit({ event: "ladder", value: ladderAt("synced", null) });
    expect(await screen.findByText("Done. This device syncs.")).toBeVisible();
  });

  it("asks whether a similar name was meant", async () => {
    const { app } = await show(wrongNameLadder);
    expect(rungs()[2]).toBe("Known user : not passed");
    const said = screen.getByText(/A device signed in as/);
    expect(said).toHaveTextContent("signed in as ana. There is no such user. Did you mean anna?");
    await userEvent.click(screen.getByRole("button", { name: "Open Users" }));
    expect(app.view).toBe("users");
  });

  const problems: [Rung, LadderProblem, RegExp][] = [
    ["reached", { code: "https_spoken" }, /http in front: http:\/\/192\.168\.1\.20:8080\//],
    ["reached", { code: "wrong_path", path: "/wp-login" }, /asked for \/wp-login/],
    ["right_path", { code: "unknown_name", name: "x", nearest: null }, /as x\..* add this user/],
    ["known_user", { code: "wrong_password", user: "anna" }, /password for anna was wrong/],
    ["known_user", { code: "disabled", user: "anna" }, /anna is disabled/],
    ["right_path", { code: "unknown_key" }, /Log out in Anki/],
    ["right_path", { code: "slowed_down" }, /Wait a minute/],
    ["right_path", { code: "server_fault" }, /storage folder is there/],
    ["password_accepted", { code: "sync_failed", failure: "too_large" }, /larger than the limit/],
  ];
  it.each(problems)("after %s explains %o", async (rung, problem, said) => {
    const { container } = await show(ladderAt(rung, problem));
    const status = container.querySelector("[role=status] .notice");
    expect(status?.textContent.replace(/\s+/g, " ")).toMatch(said);
    expect(await axeProblems(container)).toEqual([]);
  });

  it("forgets the last device when another is to be connected", async () => {
    const { client } = await show(wrongNameLadder);
    await userEvent.click(screen.getByRole("button", { name: "Wait for another device" }));
    await userEvent.click(screen.getByRole("tab", { name: "iPhone" }));
    expect(client.calls("reset_ladder")).toHaveLength(2);
  });
});

describe("the usual reasons", () => {
  const areShown = () =>
    screen.getByText("Nothing arrives?").closest("details")?.hasAttribute("open");

  it("appear when nothing comes for a while", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await show();
    vi.advanceTimersByTime(44_000);
    await tick();
    expect(areShown()).toBe(false);
    vi.advanceTimersByTime(2_000);
    await tick();
    expect(areShown()).toBe(true);
    expect(screen.getByText(/Guest Wi-Fi/)).toBeVisible();
    expect(screen.getByText(/firewall on this computer/)).toHaveTextContent("port 8080");
  });

  it("stay away once a device came", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { client } = await show();
    client.emit({ event: "ladder", value: wrongNameLadder });
    vi.advanceTimersByTime(60_000);
    await tick();
    expect(screen.queryByText(/Guest Wi-Fi/)).toBeNull();
  });

  it("begin with the permission on an iPhone", async () => {
    await show();
    await userEvent.click(screen.getByRole("tab", { name: "iPhone" }));
    await userEvent.click(screen.getByText("Nothing arrives?"));
    expect(screen.getByText("Local Network")).toBeVisible();
  });
});
