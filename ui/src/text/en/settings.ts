import type { Reach, Theme } from "../../ipc/bindings";

/** The settings. */
export const settings = {
  discard: "Discard",
  saved: "Saved.",
  saveFailed: "This was not saved.",
  openFolder: "Open folder",

  storage: {
    title: "Storage",
    hint: "Cards and media of all users are kept in this folder on this computer.",
    folder: "Folder",
    change: "Change folder …",
    dialogTitle: "Change the storage folder",
    newFolder: "New folder",
    choose: "Choose another …",
    free: (space: string) => `${space} free`,
    isCurrent: "This is the present storage folder. Choose another one.",
    newBeginning:
      "This is the present storage folder, but its data is not there. If it is on a drive that can be connected, do that instead. Otherwise you can begin anew here, without users.",
    beginAnew: "Begin anew here",
    found: "Found in this folder",
    foundAccount: (name: string, size: string) => `${name}, collection of ${size}`,
    needsPassword: "needs a password",
    plan: "The present data",
    move: "Move it there",
    moveHint:
      "Everything is copied, compared with the original, and used from there. The old data is put aside, not deleted; you are told where.",
    cannotMove: "Not possible, because that folder has data of users already.",
    switch: "Leave it where it is",
    switchEmpty: "You begin anew, without users. Nothing is deleted; you can switch back.",
    switchFound:
      "The users found there replace the present ones. Nothing is deleted; you can switch back.",
    pause: "The server stops meanwhile. Devices that sync just then have to sync again.",
    moveSubmit: "Move data",
    switchSubmit: "Switch folder",
    preparing: "Preparing …",
    copying: "Copying …",
    comparing: "Comparing the copy with the original …",
    progress: (done: string, total: string) => `${done} of ${total}`,
    movingHint:
      "Your data stays in the present folder until all is done. You may close this window.",
    doneTitle: "The storage folder was changed",
    doneHint: "From now on everything is kept here:",
    previousMoved: "The old data was put aside. Delete it when you no longer want it:",
    previousLeft: "The previous data is untouched:",
    passwords: {
      one: "# user found there needs a password. Set it in Users.",
      other: "# users found there need passwords. Set them in Users.",
    },
    toUsers: "Go to Users",
    openNew: "Open new folder",
    openPrevious: "Open previous folder",
  },

  network: {
    title: "Network",
    reach: "Who may reach the server",
    reaches: {
      this_computer: "Only this computer",
      local_networks: "Devices in your own networks",
      everything: "Everything that can reach this computer",
    } satisfies Record<Reach, string>,
    reachHints: {
      this_computer: "For Anki on this computer. Phones and other computers get no answer.",
      local_networks: "Home, office, and VPNs such as Tailscale. Right for almost everybody.",
      everything: "Also the internet, if your router lets it through.",
    } satisfies Record<Reach, string>,
    everythingWarning:
      "Passwords and cards travel unencrypted: on the internet others can read them. A VPN is the safer way from outside.",
    reachRefused: "This choice cannot be used with the single address below.",
    port: "Port",
    portHint:
      "The number at the end of the address. If it changes, so does the address to type on each device.",
    portInvalid: "The port is a whole number from 1 to 65535.",
    portLow: "Most systems keep ports below 1024 for themselves. 8080 usually works.",
    portRefused: "This port cannot be used. Choose another one, such as 8080.",
    limit: "Upload limit in MB",
    limitHint:
      "For a whole collection or a batch of media, compressed. Raise it when a device says that the collection exceeds the size limit.",
    limitInvalid: "The limit is a whole number from 1 to 100000.",
    limitRefused: "This limit cannot be used. 100 is enough for most collections.",
    advanced: "Advanced",
    address: "Only on one address",
    addressHint: "An address of this computer, such as 192.168.1.20. Empty means all of them.",
    addressInvalid: "This is not an IP address. One looks like 192.168.1.20 or fd00::1.",
    addressRefused: "This address cannot be used. Type one of this computer, or leave it empty.",
    restart: "Saving restarts the server. Devices that sync just then have to sync again.",
  },

  start: {
    title: "Start",
    withComputer: "Start with the computer",
    withComputerHint: "Devices can sync as soon as you have logged in.",
    hidden: "Start in the tray",
    hiddenHint: "Without opening this window.",
    hiddenNoTray: "This desktop shows no tray icons: the window always opens.",
  },

  look: {
    title: "Language and appearance",
    language: "Language",
    languageSystem: (name: string) => `System (${name})`,
    languages: { en: "English", de: "Deutsch" },
    theme: "Colours",
    themes: {
      system: "System",
      light: "Light",
      dark: "Dark",
    } satisfies Record<Theme, string>,
  },

  about: {
    title: "About",
    version: (version: string) => `Version ${version}`,
    what: "Lets your devices sync Anki with this computer instead of a cloud. It contacts nobody by itself, collects nothing and needs no account.",
    licence: "Free software under the GNU Affero General Public License, version 3 or later.",
    independent: "Not made by, or connected with, the makers of Anki.",
    noTray:
      "This desktop shows no tray icons. When you close this window, the server keeps running; start Anki Sync Tray again to bring the window back.",
    report: "Copy support report …",
    reportTitle: "Support report",
    reportHint:
      "For somebody who helps you. There are no secrets in it: no passwords, no keys, nothing from your cards. Read it before you send it.",
    reportLabel: "Text of the report",
    reportLoading: "Putting the report together …",
    reportCopy: "Copy report",
  },
};
