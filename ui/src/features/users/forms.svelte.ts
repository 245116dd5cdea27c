import type { Device, RemovedUser, User } from "../../ipc/bindings";
import { type Client, commandError } from "../../ipc/client";
import { Attempt } from "../../state/attempt.svelte";

/** A password as it is being chosen. */
export class PasswordChoice {
  password = $state("");
  isShown = $state(false);
  readonly suggesting = new Attempt();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Puts a password there that is easy to read, and shows it. */
  async suggest(): Promise<void> {
    await this.suggesting.run(async () => {
      const { password } = await this.#client.call("suggest_password");
      this.password = password;
      this.isShown = true;
    });
  }
}

/** Adding a user, or giving data that was found its user. */
export class AddUser {
  name = $state("");
  readonly choice: PasswordChoice;
  readonly attempt = new Attempt();
  /** Whether the name is that of found data and cannot be chosen. */
  readonly isTakeOver: boolean;
  /** The finished user; the only moment at which the password can be seen. */
  added = $state.raw<{ name: string; password: string } | null>(null);
  readonly #client: Client;

  constructor(client: Client, found: string | null = null) {
    this.#client = client;
    this.choice = new PasswordChoice(client);
    this.isTakeOver = found !== null;
    this.name = found ?? "";
  }

  async submit(): Promise<boolean> {
    // A blank before or behind it is a slip of the finger; the server drops it as well.
    const name = this.name.trim();
    const { password } = this.choice;
    return await this.attempt.run(async () => {
      await this.#client.call("add_user", { name, password });
      this.added = { name, password };
    });
  }
}

/** What becomes of the signed-in devices when a password changes. */
export type DevicesAfter = "sign_out" | "keep";

/** Changing a user's password. */
export class ChangePassword {
  readonly user: User;
  readonly choice: PasswordChoice;
  readonly attempt = new Attempt();
  devices = $state<DevicesAfter>("sign_out");
  /** What was set; the only moment at which the password can be seen. */
  changed = $state.raw<{ password: string; devices: DevicesAfter } | null>(null);
  readonly #client: Client;

  constructor(client: Client, user: User) {
    this.#client = client;
    this.user = user;
    this.choice = new PasswordChoice(client);
  }

  async submit(): Promise<boolean> {
    const { password } = this.choice;
    const { devices } = this;
    return await this.attempt.run(async () => {
      await this.#client.call("set_password", {
        name: this.user.name,
        password,
        keep_devices: devices === "keep",
      });
      this.changed = { password, devices };
    });
  }
}

/** Renaming a user. */
export class RenameUser {
  readonly user: User;
  name = $state("");
  readonly attempt = new Attempt();
  readonly #client: Client;

  constructor(client: Client, user: User) {
    this.#client = client;
    this.user = user;
    this.name = user.name;
  }

  async submit(): Promise<boolean> {
    const newName = this.name.trim();
    if (newName === this.user.name) return true;
    return await this.attempt.run(async () => {
      await this.#client.call("rename_user", { name: this.user.name, new_name: newName });
    });
  }
}

/** Keeping a user from syncing for a while. */
export class DisableUser {
  readonly user: User;
  readonly attempt = new Attempt();
  readonly #client: Client;

  constructor(client: Client, user: User) {
    this.#client = client;
    this.user = user;
  }

  async submit(): Promise<boolean> {
    return await this.attempt.run(async () => {
      await this.#client.call("switch_user", { name: this.user.name, enabled: false });
    });
  }
}

/** Removing a user. */
export class RemoveUser {
  readonly user: User;
  readonly attempt = new Attempt();
  /** Where the data went. */
  removed = $state.raw<RemovedUser | null>(null);
  readonly #client: Client;

  constructor(client: Client, user: User) {
    this.#client = client;
    this.user = user;
  }

  async submit(): Promise<boolean> {
    return await this.attempt.run(async () => {
      this.removed = await this.#client.call("remove_user", { name: this.user.name });
    });
  }
}

/** Signing one device of a user out, or all. */
export class SignOut {
  readonly user: User;
  /** All of the user's devices when null. */
  readonly device: Device | null;
  readonly attempt = new Attempt();
  readonly #client: Client;

  constructor(client: Client, user: User, device: Device | null) {
    this.#client = client;
    this.user = user;
    this.device = device;
  }

  async submit(): Promise<boolean> {
    return await this.attempt.run(async () => {
      const device = this.device?.id ?? null;
      try {
        await this.#client.call("sign_out", { name: this.user.name, device });
      } catch (thrown) {
        // Gone already is what was asked for.
        if (commandError(thrown).code !== "unknown_device") throw thrown;
      }
    });
  }
}
