// Written by a test of src-tauri from its types. Do not edit: run
// `cargo xtask bindings`.

/**
 * An address to type into a client.
 */
export type Address = { 
/**
 * What to type, complete: `http://192.168.1.20:8080/`.
 */
url: string, 
/**
 * What kind of connection it belongs to.
 */
kind: AddressKind, 
/**
 * The system's name of the adapter, such as `wlan0`.
 */
adapter: string, };

/**
 * What kind of connection an address belongs to.
 */
export type AddressKind = "wifi" | "ethernet" | "network" | "tailscale" | "vpn" | "virtual" | "this_computer";

/**
 * An address to put onto the clipboard.
 */
export type AddressToCopy = { 
/**
 * The address as shown.
 */
url: string, };

/**
 * All addresses of the running server. Empty while it does not run.
 */
export type Addresses = { 
/**
 * The most useful first; the first is the one that is shown large.
 */
all: Array<Address>, 
/**
 * The address that was last copied, if it is not among them any more: the
 * devices that it was typed into must be told the new one.
 */
outdated: string | null, };

/**
 * Something changed. Each event carries the new value as a whole.
 */
export type AppEvent = { "event": "status", "value": ServerStatus } | { "event": "addresses", "value": Addresses } | { "event": "syncing", "value": Array<RunningSync> } | { "event": "ladder", "value": Ladder | null } | { "event": "sync_ended", "value": SyncRow } | { "event": "users_changed" } | { "event": "settings", "value": Settings } | { "event": "moving", "value": MoveProgress | null } | { "event": "log_lines", "value": Array<string> } | { "event": "quitting", "value": Quitting };

/**
 * The program on a device, read from what it says of itself.
 */
export type ClientApp = { 
/**
 * `Anki`, `AnkiDroid`, `AnkiMobile`, or what the program calls itself.
 */
name: string, 
/**
 * Its version, such as `26.9.3`; empty when it does not tell.
 */
version: string, 
/**
 * Its system, such as `Windows`, `macOS`, `Linux`, `Android`; empty when it
 * does not tell.
 */
system: string, };

/**
 * A command was refused or failed; nothing has changed.
 */
export type CommandError = { "code": "not_running" } | { "code": "unknown_user", 
/**
 * The name.
 */
name: string, } | { "code": "name_taken", 
/**
 * The name as that account spells it.
 */
name: string, } | { "code": "name_refused", 
/**
 * The rule it breaks.
 */
problem: NameProblem, } | { "code": "password_refused" } | { "code": "unknown_device" } | { "code": "folder_in_the_way", 
/**
 * The folder.
 */
folder: string, } | { "code": "from_environment", 
/**
 * The variable.
 */
variable: string, } | { "code": "folder_refused", 
/**
 * Why.
 */
problem: FolderProblem, } | { "code": "folder_has_accounts" } | { "code": "too_little_space", 
/**
 * What the data takes, in bytes.
 */
needed_bytes: number, 
/**
 * What is free, in bytes.
 */
free_bytes: number, } | { "code": "copy_differs", 
/**
 * The file.
 */
file: string, } | { "code": "settings_from_newer_version" } | { "code": "busy" } | { "code": "setting_refused", 
/**
 * The name of the field.
 */
field: string, } | { "code": "system", 
/**
 * The system's reason.
 */
detail: string, } | { "code": "internal", 
/**
 * What went wrong.
 */
detail: string, };

/**
 * How many objects went one way.
 */
export type Counts = { 
/**
 * Notes.
 */
notes: number, 
/**
 * Cards.
 */
cards: number, 
/**
 * Reviews.
 */
reviews: number, 
/**
 * Notetypes.
 */
notetypes: number, 
/**
 * Decks and their options.
 */
decks: number, 
/**
 * Deleted notes, cards and decks.
 */
deletions: number, 
/**
 * Media files.
 */
media_files: number, 
/**
 * Deleted media files.
 */
media_deletions: number, };

/**
 * A device that is signed in.
 */
export type Device = { 
/**
 * Its number within the server.
 */
id: number, 
/**
 * The program on it.
 */
app: ClientApp, 
/**
 * The address it was last seen at.
 */
address: string, 
/**
 * When it signed in, in milliseconds since the epoch.
 */
created: number, 
/**
 * When it last asked for something, in milliseconds since the epoch.
 */
last_used: number, };

/**
 * A device to sign out.
 */
export type DeviceToSignOut = { 
/**
 * The account.
 */
name: string, 
/**
 * The device; all of the account's when missing.
 */
device: number | null, };

/**
 * Which way most of a running sync goes, as the server sees it.
 */
export type Direction = "receiving" | "sending" | "both";

/**
 * What there is to know about a folder before it is chosen.
 */
export type FolderCheck = { 
/**
 * The folder, spelled out.
 */
folder: string, 
/**
 * Why it cannot be the storage folder.
 */
problem: FolderProblem | null, 
/**
 * What speaks against it.
 */
warnings: Array<FolderWarning>, 
/**
 * Accounts with data in it.
 */
accounts: Array<FoundAccount>, 
/**
 * Whether it is the storage folder already.
 */
is_current: boolean, 
/**
 * Free space, in bytes, where the system tells.
 */
free_bytes: number | null, };

/**
 * Why a folder cannot be the storage folder.
 */
export type FolderProblem = "root" | "anki_data" | "not_writable" | "not_a_folder" | "in_use" | "inside_current" | "not_absolute";

/**
 * A folder to look at before it is chosen.
 */
export type FolderToCheck = { 
/**
 * The folder, which need not exist.
 */
folder: string, };

/**
 * A folder to show in the system's file manager.
 */
export type FolderToOpen = { "which": "storage" } | { "which": "previous_storage" } | { "which": "log" } | { "which": "inside", 
/**
 * Its path.
 */
folder: string, };

/**
 * What speaks against a storage folder.
 */
export type FolderWarning = { "code": "file_sync", 
/**
 * The program.
 */
program: string, } | { "code": "network_drive" } | { "code": "little_space", 
/**
 * Free space, in bytes.
 */
free_bytes: number, };

/**
 * An account that a folder has data of.
 */
export type FoundAccount = { 
/**
 * Its name.
 */
name: string, 
/**
 * Size of its collection, in bytes.
 */
collection_bytes: number, 
/**
 * Whether it already has a password. Others need one before they can sync.
 */
has_password: boolean, };

/**
 * How far the device that was heard from last got.
 */
export type Ladder = { 
/**
 * Its address.
 */
address: string, 
/**
 * When it was last heard from, in milliseconds since the epoch.
 */
at: number, 
/**
 * The highest rung that it stands on.
 */
rung: Rung, 
/**
 * The account, once it is known.
 */
user: string | null, 
/**
 * Why the next rung did not come.
 */
problem: LadderProblem | null, };

/**
 * Why the next rung did not come.
 */
export type LadderProblem = { "code": "https_spoken" } | { "code": "wrong_path", 
/**
 * The path.
 */
path: string, } | { "code": "unknown_name", 
/**
 * The name as typed.
 */
name: string, 
/**
 * The account that was probably meant.
 */
nearest: string | null, } | { "code": "wrong_password", 
/**
 * The account.
 */
user: string, } | { "code": "disabled", 
/**
 * The account.
 */
user: string, } | { "code": "unknown_key" } | { "code": "slowed_down" } | { "code": "server_fault" } | { "code": "sync_failed", 
/**
 * Why.
 */
failure: SyncFailureKind, };

/**
 * A language that the texts exist in.
 */
export type Language = "en" | "de";

/**
 * The end of the log.
 */
export type LogLines = { 
/**
 * The lines, the oldest first.
 */
lines: Array<string>, 
/**
 * The folder of the log files.
 */
folder: string, };

/**
 * How much of the log to read.
 */
export type LogWanted = { 
/**
 * At most so many lines, the newest.
 */
lines: number, };

/**
 * How far moving the data is.
 */
export type MoveProgress = { 
/**
 * Whether the copy is being compared with the original.
 */
is_checking: boolean, 
/**
 * Bytes dealt with in this step.
 */
done_bytes: number, 
/**
 * Bytes in all.
 */
total_bytes: number, };

/**
 * Another storage folder.
 */
export type MoveStorage = { 
/**
 * The new folder.
 */
folder: string, 
/**
 * What becomes of the present data.
 */
plan: StoragePlan, };

/**
 * What a finished change of the storage folder left behind.
 */
export type Moved = { 
/**
 * Where the previous data is, should somebody want it.
 */
previous: string | null, };

/**
 * Why a name cannot be an account's.
 */
export type NameProblem = { "code": "empty" } | { "code": "too_long" } | { "code": "character", 
/**
 * The character.
 */
character: string, } | { "code": "invisible" } | { "code": "reserved" } | { "code": "ending" };

/**
 * A new name for an account.
 */
export type NewName = { 
/**
 * Its present name.
 */
name: string, 
/**
 * The new one.
 */
new_name: string, };

/**
 * A new password for an account.
 */
export type NewPassword = { 
/**
 * The account.
 */
name: string, 
/**
 * The new password.
 */
password: string, 
/**
 * Whether its devices stay signed in.
 */
keep_devices: boolean, };

/**
 * An account to add.
 */
export type NewUser = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its password.
 */
password: string, };

/**
 * A server that already uses the storage folder.
 */
export type OtherServer = { 
/**
 * Where it answers on this computer, for a browser.
 */
url: string, 
/**
 * Its process.
 */
process: number, };

/**
 * A port to take.
 */
export type PortToUse = { 
/**
 * The port.
 */
port: number, };

/**
 * An answer to the question whether the app may quit.
 */
export type Quit = { 
/**
 * The answer.
 */
choice: QuitChoice, };

/**
 * What a person answers when asked whether to quit during a sync.
 */
export type QuitChoice = "now" | "when_idle" | "cancel";

/**
 * Whether somebody wants the app to quit.
 */
export type Quitting = "no" | "asking" | "when_idle";

/**
 * Who may reach the server.
 */
export type Reach = "this_computer" | "local_networks" | "everything";

/**
 * Where the data of a removed account is.
 */
export type RemovedUser = { 
/**
 * The dated folder; none when the account never synced.
 */
folder: string | null, };

/**
 * The rungs in their order. A higher rung includes those below.
 */
export type Rung = "reached" | "right_path" | "known_user" | "password_accepted" | "synced";

/**
 * A sync that is under way.
 */
export type RunningSync = { 
/**
 * The account.
 */
user: string, 
/**
 * The device's number.
 */
device: number, 
/**
 * The program on it.
 */
app: ClientApp, 
/**
 * What kind of sync.
 */
kind: SyncKind, 
/**
 * Which way.
 */
direction: Direction, 
/**
 * When it began, in milliseconds since the epoch.
 */
started: number, 
/**
 * Bytes moved so far.
 */
bytes: number, 
/**
 * Bytes to move in all, where that is known beforehand.
 */
total_bytes: number | null, };

/**
 * The one truth about the server: tray and window both show this.
 */
export type ServerStatus = { "state": "stopped" } | { "state": "starting" } | { "state": "running" } | { "state": "stopping" } | { "state": "failed", 
/**
 * Why.
 */
problem: StartProblem, };

/**
 * What a person can set. The window shows and changes this; the file on disk
 * has the same fields.
 */
export type Settings = { 
/**
 * Whether the first run is finished.
 */
is_set_up: boolean, 
/**
 * The storage folder.
 */
storage: string, 
/**
 * Listen on this address of the computer alone; on all that `reach` allows
 * when missing.
 */
address: string | null, 
/**
 * The port.
 */
port: number, 
/**
 * Who may reach the server.
 */
reach: Reach, 
/**
 * Limit of an upload as it travels, in mebibytes.
 */
upload_limit_mib: number, 
/**
 * Whether the app starts with the computer.
 */
starts_with_computer: boolean, 
/**
 * Whether it then stays in the tray.
 */
starts_hidden: boolean, 
/**
 * The language; the system's when missing.
 */
language: Language | null, 
/**
 * The colours.
 */
theme: Theme, };

/**
 * Something about the settings file that a person should know.
 */
export type SettingsNotice = { "code": "restored_from_copy", 
/**
 * Where the damaged file was put.
 */
damaged: string, } | { "code": "defaults", 
/**
 * Where the damaged file was put.
 */
damaged: string, } | { "code": "from_newer_version" };

/**
 * Everything the window shows from the first moment on.
 */
export type Snapshot = { 
/**
 * The server.
 */
status: ServerStatus, 
/**
 * Where it can be reached.
 */
addresses: Addresses, 
/**
 * The syncs under way.
 */
syncing: Array<RunningSync>, 
/**
 * How far the last device got; none since the start.
 */
ladder: Ladder | null, 
/**
 * The settings.
 */
settings: Settings, 
/**
 * What a person should know about the settings file.
 */
settings_notice: SettingsNotice | null, 
/**
 * The storage folder of a computer that was never set up.
 */
default_storage: string, 
/**
 * What moving the data is at.
 */
moving: MoveProgress | null, 
/**
 * The language of the system: `en` or `de`.
 */
system_language: Language, 
/**
 * The version of this program.
 */
version: string, 
/**
 * Whether this desktop shows tray icons. Without one, starting the program
 * again is the way to this window.
 */
has_tray: boolean, 
/**
 * Whether somebody wants the app to quit.
 */
quitting: Quitting, };

/**
 * Why the server does not run.
 */
export type StartProblem = { "code": "port_in_use", 
/**
 * The port.
 */
port: number, 
/**
 * The program, where the system tells.
 */
program: string | null, 
/**
 * A port that is free.
 */
free_port: number | null, } | { "code": "port_not_allowed", 
/**
 * The port.
 */
port: number, 
/**
 * A port that is free.
 */
free_port: number | null, } | { "code": "address_not_here", 
/**
 * The address.
 */
address: string, } | { "code": "folder_in_use", 
/**
 * The folder.
 */
folder: string, 
/**
 * What the other server tells of itself.
 */
other: OtherServer | null, } | { "code": "folder_refused", 
/**
 * The folder.
 */
folder: string, 
/**
 * Why.
 */
problem: FolderProblem, } | { "code": "folder_gone", 
/**
 * The folder.
 */
folder: string, } | { "code": "storage_damaged", 
/**
 * The folder.
 */
folder: string, 
/**
 * The technical reason.
 */
detail: string, } | { "code": "no_answer", 
/**
 * The address that was asked.
 */
url: string, } | { "code": "other", 
/**
 * The technical reason.
 */
detail: string, };

/**
 * What becomes of the present data when the storage folder changes.
 */
export type StoragePlan = "move" | "switch";

/**
 * A password that is easy to read and type, and hard to guess.
 */
export type SuggestedPassword = { 
/**
 * The password.
 */
password: string, };

/**
 * A text for somebody who helps, without secrets.
 */
export type SupportReport = { 
/**
 * The text.
 */
text: string, };

/**
 * Why a sync did not end well.
 */
export type SyncFailureKind = "aborted" | "superseded" | "sanity_check" | "refused" | "upload_refused" | "too_large" | "idle" | "closed" | "server_fault" | "unknown";

/**
 * What kind of sync it is.
 */
export type SyncKind = "normal" | "upload" | "download" | "media";

/**
 * A sync that ended.
 */
export type SyncRow = { 
/**
 * The account; none when it was removed since.
 */
user: string | null, 
/**
 * The program on the device.
 */
app: ClientApp, 
/**
 * What kind of sync.
 */
kind: SyncKind, 
/**
 * When it began, in milliseconds since the epoch.
 */
started: number, 
/**
 * How long it took, in milliseconds.
 */
duration_ms: number, 
/**
 * Bytes from the device.
 */
up_bytes: number, 
/**
 * Bytes to the device.
 */
down_bytes: number, 
/**
 * What the device sent.
 */
up: Counts, 
/**
 * What the device received.
 */
down: Counts, 
/**
 * Why it did not end well; none when it did.
 */
failure: SyncFailureKind | null, };

/**
 * Which ended syncs to list.
 */
export type SyncsWanted = { 
/**
 * Of this account alone.
 */
user: string | null, 
/**
 * At most so many, the newest first.
 */
limit: number, };

/**
 * A text to put onto the clipboard.
 */
export type TextToCopy = { 
/**
 * The text.
 */
text: string, };

/**
 * The colours.
 */
export type Theme = "system" | "light" | "dark";

/**
 * An account.
 */
export type User = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it may sync.
 */
state: UserState, 
/**
 * Where it comes from.
 */
origin: UserOrigin, 
/**
 * Its folder.
 */
folder: string, 
/**
 * When it was added, in milliseconds since the epoch.
 */
created: number, 
/**
 * When its last sync began, in milliseconds since the epoch.
 */
last_sync: number | null, 
/**
 * Its devices, the last used first.
 */
devices: Array<Device>, };

/**
 * The account that a command is about.
 */
export type UserName = { 
/**
 * Its name.
 */
name: string, };

/**
 * Where an account comes from.
 */
export type UserOrigin = { "kind": "person" } | { "kind": "environment" };

/**
 * How much an account holds. Counts are missing while the account is busy and
 * when its files cannot be read.
 */
export type UserSizes = { 
/**
 * Cards in the collection.
 */
cards: number | null, 
/**
 * Notes in the collection.
 */
notes: number | null, 
/**
 * Size of the collection file, in bytes.
 */
collection_bytes: number, 
/**
 * Media files.
 */
media_files: number | null, 
/**
 * Size of the media files, in bytes.
 */
media_bytes: number | null, };

/**
 * Whether an account may sync.
 */
export type UserState = "enabled" | "disabled" | "inactive";

/**
 * Whether an account may sync from now on.
 */
export type UserSwitch = { 
/**
 * The account.
 */
name: string, 
/**
 * Whether it may.
 */
enabled: boolean, };

/** What the window can ask of the app. */
export type Commands = {
  /** Everything the window shows at first. */
  snapshot: { arguments: null; answer: Snapshot };
  /** Starts the server. */
  start_server: { arguments: null; answer: null };
  /** Stops the server: what runs may end first. */
  stop_server: { arguments: null; answer: null };
  /** Takes another port, keeps it, and starts the server. */
  use_port: { arguments: PortToUse; answer: null };
  /** Puts the address onto the clipboard and remembers that. */
  copy_address: { arguments: AddressToCopy; answer: null };
  /** Puts a text onto the clipboard. */
  copy_text: { arguments: TextToCopy; answer: null };
  /** Forgets how far the last device got. */
  reset_ladder: { arguments: null; answer: null };
  /** Answers the question whether the app may quit. */
  quit: { arguments: Quit; answer: null };
  /** All accounts with their devices. */
  users: { arguments: null; answer: Array<User> };
  /** How much one account holds. */
  user_sizes: { arguments: UserName; answer: UserSizes };
  /** A password that is easy to read and hard to guess. */
  suggest_password: { arguments: null; answer: SuggestedPassword };
  /** Adds an account, or gives data that was found its account. */
  add_user: { arguments: NewUser; answer: null };
  /** Renames an account. */
  rename_user: { arguments: NewName; answer: null };
  /** Changes an account's password. */
  set_password: { arguments: NewPassword; answer: null };
  /** Lets an account sync, or not. */
  switch_user: { arguments: UserSwitch; answer: null };
  /** Removes an account; its data goes to a dated folder. */
  remove_user: { arguments: UserName; answer: RemovedUser };
  /** Signs one device of an account out, or all. */
  sign_out: { arguments: DeviceToSignOut; answer: null };
  /** Syncs that ended, the newest first. */
  syncs: { arguments: SyncsWanted; answer: Array<SyncRow> };
  /** The end of the log. */
  log: { arguments: LogWanted; answer: LogLines };
  /** What to send to somebody who helps: no secrets in it. */
  support_report: { arguments: null; answer: SupportReport };
  /** What there is to know about a folder before it is chosen. */
  check_folder: { arguments: FolderToCheck; answer: FolderCheck };
  /** Takes another storage folder, with or without the present data. */
  change_storage: { arguments: MoveStorage; answer: Moved };
  /** Shows a folder in the system's file manager. */
  open_folder: { arguments: FolderToOpen; answer: null };
  /** Keeps the settings, and lets the server follow. `storage` changes through `change_storage`. */
  save_settings: { arguments: Settings; answer: null };
  /** Chooses the storage folder of the first run and starts the server. */
  set_up: { arguments: FolderToCheck; answer: null };
  /** Ends the first run. */
  finish_set_up: { arguments: null; answer: null };
};
