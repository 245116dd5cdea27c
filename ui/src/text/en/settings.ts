// The settings.

import type { FolderProblem, Reach, Theme } from "../../ipc/bindings";

const count = (one: string, many: string) => (number: number, shown: string) =>
  `${shown} ${number === 1 ? one : many}`;

export const settings = {
  title: "Settings",
  loading: "Loading settings…",
  failed: "The settings could not be read.",
  retry: "Try again",
  save: "Save",
  discard: "Discard changes",
  saved: "Saved",
  unsaved: "Not saved yet",
  cancel: "Cancel",
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  openFolder: "Open folder",

  notices: {
    restored: (file: string) =>
      `The settings file was damaged. The last good copy is in use. The damaged file is kept as ${file}.`,
    defaults: (file: string) =>
      `The settings file was damaged and the app starts with the usual settings. Please check them. The damaged file is kept as ${file}.`,
    newer:
      "The settings file was written by a newer version of this app. Changes made here are not kept. Install the newer version.",
  },

  storage: {
    title: "Storage",
    hint: "Collections and media of all users are kept in this folder on this computer.",
    folder: "Folder",
    change: "Change folder…",
    checking: "Looking at the folder…",
    dialogTitle: "Change the storage folder",
    newFolder: "New folder",
    other: "Choose another folder…",
    free: (space: string) => `${space} free`,
    isCurrent: "This is the storage folder already. Choose another one.",
    problems: {
      root: "This is the top of a drive. Create a folder in it and choose that.",
      anki_data:
        "Anki keeps its own data in this folder; sharing it would damage the collection. Choose another folder.",
      not_writable: "This folder cannot be written. Choose one of your own folders.",
      not_a_folder: "This is a file. Choose a folder.",
      in_use: "Another sync server uses this folder. Stop that one first, or choose another folder.",
      inside_current:
        "This folder and the present one contain one another. Choose one that lies elsewhere.",
      not_absolute: "The path is not complete. Choose the folder again.",
    } satisfies Record<FolderProblem, string> as Record<FolderProblem, string>,
    warnings: {
      fileSync: (program: string) =>
        `${program} copies files of this folder between computers. That can damage collections during a sync. A folder outside of ${program} is safer.`,
      networkDrive:
        "The folder is on a network drive. When the connection drops during a sync, that sync fails. A drive in this computer is safer.",
      littleSpace: (free: string) => `Only ${free} are free there. Make room soon.`,
    },
    foundTitle: "Found in this folder",
    foundHint: "These users are taken over when you switch to it.",
    foundAccount: (name: string, size: string) => `${name}, collection of ${size}`,
    needsPassword: "needs a password",
    planLegend: "What happens to the present data",
    move: "Move it there",
    moveHint: (folder: string) =>
      `Everything is copied, compared with the original, and used from there. The previous folder ${folder} stays as it is until you delete it.`,
    moveNotPossible: "Not possible: the folder already has users.",
    switch: "Leave it, start with what is there",
    switchHintEmpty: "The new folder is empty: there are no users at first. Nothing is deleted.",
    switchHintFound:
      "The users found there take the place of the present ones. Nothing is deleted; you can switch back.",
    moveSubmit: "Move data",
    switchSubmit: "Switch",
    serverStops: "The server pauses meanwhile. Running syncs end and have to be repeated.",
    copying: "Copying…",
    comparing: "Comparing the copy with the original…",
    preparing: "Preparing…",
    progress: (done: string, total: string) => `${done} of ${total}`,
    keepOpen:
      "You can close this window; the app goes on. Until it has finished, the present folder stays in use.",
    movedTitle: "The storage folder is changed",
    movedHint: "From now on everything is kept here:",
    previousMoved: "The previous folder still has the old data. Delete it once all devices have synced:",
    previousSwitched: "The previous data is untouched:",
    newUsers: count("user needs a password", "users need a password"),
    newUsersHint: "Set it in the Users view; until then they cannot sync.",
    openPrevious: "Open previous folder",
  },

  network: {
    title: "Network",
    hint: "Saving restarts the server. Running syncs end and have to be repeated.",
    reach: "Who may reach the server",
    reaches: {
      this_computer: {
        label: "This computer only",
        hint: "For Anki on this computer. Phones and other computers get no answer.",
      },
      local_networks: {
        label: "Devices in your own networks",
        hint: "Home, office and VPN such as Tailscale. Right for almost everybody.",
      },
      everything: {
        label: "Everything that can reach this computer",
        hint: "Also devices from the internet, if your router lets them through.",
      },
    } satisfies Record<Reach, { label: string; hint: string }> as Record<
      Reach,
      { label: string; hint: string }
    >,
    everythingWarning:
      "Passwords and cards travel without encryption. Over the internet others can read them: use a VPN instead, or put an HTTPS proxy in front.",
    port: "Port",
    portHint: "The number at the end of the address. A change means new addresses on every device.",
    portInvalid: "The port is a whole number from 1 to 65535.",
    portLow: "Ports below 1024 need special rights on most systems. 8080 usually works.",
    advanced: "Advanced",
    address: "Listen on one address only",
    addressHint:
      "An address of this computer, such as 192.168.1.20. Leave empty to use all of them.",
    addressInvalid: "This is no IP address. It looks like 192.168.1.20 or fd00::1.",
    addressRefused: "This address cannot be used. Enter one of this computer, or leave it empty.",
    limit: "Upload limit",
    limitUnit: "MB",
    limitHint:
      "The largest single upload, compressed. A collection may be three times as large when unpacked. Raise it when a device says that the collection exceeds the size limit.",
    limitInvalid: "The limit is a whole number from 1 to 100000.",
    portRefused: "This port cannot be used. Choose another one, such as 8080.",
    limitRefused: "This limit cannot be used. 100 is right for most collections.",
    reachRefused: "This choice cannot be used together with the address below.",
  },

  start: {
    title: "Start",
    withComputer: "Start with the computer",
    withComputerHint: "Devices can sync as soon as you have signed in.",
    hidden: "Start in the tray",
    hiddenHint: "Without opening this window.",
    hiddenNoTray: "This desktop has no tray: the window opens in any case.",
  },

  language: {
    title: "Language",
    label: "Language of the app",
    system: (name: string) => `As the system (${name})`,
    names: { en: "English", de: "Deutsch" },
  },

  appearance: {
    title: "Appearance",
    label: "Colours",
    themes: {
      system: "As the system",
      light: "Light",
      dark: "Dark",
    } satisfies Record<Theme, string> as Record<Theme, string>,
  },

  about: {
    title: "About",
    name: "Anki Sync Tray",
    version: (version: string) => `Version ${version}`,
    what: "Lets your devices sync Anki with this computer instead of a cloud. The app connects to nothing by itself, collects nothing and needs no account.",
    licence: "Free software under the GNU Affero General Public License, version 3 or later.",
    independent: "Not made or endorsed by the makers of Anki.",
    noTray:
      "This desktop shows no tray icons. After closing the window the server goes on; start Anki Sync Tray again to get the window back.",
    report: "Copy support report…",
    reportTitle: "Support report",
    reportHint:
      "For somebody who helps you. It holds versions, settings and recent problems. There are no secrets in it: no passwords, no keys, no card content.",
    reportLabel: "Text of the report",
    reportLoading: "Putting the report together…",
    reportFailed: "The report could not be made.",
    reportCopy: "Copy report",
  },

  notKept: "The change could not be kept.",
};

/** These texts in any language. */
export type SettingsText = typeof settings;
