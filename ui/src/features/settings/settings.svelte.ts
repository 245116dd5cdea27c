import type { CommandError, Reach, Settings } from "../../ipc/bindings";
import { type Client, commandError } from "../../ipc/client";
import { Attempt } from "../../state/attempt.svelte";

/** Where the present settings are to be had. */
export interface SettingsSource {
  settings: Settings;
}

/** Settings that are kept as soon as they are touched: they disturb nobody. */
export type Harmless = Pick<
  Settings,
  "starts_with_computer" | "starts_hidden" | "language" | "theme"
>;

/** Saves such settings. What was chosen shows at once, and goes back if that fails. */
export class InstantSettings {
  /** Why the last change was not kept. */
  error = $state.raw<CommandError | null>(null);
  #chosen = $state.raw<Partial<Harmless>>({});
  /** One after another: each holds all settings, so two at once would undo one another. */
  #last: Promise<void> = Promise.resolve();
  readonly #client: Client;
  readonly #source: SettingsSource;

  constructor(client: Client, source: SettingsSource) {
    this.#client = client;
    this.#source = source;
  }

  /** A setting as it is chosen. */
  value<Field extends keyof Harmless>(field: Field): Harmless[Field] {
    return { ...this.#source.settings, ...this.#chosen }[field];
  }

  async set<Field extends keyof Harmless>(field: Field, value: Harmless[Field]): Promise<void> {
    this.#chosen = { ...this.#chosen, [field]: value };
    const saved = this.#last.then(() => this.#save());
    this.#last = saved;
    await saved;
  }

  async #save(): Promise<void> {
    const chosen = this.#chosen;
    const settings = { ...this.#source.settings, ...chosen };
    try {
      await this.#client.call("save_settings", settings);
      // The app tells the same, perhaps a moment later.
      this.#source.settings = settings;
      this.error = null;
    } catch (thrown) {
      this.error = commandError(thrown);
    }
    // From here on the settings themselves say what holds.
    if (this.#chosen === chosen) this.#chosen = {};
  }
}

/** The fields whose change restarts the server. */
export type NetworkField = "reach" | "port" | "address" | "upload_limit_mib";

/** What is wrong with a field. */
export type NetworkProblem = "invalid" | "refused";

/** Limits of an upload, in mebibytes. */
export const MOST_MIB = 100_000;

/** The network settings as they are being changed, until they are saved. */
export class NetworkForm {
  reach = $state<Reach>("local_networks");
  port = $state("");
  address = $state("");
  limit = $state("");
  readonly attempt = new Attempt();
  /** Whether somebody tried to save: errors before that would scold while typing. */
  wasTried = $state(false);
  readonly #client: Client;
  readonly #source: SettingsSource;

  constructor(client: Client, source: SettingsSource) {
    this.#client = client;
    this.#source = source;
    this.discard();
  }

  /** Takes the present settings over. */
  discard(): void {
    const { reach, port, address, upload_limit_mib: limit } = this.#source.settings;
    this.reach = reach;
    this.port = String(port);
    this.address = address ?? "";
    this.limit = String(limit);
    this.wasTried = false;
    this.attempt.clear();
  }

  /** Whether something is not saved yet. */
  get isChanged(): boolean {
    const { reach, port, address, upload_limit_mib: limit } = this.#source.settings;
    return (
      this.reach !== reach ||
      this.port.trim() !== String(port) ||
      this.address.trim() !== (address ?? "") ||
      this.limit.trim() !== String(limit)
    );
  }

  /** Whether the port is one that systems keep for administrators. */
  get isPortLow(): boolean {
    const port = wholeNumber(this.port, 1, 65_535);
    return port !== null && port < 1024;
  }

  /** What is wrong with each field. */
  get problems(): Partial<Record<NetworkField, NetworkProblem>> {
    const problems: Partial<Record<NetworkField, NetworkProblem>> = {};
    const { error } = this.attempt;
    if (error?.code === "setting_refused" && isNetworkField(error.field)) {
      problems[error.field] = "refused";
    }
    if (!this.wasTried) return problems;
    if (wholeNumber(this.port, 1, 65_535) === null) problems.port = "invalid";
    if (wholeNumber(this.limit, 1, MOST_MIB) === null) problems.upload_limit_mib = "invalid";
    if (this.address.trim() !== "" && !looksLikeAddress(this.address.trim())) {
      problems.address = "invalid";
    }
    return problems;
  }

  /** Why saving failed, when that is not about one field. */
  get restError(): CommandError | null {
    const { error } = this.attempt;
    return error?.code === "setting_refused" && isNetworkField(error.field) ? null : error;
  }

  async save(): Promise<boolean> {
    this.wasTried = true;
    this.attempt.clear();
    const port = wholeNumber(this.port, 1, 65_535);
    const limit = wholeNumber(this.limit, 1, MOST_MIB);
    if (port === null || limit === null || Object.keys(this.problems).length > 0) return false;
    return await this.attempt.run(async () => {
      const settings = {
        ...this.#source.settings,
        reach: this.reach,
        port,
        address: this.address.trim() || null,
        upload_limit_mib: limit,
      };
      await this.#client.call("save_settings", settings);
      // The app tells the same, perhaps a moment later.
      this.#source.settings = settings;
      this.discard();
    });
  }
}

function isNetworkField(field: string): field is NetworkField {
  return ["reach", "port", "address", "upload_limit_mib"].includes(field);
}

/** The number that a text spells, if it is a whole one within the limits. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,9}$/.test(trimmed)) return null;
  const number = Number(trimmed);
  return number >= least && number <= most ? number : null;
}

/** Whether a text is written like an IP address; the app decides if it is one of its own. */
export function looksLikeAddress(text: string): boolean {
  const parts = text.split(".");
  if (parts.length === 4) return parts.every((part) => wholeNumber(part, 0, 255) !== null);
  return /^[0-9a-f:]*:[0-9a-f:.]*$/i.test(text) && text.split(":").length > 2;
}
