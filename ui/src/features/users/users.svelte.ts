import { SvelteMap } from "svelte/reactivity";

import type { FoundAccount, User, UserSizes } from "../../ipc/bindings";
import type { AppState } from "../../state/app.svelte";

/** What there is to show. */
export type Phase = "loading" | "ready" | "not_running" | "failed";

/** How much a user holds; `unreadable` when it could not be asked. */
export type Sizes = UserSizes | "unreadable";

/** What comes after the list of users: how much each holds, and data that nobody has. */
export class UsersState {
  /** By name. They come one after another, because files are opened for them. */
  readonly sizes = new SvelteMap<string, Sizes>();
  /** Data in the storage folder that no user has yet. */
  found = $state.raw<FoundAccount[]>([]);

  readonly #app: AppState;
  /** Counts what was begun: an answer to an older question is of no use. */
  #round = 0;

  constructor(app: AppState) {
    this.#app = app;
  }

  get phase(): Phase {
    const { status, users, usersError } = this.#app;
    if (status.state !== "running") return "not_running";
    if (users !== null) return "ready";
    return usersError === null ? "loading" : "failed";
  }

  /** Asks for what belongs to a list of users. What is shown stays until the answers come. */
  async follow(users: User[]): Promise<void> {
    const round = ++this.#round;
    const names = users.map((user) => user.name);
    for (const name of [...this.sizes.keys()]) {
      if (!names.includes(name)) this.sizes.delete(name);
    }
    await Promise.all([this.#askFound(names, round), this.#askSizes(users, round)]);
  }

  /** Asks for nothing more. */
  stop(): void {
    this.#round += 1;
  }

  async #askSizes(users: User[], round: number): Promise<void> {
    for (const { name } of users) {
      const answer = await this.#app.call("user_sizes", { name });
      if (round !== this.#round) return;
      this.sizes.set(name, answer.ok ? answer.value : "unreadable");
    }
  }

  async #askFound(names: string[], round: number): Promise<void> {
    const answer = await this.#app.call("check_folder", { folder: this.#app.settings.storage });
    if (round !== this.#round) return;
    // Without an answer the list of users is still worth showing.
    const accounts = answer.ok ? answer.value.accounts : [];
    this.found = accounts.filter(({ name, has_password: has }) => !has && !names.includes(name));
  }
}

/** Whether name and password of a user can be changed here, and the user removed. */
export function isChangeable({ origin, state }: User): boolean {
  // Those of the environment are changed there. One whose variable is gone can
  // be taken over.
  return origin.kind === "person" || state === "inactive";
}
