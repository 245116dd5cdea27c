import type { AppEvent, CommandError } from "../../ipc/bindings";
import { type Client, commandError } from "../../ipc/client";

/** Lines that are read at first. */
export const FIRST_LINES = 500;

/** Lines that are kept: a window that stays open for days must not grow. */
export const MOST_LINES = 2000;

/** The end of the log, growing while it is shown. */
export class LogState {
  phase = $state<"loading" | "ready" | "failed">("loading");
  lines = $state.raw<string[]>([]);
  error = $state.raw<CommandError | null>(null);
  /** Whether the newest line stays in sight; not after scrolling up. */
  isFollowing = $state(true);

  readonly #client: Client;
  #heardMeanwhile: string[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    this.phase = "loading";
    this.#heardMeanwhile = [];
    try {
      const { lines } = await this.#client.call("log", { lines: FIRST_LINES });
      this.lines = joined(lines, this.#heardMeanwhile);
      this.error = null;
      this.phase = "ready";
    } catch (thrown) {
      this.error = commandError(thrown);
      this.phase = "failed";
    }
  }

  /** Follows what the app tells. */
  heard(event: AppEvent): void {
    if (event.event !== "log_lines") return;
    if (this.phase === "ready") this.lines = [...this.lines, ...event.value].slice(-MOST_LINES);
    else this.#heardMeanwhile.push(...event.value);
  }

  /** The view was scrolled so that its end is `distance` pixels below. */
  scrolled(distance: number): void {
    this.isFollowing = distance < 24;
  }
}

/**
 * Lines that were read and lines heard meanwhile, which may be the last of those
 * read.
 */
export function joined(read: string[], heard: string[]): string[] {
  for (let common = Math.min(read.length, heard.length); common > 0; common -= 1) {
    const end = read.slice(-common);
    if (end.every((line, index) => line === heard[index])) {
      return [...read, ...heard.slice(common)];
    }
  }
  return [...read, ...heard];
}
