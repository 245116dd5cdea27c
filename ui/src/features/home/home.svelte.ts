import type { Address, AddressKind, CommandError, SyncRow } from "../../ipc/bindings";
import type { AppState } from "../../state/app.svelte";

/** How many ended syncs the first view lists. */
const LISTED = 5;

/** Kinds of addresses that are seldom what somebody looks for. */
const FOLDED: AddressKind[] = ["virtual", "this_computer"];

/** What the first view knows beyond the state of the app. */
export class HomeState {
  readonly app: AppState;
  /** The syncs that ended last; null until they are known. */
  lastSyncs = $state.raw<SyncRow[] | null>(null);
  /** Why they could not be read. */
  lastSyncsError = $state.raw<CommandError | null>(null);
  /** Whether every other address is shown. */
  showsAll = $state(false);
  /** Whether starting or stopping was asked for and not yet answered. */
  isAsking = $state(false);
  #loads = 0;

  constructor(app: AppState) {
    this.app = app;
  }

  /** Follows the app until the returned function is called. */
  follow(): () => void {
    void this.loadSyncs();
    return this.app.onEvent((event) => {
      if (event.event === "sync_ended" && this.lastSyncs) {
        this.lastSyncs = [event.value, ...this.lastSyncs].slice(0, LISTED);
      }
      if (event.event === "status" && event.value.state === "running") void this.loadSyncs();
      // A renamed or removed account has other names in the list.
      if (event.event === "users_changed") void this.loadSyncs();
    });
  }

  /** Reads the ended syncs anew. */
  async loadSyncs(): Promise<void> {
    const load = ++this.#loads;
    const answer = await this.app.call("syncs", { user: null, limit: LISTED });
    if (load !== this.#loads) return;
    if (answer.ok) this.lastSyncs = answer.value;
    this.lastSyncsError = answer.ok ? null : answer.error;
  }

  /** The address that is shown large. */
  get main(): Address | null {
    return this.app.addresses.all[0] ?? null;
  }

  /** The addresses below it that are listed. */
  get others(): Address[] {
    const others = this.app.addresses.all.slice(1);
    return this.showsAll ? others : others.filter(({ kind }) => !FOLDED.includes(kind));
  }

  /** How many addresses there are below the large one. */
  get otherCount(): number {
    return Math.max(0, this.app.addresses.all.length - 1);
  }

  /** Whether some of them are seldom needed. */
  get hasFolded(): boolean {
    return this.app.addresses.all.slice(1).some(({ kind }) => FOLDED.includes(kind));
  }

  /** Whether it is known that there is nobody who could sync. */
  get hasNoUser(): boolean {
    return this.app.users?.length === 0;
  }

  /** Starts the server. */
  async start(): Promise<void> {
    await this.#ask("start_server");
  }

  /** Stops the server. */
  async stop(): Promise<void> {
    await this.#ask("stop_server");
  }

  async #ask(command: "start_server" | "stop_server"): Promise<void> {
    this.isAsking = true;
    await this.app.attempt(command);
    this.isAsking = false;
  }
}
