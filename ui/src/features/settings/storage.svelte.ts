import type { FolderCheck, StoragePlan } from "../../ipc/bindings";
import type { Client } from "../../ipc/client";
import { Attempt } from "../../state/attempt.svelte";
import type { SettingsSource } from "./settings.svelte";

/** What a finished change left behind. */
export interface Changed {
  folder: string;
  plan: StoragePlan;
  previous: string | null;
  /** How many of the users found there need a password. */
  withoutPassword: number;
}

/** Changing the storage folder, step by step. */
export class StorageChange {
  /** The chosen folder, looked at. */
  check = $state.raw<FolderCheck | null>(null);
  plan = $state<StoragePlan>("move");
  readonly checking = new Attempt();
  readonly changing = new Attempt();
  changed = $state.raw<Changed | null>(null);
  readonly #client: Client;
  readonly #source: SettingsSource;

  constructor(client: Client, source: SettingsSource) {
    this.#client = client;
    this.#source = source;
  }

  /** Whether the folder may be used at all. */
  get isUsable(): boolean {
    return this.check !== null && this.check.problem === null && !this.check.is_current;
  }

  /** Whether the present data can go there. */
  get canMove(): boolean {
    return this.isUsable && this.check?.accounts.length === 0;
  }

  /** Lets a person choose a folder and looks at it. */
  async choose(): Promise<void> {
    await this.checking.run(async () => {
      const start = this.check?.folder ?? this.#source.settings.storage;
      const folder = await this.#client.chooseFolder(start);
      if (folder === null) return;
      this.changing.clear();
      this.check = await this.#client.call("check_folder", { folder });
      this.plan = this.canMove ? "move" : "switch";
    });
  }

  /** Takes the folder. */
  async submit(): Promise<boolean> {
    const { check, plan } = this;
    if (!check || !this.isUsable) return false;
    return await this.changing.run(async () => {
      const { folder } = check;
      const { previous } = await this.#client.call("change_storage", { folder, plan });
      const missing = check.accounts.filter((account) => !account.has_password);
      this.changed = { folder, plan, previous, withoutPassword: missing.length };
    });
  }

  /** Back to the beginning. */
  reset(): void {
    this.check = null;
    this.changed = null;
    this.checking.clear();
    this.changing.clear();
  }
}
