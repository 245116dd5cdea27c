// The users, their devices and passwords.

/** How many of something: the shown number, and the number itself for the grammar. */
type Count = (count: number, shown: string) => string;

const count =
  (one: string, many: string): Count =>
  (number, shown) =>
    `${shown} ${number === 1 ? one : many}`;

export const users = {
  title: "Users",
  loading: "Loading users…",
  failed: "The users could not be read.",
  retry: "Try again",
  empty: {
    title: "No users yet",
    hint: "Everybody who syncs with this computer gets a name and a password of their own.",
  },
  notRunning: {
    title: "The server does not run",
    hint: "Users can be seen and changed while it runs.",
    start: "Start server",
    starting: "The server is starting…",
    stopping: "The server is stopping…",
  },
  close: "Close",
  cancel: "Cancel",
  done: "Done",
  copy: "Copy",
  copied: "Copied",
  copyNamed: (what: string) => `Copy ${what}`,
  openFolder: "Open folder",

  card: {
    disabled: "Disabled",
    inactive: "Not usable",
    fromEnvironment: "Set up outside the app",
    cards: "Cards",
    notes: "Notes",
    collection: "Collection",
    media: "Media",
    mediaFiles: count("file", "files"),
    lastSync: "Last sync",
    never: "Never",
    busy: "Busy",
    busyHint: "Cannot be counted while this user syncs.",
    counting: "Counting…",
    unreadable: "Not readable",
    nothing: "None yet",
    devices: count("device", "devices"),
    noDevices: "No device is signed in.",
    environmentNote:
      "This user comes from an environment variable (SYNC_USER…). Name and password are changed there, then the server is started again.",
    disabledNote: "Cannot sign in or sync until enabled again. All data is still here.",
    inactiveNote:
      "This user came from an environment variable that is gone. Set a password to go on using it.",
    more: (name: string) => `More actions for ${name}`,
    changePassword: "Change password",
    setPassword: "Set password",
    rename: "Rename…",
    disable: "Disable…",
    enable: "Enable",
    remove: "Remove…",
    enabled: (name: string) => `${name} can sync again.`,
  },

  devices: {
    label: (name: string) => `Devices of ${name}`,
    lastUsed: (when: string) => `Last used ${when}`,
    unknownApp: "Unknown program",
    signOut: "Sign out",
    signOutNamed: (device: string) => `Sign out ${device}`,
    signOutAll: "Sign out all devices…",
  },

  found: {
    title: "Data without a user",
    hint: "The storage folder has collections that nobody can sync with yet. Give each a password to take it over.",
    take: "Set password",
    takeNamed: (name: string) => `Set password for ${name}`,
  },

  add: {
    action: "Add user",
    title: "Add user",
    takeTitle: (name: string) => `Take over the data of ${name}`,
    name: "Name",
    nameHint: 'Short and easy to type on a phone. Not allowed: / \\ : * ? " < > |',
    submit: "Add user",
    takeSubmit: "Take over",
    doneTitle: (name: string) => `${name} can sync now`,
    doneHint: "What to type on the device. The password is shown only this once: write it down or copy it.",
    address: "Sync server address",
    nameOnDevice: "Email or user name",
    noAddress: "The address is on the Home view as soon as the server runs.",
  },

  password: {
    label: "Password",
    newLabel: "New password",
    hint: "Used on the devices only, once for each.",
    show: "Show password",
    hide: "Hide password",
    suggest: "Suggest one",
    title: (name: string) => `Change the password of ${name}`,
    setTitle: (name: string) => `Set a password for ${name}`,
    devicesLegend: "Devices that are signed in now",
    signOut: "Sign them out",
    signOutHint:
      "Each asks for the new password at its next sync. Right when a device was lost or somebody may know the old password.",
    keep: "Keep them signed in",
    keepHint: "They go on syncing. Only devices that sign in from now on need the new password.",
    submit: "Change password",
    setSubmit: "Set password",
    doneTitle: "The password is changed",
    doneHint: "It is shown only this once: write it down or copy it.",
    doneSignedOut: "The devices are signed out and ask for it at their next sync.",
    doneKept: "The devices stay signed in.",
  },

  rename: {
    title: (name: string) => `Rename ${name}`,
    label: "New name",
    hint: "The devices stay signed in. Who signs in anew types the new name.",
    submit: "Rename",
  },

  disable: {
    title: (name: string) => `Disable ${name}?`,
    body: "A running sync of this user ends. Until enabled again, no device can sync or sign in. No data is deleted, and the devices need no new sign-in afterwards.",
    submit: "Disable",
  },

  remove: {
    title: (name: string) => `Remove ${name}?`,
    body: "The user, its signed-in devices and its history are removed at once. Its cards and media are not deleted: they move to a dated folder on this computer. What is on the devices stays there.",
    submit: "Remove user",
    doneTitle: (name: string) => `${name} is removed`,
    doneFolder: "The cards and media are kept in this folder:",
    doneNothing: "There was no data to keep: this user never synced.",
  },

  signOut: {
    title: (device: string) => `Sign out ${device}?`,
    allTitle: (name: string) => `Sign out all devices of ${name}?`,
    body: "A running sync of it ends. At its next sync it asks for name and password. What it has not synced yet stays on it.",
    allBody:
      "Running syncs end. Each device asks for name and password at its next sync. What they have not synced yet stays on them.",
    submit: "Sign out",
    allSubmit: "Sign out all",
  },
};

/** These texts in any language. */
export type UsersText = typeof users;
