import type { LadderProblem, Rung, User } from "../../../ipc/bindings";
import type { AppState } from "../../../state/app.svelte";

/** What a person can connect. */
export type DeviceKind = "computer" | "android" | "iphone";

/** How a rung stands. */
export type RungState = "done" | "failed" | "open";

/** The rungs in their order. */
export const RUNGS = [
  "reached",
  "right_path",
  "known_user",
  "password_accepted",
  "synced",
] as const satisfies Rung[];

/** After this long without a sign of a device, the usual reasons are shown. */
const PATIENCE_MS = 45_000;

/** Connecting a device: for whom, which kind, and how far it got. */
export class ConnectState {
  readonly app: AppState;
  /** Whether the steps are shown; by itself only while nobody has a device. */
  isOpen = $state(false);
  /** Whether the usual reasons are shown. */
  showsHints = $state(false);
  #device = $state<DeviceKind>("computer");
  #chosen = $state<string | null>(null);
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(app: AppState) {
    this.app = app;
    if (app.wantsToConnect || !app.users?.some(({ devices }) => devices.length > 0)) this.open();
    app.wantsToConnect = false;
  }

  /** Shows the steps and begins to wait. */
  open(): void {
    this.isOpen = true;
    this.#wait();
  }

  /** Hides the steps. */
  close(): void {
    this.isOpen = false;
    clearTimeout(this.#patience);
  }

  /** The kind of device that is being connected. */
  get device(): DeviceKind {
    return this.#device;
  }

  set device(device: DeviceKind) {
    this.#device = device;
    void this.again();
  }

  /** Forgets the device that was there last and waits for another one. */
  async again(): Promise<void> {
    this.showsHints = false;
    this.#wait();
    await this.app.attempt("reset_ladder");
  }

  /** Those who may sync. */
  get users(): User[] {
    return (this.app.users ?? []).filter(({ state }) => state === "enabled");
  }

  /** Whose name the steps contain. */
  get user(): string {
    const names = this.users.map(({ name }) => name);
    return names.find((name) => name === this.#chosen) ?? names[0] ?? "";
  }

  set user(name: string) {
    this.#chosen = name;
  }

  /** How a rung stands for the device that was heard from last. */
  rung(rung: Rung): RungState {
    const { ladder } = this.app;
    if (!ladder) return "open";
    const height = RUNGS.indexOf(ladder.rung);
    const at = RUNGS.indexOf(rung);
    if (at <= height) return "done";
    return ladder.problem && at === height + 1 ? "failed" : "open";
  }

  /** Where Users has the remedy, rather than the device. */
  get isForUsers(): boolean {
    const code: LadderProblem["code"] | undefined = this.app.ladder?.problem?.code;
    return code === "unknown_name" || code === "wrong_password" || code === "disabled";
  }

  /** Waits for nothing any more. */
  stop(): void {
    clearTimeout(this.#patience);
  }

  #wait(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      if (!this.app.ladder) this.showsHints = true;
    }, PATIENCE_MS);
  }
}
