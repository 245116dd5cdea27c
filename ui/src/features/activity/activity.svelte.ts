import type { AppEvent, CommandError, SyncRow } from "../../ipc/bindings";
import { type Client, commandError } from "../../ipc/client";

/** What there is to show. */
export type Phase = "loading" | "ready" | "not_running" | "failed";

/** Rows that are asked for at first, and with each "more". */
export const PAGE = 50;

/** The syncs that ended, the newest first, growing while the view is open. */
export class ActivityState {
  phase = $state<Phase>("loading");
  rows = $state.raw<SyncRow[]>([]);
  /** Only syncs of this user; of all when null. */
  user = $state<string | null>(null);
  hasMore = $state(false);
  isLoadingMore = $state(false);
  error = $state.raw<CommandError | null>(null);

  readonly #client: Client;
  #limit = PAGE;
  #round = 0;
  /** Heard while an answer was awaited that may not have them yet. */
  #heardMeanwhile: SyncRow[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  /** Reads the history anew. */
  async load(): Promise<void> {
    if (this.phase !== "ready") this.phase = "loading";
    await this.#read();
  }

  /** Shows the syncs of one user, or of all. */
  async filter(user: string | null): Promise<void> {
    this.user = user;
    this.#limit = PAGE;
    await this.#read();
  }

  /** Shows older ones as well. */
  async more(): Promise<void> {
    if (this.isLoadingMore) return;
    this.isLoadingMore = true;
    this.#limit += PAGE;
    try {
      await this.#read();
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** Follows what the app tells. */
  heard(event: AppEvent): void {
    if (event.event === "sync_ended") {
      this.#heardMeanwhile.push(event.value);
      if (this.phase === "ready") this.rows = this.#with(this.rows, [event.value]);
    } else if (event.event === "users_changed") {
      // A rename shows in older rows too.
      void this.load();
    }
  }

  async #read(): Promise<void> {
    const round = ++this.#round;
    const limit = this.#limit;
    this.#heardMeanwhile = [];
    try {
      const rows = await this.#client.call("syncs", { user: this.user, limit });
      if (round !== this.#round) return;
      this.rows = this.#with(rows, this.#heardMeanwhile);
      this.hasMore = rows.length >= limit;
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      if (round !== this.#round) return;
      this.error = commandError(thrown);
      this.phase = this.error.code === "not_running" ? "not_running" : "failed";
    }
  }

  #with(rows: SyncRow[], more: SyncRow[]): SyncRow[] {
    const known = rows.map(keyOf);
    const added = more.filter(
      (row) => !known.includes(keyOf(row)) && (this.user === null || row.user === this.user),
    );
    return [...added.reverse(), ...rows];
  }
}

/** What tells a row from all others. */
export function keyOf(row: SyncRow): string {
  const { app } = row;
  return [row.started, row.duration_ms, row.user, row.kind, app.name, app.version].join("\n");
}
