import type {
  CommandError,
  FolderProblem,
  FolderWarning,
  NameProblem,
  StartProblem,
  SyncFailureKind,
} from "../../ipc/bindings";
import { sayCode, type ByCode, type Explained } from "../errors";

const folder = {
  root: "This is the root of a drive. Choose or make a folder on it.",
  anki_data:
    "This is the folder of Anki itself. Choose another one, or Anki and the server would damage each other's data.",
  not_writable:
    "Nothing can be written into this folder. Choose another one, or change its permissions.",
  not_a_folder: "This is a file. Choose a folder.",
  in_use: "Another server uses this folder. Stop that one first, or choose another folder.",
  inside_current: "This folder lies inside the present one. Choose one outside of it.",
  not_absolute:
    "This is not a complete path. Choose the folder with the button, or write its path from the beginning.",
} satisfies Record<FolderProblem, string>;

const name = {
  empty: () => "Type a name.",
  too_long: () => "This name is too long. Take a shorter one.",
  character: ({ character }) => `A name cannot contain “${character}”. Leave it out.`,
  invisible: () => "There is an invisible character in this name. Type it anew.",
  reserved: () => "This name has a meaning of its own on some computers. Take another one.",
  ending: () => "A name cannot end with a dot or a space.",
} satisfies ByCode<NameProblem>;

/** Errors, each with the next step. */
export const errors = {
  folder,
  name,
  folderWarning: {
    file_sync: ({ program }) =>
      `${program} copies this folder while the server writes to it, which can damage collections. A folder outside of ${program} is safer.`,
    network_drive: () =>
      "This folder is on a network drive. Databases get damaged there when the connection breaks. A folder on this computer is safer.",
    little_space: ({ free_bytes }, format) =>
      `Only ${format.bytes(free_bytes)} are free here. Collections with pictures and sound need more.`,
  } satisfies ByCode<FolderWarning>,
  command: {
    not_running: () => "The server has to run for this. Start it first.",
    unknown_user: ({ name }) => `There is no user named ${name} any more.`,
    name_taken: ({ name }) => `There is already a user named ${name}. Take another name.`,
    name_refused: ({ problem }, format) => sayCode<NameProblem, string>(name, problem, format),
    password_refused: () => "Type a password. It must not be empty or extremely long.",
    unknown_device: () => "This device was signed out already.",
    folder_in_the_way: ({ folder }) =>
      `The folder ${folder} is where this user's data would go. Move it away or take another name.`,
    from_environment: ({ variable }) =>
      `This user comes from the environment variable ${variable}. Change it there.`,
    folder_refused: ({ problem }) => folder[problem],
    folder_has_accounts: () =>
      "There is data of users in that folder already, so nothing was moved there. Switch to that folder, or choose an empty one.",
    too_little_space: ({ needed_bytes, free_bytes }, format) =>
      `The data takes ${format.bytes(needed_bytes)}, but only ${format.bytes(free_bytes)} are free there. Nothing was moved. Make room or choose another folder.`,
    copy_differs: ({ file }) =>
      `The copy of ${file} is not the same as the original. The original is untouched and still in use. The drive may be faulty: choose another one.`,
    settings_from_newer_version: () =>
      "The settings file is from a newer version of this program, so another folder would be forgotten at the next start. Nothing was changed. Install the newer version again and choose the folder there.",
    busy: () => "Another change is still being made. Try again in a moment.",
    setting_refused: ({ field }) =>
      `The value for “${field}” cannot be used. Change it and save again.`,
    system: ({ detail }) => `The system refused this: ${detail}`,
    internal: ({ detail }) =>
      `Something went wrong inside this program (${detail}). Try again; if it happens again, copy the support report in Settings.`,
  } satisfies ByCode<CommandError>,
  start: {
    port_in_use: ({ port, program }) => ({
      title: `Port ${port} is taken`,
      text: program
        ? `${program} uses it. Quit that program and try again, or use another port.`
        : "Another program uses it. Quit that program and try again, or use another port.",
    }),
    port_not_allowed: ({ port }) => ({
      title: `The system does not allow port ${port}`,
      text: "Ports below 1024 are kept for the system. Use another one.",
    }),
    address_not_here: ({ address }) => ({
      title: `This computer does not have the address ${address} now`,
      text: "Connect the network it belongs to and try again, or choose another address in Settings.",
    }),
    folder_in_use: ({ folder }) => ({
      title: "Another server already uses the storage folder",
      text: `Two servers on ${folder} would damage the data. Stop the other one and try again.`,
    }),
    folder_refused: ({ folder: path, problem }) => ({
      title: "The storage folder cannot be used",
      text: `${path}: ${folder[problem]}`,
    }),
    folder_gone: ({ folder }) => ({
      title: "The storage folder is not there",
      text: `${folder} was not found. Connect the drive it is on and try again, or choose another folder in Settings.`,
    }),
    storage_damaged: ({ folder, detail }) => ({
      title: "The list of users cannot be read",
      text: `The file server.db in ${folder} is damaged (${detail}). The collections themselves are separate files. Put back a copy of server.db, or move it away: the users are then found again and need new passwords.`,
    }),
    no_answer: ({ url }) => ({
      title: "The server started but does not answer",
      text: `Nothing came back from ${url}. A firewall or security program on this computer may be blocking it: allow Anki Sync Tray there and try again.`,
    }),
    other: ({ detail }) => ({
      title: "The server could not start",
      text: `The system says: ${detail}. Try again; if it happens again, copy the support report in Settings.`,
    }),
  } satisfies ByCode<StartProblem, Explained>,
  sync: {
    aborted: "Cancelled on the device. Sync again there.",
    superseded: "Another device of this user began to sync. Sync again when it is done.",
    sanity_check:
      "The two sides did not match. On the device use Tools → Check Database, then sync again.",
    refused:
      "What the device sent does not fit the collection. On the device use Tools → Check Database, then sync again.",
    upload_refused:
      "The uploaded collection is damaged or from a newer version of Anki. On the device use Tools → Check Database, then upload again.",
    too_large: "The upload is larger than the limit. Raise the limit in Settings, then sync again.",
    idle: "The device fell silent. Check its connection, then sync again.",
    closed: "The server stopped or the user was changed meanwhile. Sync again.",
    server_fault:
      "This computer could not read or store the data. Check that the storage folder is there, can be written to and has room, and that no other program uses it; then sync again.",
    unknown: "It ended early. Sync again on the device.",
  } satisfies Record<SyncFailureKind, string>,
};
