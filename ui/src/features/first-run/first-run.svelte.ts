import type { CommandError, FolderCheck, FoundAccount } from "../../ipc/bindings";
import type { AppState } from "../../state/app.svelte";

/** Errors that no other name or password would mend. */
const NOBODYS_FAULT: CommandError["code"][] = ["not_running", "busy", "system", "internal"];

/** The steps in their order. */
export const STEPS = ["folder", "users", "done"] as const;

/** A step of the first run. */
export type Step = (typeof STEPS)[number];

/** A user to add: a new one, or one whose data was found. */
export class UserToAdd {
  name = $state("");
  password = $state("");
  /** Whether the name is that of found data and stays. */
  readonly isFound: boolean;
  /** Why it was refused. */
  error = $state.raw<CommandError | null>(null);
  /** Whether it is an account by now. */
  isAdded = $state(false);

  constructor(name = "") {
    this.name = name;
    this.isFound = name !== "";
  }

  /** Whether the error is about the name rather than the password. */
  get isNameWrong(): boolean {
    return this.error !== null && this.error.code !== "password_refused";
  }
}

/** The first run: a folder, somebody who syncs, the address. */
export class FirstRunState {
  readonly app: AppState;
  step = $state<Step>("folder");
  folder = $state("");
  check = $state.raw<FolderCheck | null>(null);
  users = $state.raw<UserToAdd[]>([]);
  /** Whether something was asked of the app and not yet answered. */
  isBusy = $state(false);
  /** Why the step was not done. */
  error = $state.raw<CommandError | null>(null);
  /** Whether no password was given at all. */
  isAllEmpty = $state(false);
  #checks = 0;

  constructor(app: AppState) {
    this.app = app;
    this.folder = app.defaultStorage;
  }

  /** Accounts in the folder that keep their passwords. */
  get kept(): FoundAccount[] {
    return this.check?.accounts.filter(({ has_password }) => has_password) ?? [];
  }

  /** Whether the step can be done: accounts need a server that runs. */
  get mayGoOn(): boolean {
    if (this.step === "users") return this.app.status.state !== "failed";
    return this.step === "done" || (this.check !== null && this.check.problem === null);
  }

  /** Whether it is another folder than the suggested one. */
  get isOtherFolder(): boolean {
    return this.folder !== this.app.defaultStorage;
  }

  /** Looks at a folder, and takes it if nothing speaks against that. */
  async look(folder: string): Promise<void> {
    const check = ++this.#checks;
    this.folder = folder;
    this.check = null;
    this.error = null;
    const answer = await this.app.call("check_folder", { folder });
    if (check !== this.#checks) return;
    if (answer.ok) this.check = answer.value;
    else this.error = answer.error;
  }

  /** Lets a person choose a folder. */
  async choose(): Promise<void> {
    const chosen = await this.app.client.chooseFolder(this.folder);
    if (chosen !== null) await this.look(chosen);
  }

  /** Goes on from the step that is shown. */
  async next(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = null;
    if (this.step === "folder") await this.#takeFolder();
    else if (this.step === "users") await this.#addUsers();
    this.isBusy = false;
  }

  /** Goes back to the folder. */
  back(): void {
    this.error = null;
    this.isAllEmpty = false;
    if (this.step === "users") this.step = "folder";
  }

  /** Another suggestion for a password. */
  async suggest(user: UserToAdd): Promise<void> {
    const answer = await this.app.call("suggest_password");
    if (answer.ok) user.password = answer.value.password;
  }

  async #takeFolder(): Promise<void> {
    const { check } = this;
    if (!check || check.problem !== null) return;
    const answer = await this.app.call("set_up", { folder: check.folder });
    if (!answer.ok) {
      this.error = answer.error;
      return;
    }
    const found = check.accounts.filter(({ has_password }) => !has_password);
    const wanted = found.length > 0 ? found.map(({ name }) => name) : [""];
    this.users = this.kept.length > 0 && found.length === 0 ? [] : this.#keepTyped(wanted);
    await Promise.all(
      this.users.filter(({ password }) => password === "").map((user) => this.suggest(user)),
    );
    this.step = "users";
  }

  /** What was typed before going back is still there afterwards. */
  #keepTyped(wanted: string[]): UserToAdd[] {
    return wanted.map(
      (name) =>
        this.users.find((user) => (user.isFound ? user.name : "") === name) ?? new UserToAdd(name),
    );
  }

  async #addUsers(): Promise<void> {
    this.isAllEmpty = false;
    const wanted = this.users.filter(
      ({ isFound, isAdded, password }) => !isAdded && !(isFound && password === ""),
    );
    const hasSomebody = this.kept.length > 0 || this.users.some(({ isAdded }) => isAdded);
    if (wanted.length === 0 && !hasSomebody) {
      this.isAllEmpty = true;
      return;
    }
    for (const user of wanted) {
      const name = user.name.trim();
      const answer = await this.app.call("add_user", { name, password: user.password });
      user.error = null;
      user.isAdded = answer.ok;
      if (answer.ok) continue;
      if (NOBODYS_FAULT.includes(answer.error.code)) this.error = answer.error;
      else user.error = answer.error;
    }
    if (!wanted.every(({ isAdded }) => isAdded)) return;
    const answer = await this.app.call("finish_set_up");
    if (answer.ok) this.step = "done";
    else this.error = answer.error;
  }
}
