// The window without the app, for looking at: `npx vite`, then
// preview.html?state=running&view=home&theme=dark&lang=de. No part of the build.

import { mount } from "svelte";

import App from "../App.svelte";
import type { Language, Snapshot, StartProblem, Theme } from "../ipc/bindings";
import "../styles/base.css";
import "../styles/tokens.css";
import { refuse, TestClient } from "./client";
import * as fixtures from "./fixtures";

const wanted = new URLSearchParams(location.search);
const failed = (problem: StartProblem): Snapshot => ({
  ...fixtures.stopped,
  status: { state: "failed", problem },
});
const folder = "/home/anna/.syncserver";
const states: Record<string, Snapshot> = {
  running: fixtures.running,
  stopped: fixtures.stopped,
  starting: { ...fixtures.stopped, status: { state: "starting" } },
  "port-taken": fixtures.portTaken,
  "folder-in-use": failed({
    code: "folder_in_use",
    folder,
    other: { url: "http://127.0.0.1:27701/", process: 4711 },
  }),
  "folder-gone": failed({ code: "folder_gone", folder }),
  damaged: failed({ code: "storage_damaged", folder, detail: "file is not a database" }),
  fresh: fixtures.fresh,
  syncing: {
    ...fixtures.running,
    syncing: [
      fixtures.runningSync,
      { ...fixtures.runningSync, user: "Benjamin", device: 9, kind: "upload", total_bytes: null },
    ],
    ladder: fixtures.wrongNameLadder,
  },
  synced: {
    ...fixtures.running,
    ladder: { ...fixtures.wrongNameLadder, rung: "synced", user: "anna", problem: null },
  },
  loginFault: {
    ...fixtures.running,
    ladder: { ...fixtures.wrongNameLadder, problem: { code: "server_fault" } },
  },
  outdated: {
    ...fixtures.running,
    addresses: { ...fixtures.addresses, outdated: "http://192.168.1.7:8080/" },
    settings_notice: { code: "restored_from_copy", damaged: "/home/anna/.config/settings.bad" },
  },
  quitting: { ...fixtures.running, syncing: [fixtures.runningSync], quitting: "asking" },
  moving: { ...fixtures.running, moving: { is_checking: false, done_bytes: 0, total_bytes: 0 } },
  movingHalf: {
    ...fixtures.running,
    moving: { is_checking: false, done_bytes: 60_000_000, total_bytes: 90_000_000 },
  },
  quittingMove: {
    ...fixtures.running,
    moving: { is_checking: false, done_bytes: 0, total_bytes: 0 },
    quitting: "asking",
  },
  waitingToQuit: { ...fixtures.running, syncing: [fixtures.runningSync], quitting: "when_idle" },
};
const snapshot = states[wanted.get("state") ?? ""] ?? fixtures.running;
const client: TestClient = new TestClient({
  snapshot: () => ({
    ...snapshot,
    settings: {
      ...snapshot.settings,
      theme: (wanted.get("theme") as Theme | null) ?? "system",
      language: (wanted.get("lang") as Language | null) ?? "en",
    },
  }),
  set_up: () => {
    client.emit({ event: "status", value: { state: "running" } });
    client.emit({ event: "addresses", value: fixtures.addresses });
    return null;
  },
  ...(wanted.has("found") && { check_folder: () => fixtures.foundFolder }),
  ...(wanted.has("broken") && { snapshot: refuse({ code: "internal", detail: "no answer" }) }),
  ...(wanted.has("nodevices") && { users: () => [fixtures.ben] }),
  ...(wanted.has("empty") && { users: () => [], syncs: () => [] }),
});

// The fixtures stand still in time.
Date.now = () => fixtures.NOW;

const target = document.getElementById("app");
if (target) mount(App, { target, props: { client } });

// click=Android,Other addresses (4): buttons and the like to press, one after the other.
const views = ["home", "users", "activity", "settings"];
const clicks = wanted.get("click")?.split(",") ?? [];
const view = views.indexOf(wanted.get("view") ?? "");
const timer = setInterval(() => {
  const nav = document.querySelectorAll<HTMLElement>("nav li button");
  if (view >= 0 && nav[view]?.ariaCurrent !== "page") {
    nav[view]?.click();
    return;
  }
  const [next] = clicks;
  const found = [...document.querySelectorAll<HTMLElement>("button, summary")].find(
    (one) => next && one.textContent.trim().startsWith(next),
  );
  if (next && !found) return;
  found?.click();
  clicks.shift();
  if (clicks.length === 0) {
    clearInterval(timer);
    if (wanted.has("axe")) void checkWithAxe();
    document.querySelector(wanted.get("to") ?? "nothing")?.scrollIntoView();
  }
}, 60);

/** With `axe`: what it finds wrong, contrast included, is written into the page. */
async function checkWithAxe(): Promise<void> {
  const { default: axe } = await import("axe-core");
  const { violations } = await axe.run();
  const found = document.body.appendChild(document.createElement("pre"));
  found.id = "axe";
  found.textContent = JSON.stringify(
    violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => [id, node.html, node.failureSummary]),
    ),
    null,
    1,
  );
}
