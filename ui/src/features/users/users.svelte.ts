import { SvelteMap } from "svelte/reactivity";

import type { AppEvent, CommandError, FoundAccount, User, UserSizes } from "../../ipc/bindings";
import { type Client, commandError } from "../../ipc/client";

/** What there is to show. */
export type Phase = "loading" | "ready" | "not_running" | "failed";

/** How much a user holds; `unreadable` when it could not be asked. */
export type Sizes = UserSizes | "unreadable";

/** All users as the server has them, kept up to date while the view is open. */
export class UsersState {
  phase = $state<Phase>("loading");
  users = $state.raw<User[]>([]);
  /** By name. They come one after another, after the list: files are opened for them. */
  readonly sizes = new SvelteMap<string, Sizes>();
  /** Data in the storage folder that no user has yet. */
  found = $state.raw<FoundAccount[]>([]);
  /** Why the list could not be read. */
  error = $state.raw<CommandError | null>(null);

  readonly #client: Client;
  /** Counts what was begun: an answer to an older question is of no use. */
  #round = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads everything anew. What is shown stays until the answer is there. */
  async load(storage: string): Promise<void> {
    const round = ++this.#round;
    if (this.phase !== "ready") this.phase = "loading";
    try {
      const users = await this.#client.call("users");
      if (round !== this.#round) return;
      this.users = users;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (round !== this.#round) return;
      this.error = commandError(thrown);
      this.phase = this.error.code === "not_running" ? "not_running" : "failed";
      return;
    }
    this.#forgetSizesOfOthers();
    await Promise.all([this.#loadFound(storage, round), this.#loadSizes(round)]);
  }

  /** The server does not run any more, or not yet. */
  pause(): void {
    this.#round += 1;
    this.phase = "not_running";
  }

  /** Follows what the app tells. */
  heard(event: AppEvent, storage: string): void {
    if (event.event === "users_changed" || event.event === "sync_ended") void this.load(storage);
  }

  async #loadSizes(round: number): Promise<void> {
    for (const { name } of this.users) {
      let sizes: Sizes;
      try {
        sizes = await this.#client.call("user_sizes", { name });
      } catch {
        // The list is worth showing without them.
        sizes = "unreadable";
      }
      if (round !== this.#round) return;
      this.sizes.set(name, sizes);
    }
  }

  async #loadFound(storage: string, round: number): Promise<void> {
    let found: FoundAccount[];
    try {
      const check = await this.#client.call("check_folder", { folder: storage });
      found = check.accounts.filter((account) => !account.has_password);
    } catch {
      found = [];
    }
    if (round !== this.#round) return;
    const known = new Set(this.users.map((user) => user.name));
    this.found = found.filter((account) => !known.has(account.name));
  }

  #forgetSizesOfOthers(): void {
    const names = new Set(this.users.map((user) => user.name));
    for (const name of this.sizes.keys()) {
      if (!names.has(name)) this.sizes.delete(name);
    }
  }
}

/** What a person may do with a user. */
export interface Possible {
  rename: boolean;
  setPassword: boolean;
  remove: boolean;
}

/**
 * Users that an environment variable sets up are changed there. One whose
 * variable is gone can be taken over.
 */
export function possible({ origin, state }: User): Possible {
  const isFree = origin.kind === "person" || state === "inactive";
  return { rename: isFree, setPassword: isFree, remove: isFree };
}
