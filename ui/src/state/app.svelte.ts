import type {
  Addresses,
  AppEvent,
  CommandError,
  Commands,
  Ladder,
  Language,
  MoveProgress,
  Quitting,
  RunningSync,
  ServerStatus,
  Settings,
  SettingsNotice,
  Snapshot,
  User,
} from "../ipc/bindings";
import { commandError, type Client, type CommandName } from "../ipc/client";
import { Texts } from "../text/texts.svelte";
import { Clock } from "./clock.svelte";

/** What a command answered, or why not. */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; error: CommandError };

type Rest<Name extends CommandName> = Commands[Name]["arguments"] extends null
  ? []
  : [Commands[Name]["arguments"]];

/** The views of the side bar. */
export type ViewName = "home" | "users" | "activity" | "settings";

/** What the window knows of the app. Events keep it true; nothing polls. */
export class AppState {
  readonly client: Client;
  readonly texts: Texts;
  readonly clock = new Clock();
  readonly version: string;
  readonly hasTray: boolean;
  readonly defaultStorage: string;
  readonly systemLanguage: Language;

  status = $state.raw<ServerStatus>({ state: "stopped" });
  addresses = $state.raw<Addresses>({ all: [], outdated: null });
  syncing = $state.raw<RunningSync[]>([]);
  ladder = $state.raw<Ladder | null>(null);
  settings: Settings;
  settingsNotice = $state.raw<SettingsNotice | null>(null);
  moving = $state.raw<MoveProgress | null>(null);
  quitting = $state.raw<Quitting>("no");

  /** All accounts; null until they are known. */
  users = $state.raw<User[] | null>(null);
  /** Why the accounts could not be read the last time. */
  usersError = $state.raw<CommandError | null>(null);
  /** The view that is shown. */
  view = $state<ViewName>("home");
  /** Whether the first view should show how to connect a device, when it comes next. */
  wantsToConnect = false;
  /** What the window says went wrong, until somebody puts it away. */
  failure = $state.raw<CommandError | null>(null);

  #hearers: ((event: AppEvent) => void)[] = [];
  #stopListening: (() => void) | undefined;
  #usersAsked = 0;

  private constructor(client: Client, snapshot: Snapshot) {
    this.client = client;
    this.version = snapshot.version;
    this.hasTray = snapshot.has_tray;
    this.defaultStorage = snapshot.default_storage;
    this.systemLanguage = snapshot.system_language;
    this.status = snapshot.status;
    this.addresses = snapshot.addresses;
    this.syncing = snapshot.syncing;
    this.ladder = snapshot.ladder;
    this.settings = $state.raw(snapshot.settings);
    this.settingsNotice = snapshot.settings_notice;
    this.moving = snapshot.moving;
    this.quitting = snapshot.quitting;
    this.texts = new Texts(() => this.settings.language ?? this.systemLanguage);
  }

  /**
   * Asks the app for everything and follows it from then on. Rejects with a
   * `CommandError`.
   */
  static async open(client: Client): Promise<AppState> {
    // Events that come before the answer are older than it or repeat it, or they
    // are newer: applied in their order, the last one of each kind is right.
    const early: AppEvent[] = [];
    let hear = (event: AppEvent): void => void early.push(event);
    const stopListening = await client.listen((event) => hear(event));
    try {
      const app = new AppState(client, await client.call("snapshot"));
      app.#stopListening = stopListening;
      hear = (event) => app.#apply(event);
      early.forEach(hear);
      void app.loadUsers();
      return app;
    } catch (thrown) {
      stopListening();
      throw commandError(thrown);
    }
  }

  /** Hears no more of the app. */
  close(): void {
    this.#stopListening?.();
    this.#hearers = [];
  }

  /** Hears of every event after it was applied, until the returned function is called. */
  onEvent(heard: (event: AppEvent) => void): () => void {
    this.#hearers = [...this.#hearers, heard];
    return () => {
      this.#hearers = this.#hearers.filter((one) => one !== heard);
    };
  }

  /** Asks the app to do something; the caller shows the error. */
  async call<Name extends CommandName>(
    command: Name,
    ...rest: Rest<Name>
  ): Promise<Answer<Commands[Name]["answer"]>> {
    try {
      return { ok: true, value: await this.client.call(command, ...rest) };
    } catch (thrown) {
      return { ok: false, error: commandError(thrown) };
    }
  }

  /** Asks the app to do something; the window shows the error. Tells whether it was done. */
  async attempt<Name extends CommandName>(command: Name, ...rest: Rest<Name>): Promise<boolean> {
    const answer = await this.call(command, ...rest);
    this.failure = answer.ok ? null : answer.error;
    return answer.ok;
  }

  /** Puts a text onto the clipboard. Can be handed on as it is. */
  readonly copyText = (text: string): Promise<boolean> => this.attempt("copy_text", { text });

  /** Puts an address onto the clipboard; the app remembers which one. */
  readonly copyAddress = (url: string): Promise<boolean> => this.attempt("copy_address", { url });

  /** Reads the accounts anew. */
  async loadUsers(): Promise<void> {
    const asked = ++this.#usersAsked;
    const answer = await this.call("users");
    // An answer that was overtaken by a later question is out of date.
    if (asked !== this.#usersAsked) return;
    if (answer.ok) this.users = answer.value;
    this.usersError = answer.ok ? null : answer.error;
  }

  /** The address that is shown large; null while the server does not run. */
  get mainAddress(): string | null {
    return this.addresses.all[0]?.url ?? null;
  }

  #apply(event: AppEvent): void {
    switch (event.event) {
      case "status":
        this.status = event.value;
        if (event.value.state === "running") void this.loadUsers();
        break;
      case "addresses":
        this.addresses = event.value;
        break;
      case "syncing":
        this.syncing = event.value;
        break;
      case "ladder":
        this.ladder = event.value;
        break;
      case "settings":
        this.settings = event.value;
        break;
      case "moving":
        this.moving = event.value;
        break;
      case "quitting":
        this.quitting = event.value;
        break;
      case "users_changed":
      case "sync_ended":
        void this.loadUsers();
        break;
      case "log_lines":
        break;
    }
    for (const heard of this.#hearers) heard(event);
  }
}
