import type { AppEvent, CommandError, Commands } from "../ipc/bindings";
import type { Client, CommandName } from "../ipc/client";
import { anna, annaSizes, ben, emptyFolder, running, syncRows } from "./fixtures";

/** A command that was asked for. */
export interface Asked {
  command: CommandName;
  arguments: unknown;
}

type Answers = {
  [Name in CommandName]: (
    asked: Commands[Name]["arguments"],
  ) => Commands[Name]["answer"] | Promise<Commands[Name]["answer"]>;
};

/** An app of typed answers for the tests of views. */
export class TestClient implements Client {
  /** What was asked for, in order. */
  readonly asked: Asked[] = [];
  /** What the dialog for folders gives. */
  chosenFolder: string | null = null;
  readonly #answers: Answers;
  #hearers: ((event: AppEvent) => void)[] = [];

  constructor(answers: Partial<Answers> = {}) {
    this.#answers = { ...usual, ...answers };
  }

  async call<Name extends CommandName>(
    command: Name,
    ...rest: Commands[Name]["arguments"] extends null ? [] : [Commands[Name]["arguments"]]
  ): Promise<Commands[Name]["answer"]> {
    const given = (rest[0] ?? null) as Commands[Name]["arguments"];
    this.asked.push({ command, arguments: given });
    return await this.#answers[command](given);
  }

  async listen(heard: (event: AppEvent) => void): Promise<() => void> {
    this.#hearers.push(heard);
    return () => {
      this.#hearers = this.#hearers.filter((one) => one !== heard);
    };
  }

  async chooseFolder(): Promise<string | null> {
    return this.chosenFolder;
  }

  /** Lets the app tell of a change. */
  emit(event: AppEvent): void {
    for (const heard of this.#hearers) heard(event);
  }

  /** The arguments of every call of a command. */
  calls(command: CommandName): unknown[] {
    return this.asked.filter((one) => one.command === command).map((one) => one.arguments);
  }
}

/** Lets a command fail. */
export function refuse(error: CommandError): () => never {
  return () => {
    throw error;
  };
}

const done = () => null;

const usual: Answers = {
  snapshot: () => running,
  start_server: done,
  stop_server: done,
  use_port: done,
  copy_address: done,
  copy_text: done,
  reset_ladder: done,
  quit: done,
  users: () => [anna, ben],
  user_sizes: () => annaSizes,
  suggest_password: () => ({ password: "maple-river-stone-42" }),
  add_user: done,
  rename_user: done,
  set_password: done,
  switch_user: done,
  remove_user: () => ({ folder: "/home/anna/.syncserver/.removed/2026-11-23 anna" }),
  sign_out: done,
  syncs: () => syncRows,
  log: () => ({ lines: ["2026-11-23T14:05:00Z  INFO listening"], folder: "/home/anna/logs" }),
  support_report: () => ({ text: "Anki Sync Tray 0.1.0" }),
  check_folder: ({ folder }) => ({ ...emptyFolder, folder }),
  change_storage: () => ({ previous: null }),
  open_folder: done,
  save_settings: done,
  set_up: done,
  finish_set_up: done,
};
