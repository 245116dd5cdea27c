import { render } from "@testing-library/svelte";
import axe from "axe-core";
import type { Component } from "svelte";
import { vi } from "vitest";

import { AppState } from "../state/app.svelte";
import type { TestClient } from "./client";

/** Opens the state on a client, with the accounts already known. */
export async function openApp(client: TestClient): Promise<AppState> {
  const app = await AppState.open(client);
  await vi.waitUntil(() => app.users !== null || app.usersError !== null);
  return app;
}

/** Shows a view on a client, as the shell would. */
export async function renderView(
  view: Component<{ app: AppState }>,
  client: TestClient,
): Promise<{ app: AppState; container: HTMLElement }> {
  const app = await openApp(client);
  const { container } = render(view, { app });
  return { app, container };
}

/**
 * What axe finds wrong, one line each. Contrast needs a real window, and landmarks
 * the main region that the shell puts a view into.
 */
export async function axeProblems(container: Element): Promise<string[]> {
  const { violations } = await axe.run(container, {
    rules: {
      "color-contrast": { enabled: false },
      region: { enabled: false },
      "landmark-no-duplicate-banner": { enabled: false },
      "landmark-unique": { enabled: false },
    },
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html}`),
  );
}
