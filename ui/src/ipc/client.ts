// The only way from the window to the app.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { AppEvent, CommandError, Commands } from "./bindings";

/** Names of commands. */
export type CommandName = keyof Commands;

/** What the views need of the app. Tests hand in another one. */
export interface Client {
  /** Asks the app to do something. Rejects with a `CommandError`. */
  call<Name extends CommandName>(
    command: Name,
    ...rest: Commands[Name]["arguments"] extends null ? [] : [Commands[Name]["arguments"]]
  ): Promise<Commands[Name]["answer"]>;
  /** Hears of every change until the returned function is called. */
  listen(heard: (event: AppEvent) => void): Promise<() => void>;
  /** Lets a person choose a folder with the system's dialog; null when cancelled. */
  chooseFolder(start: string | null): Promise<string | null>;
}

/** The app that this window belongs to. */
export const client: Client = {
  async call(command, ...rest) {
    return await invoke("call", { command, arguments: rest[0] ?? null });
  },
  async listen(heard) {
    return await listen<AppEvent>("app", ({ payload }) => heard(payload));
  },
  async chooseFolder(start) {
    return await invoke("choose_folder", { start });
  },
};

/** Whatever was thrown, as a `CommandError`. */
export function commandError(thrown: unknown): CommandError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) {
    return thrown as CommandError;
  }
  return { code: "internal", detail: String(thrown) };
}
