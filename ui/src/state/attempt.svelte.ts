import type { CommandError } from "../ipc/bindings";
import { commandError } from "../ipc/client";

/** Something that a person asked for: whether it is under way, and why it failed. */
export class Attempt {
  isBusy = $state(false);
  error = $state.raw<CommandError | null>(null);

  /** Does it, unless it is being done already. Returns whether it succeeded. */
  async run(action: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.error = null;
    try {
      await action();
      return true;
    } catch (thrown) {
      this.error = commandError(thrown);
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  /** Forgets why it failed. */
  clear(): void {
    this.error = null;
  }
}
