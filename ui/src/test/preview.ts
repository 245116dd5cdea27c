// The window without the app, for looking at: `npx vite`, then
// preview.html?state=running&view=home&theme=dark&lang=de. No part of the build.

import { mount } from "svelte";

import App from "../App.svelte";
import type { Language, Snapshot, Theme } from "../ipc/bindings";
import "../styles/base.css";
import "../styles/tokens.css";
import { TestClient } from "./client";
import * as fixtures from "./fixtures";

const wanted = new URLSearchParams(location.search);
const states: Record<string, Snapshot> = {
  running: fixtures.running,
  stopped: fixtures.stopped,
  "port-taken": fixtures.portTaken,
  fresh: fixtures.fresh,
  syncing: {
    ...fixtures.running,
    syncing: [fixtures.runningSync],
    ladder: fixtures.wrongNameLadder,
  },
};
const snapshot = states[wanted.get("state") ?? ""] ?? fixtures.running;
const client = new TestClient({
  snapshot: () => ({
    ...snapshot,
    settings: {
      ...snapshot.settings,
      theme: (wanted.get("theme") as Theme | null) ?? "system",
      language: (wanted.get("lang") as Language | null) ?? "en",
    },
  }),
  ...(wanted.has("empty") && { users: () => [], syncs: () => [] }),
});

// The fixtures stand still in time.
Date.now = () => fixtures.NOW;

const target = document.getElementById("app");
if (target) mount(App, { target, props: { client } });

const view = wanted.get("view");
if (view) {
  const find = setInterval(() => {
    const buttons = document.querySelectorAll<HTMLElement>("nav li button");
    buttons[["home", "users", "activity", "settings"].indexOf(view)]?.click();
    if (buttons.length > 0) clearInterval(find);
  }, 20);
}
