/** Users, their devices and passwords. */
export const users = {
  loading: "Loading users …",
  failed: "The users could not be read",
  outdated: "The list may be out of date.",
  empty: "No users yet",
  emptyHint: "Everybody who syncs with this computer gets a name and a password of their own.",
  notRunning: "The server does not run",
  notRunningHint: "Users can be seen and changed while it runs.",
  startServer: "Start server",
  starting: "The server is starting …",
  stopping: "The server is stopping …",
  done: "Done",
  openFolder: "Open folder",

  card: {
    disabled: "Disabled",
    inactive: "Not usable",
    cards: "Cards",
    notes: "Notes",
    collection: "Collection",
    media: "Media",
    files: { one: "# file", other: "# files" },
    lastSync: (when: string) => `Last sync ${when}`,
    never: "Not synced yet",
    busy: "Busy",
    busyHint: "Cannot be counted while this user syncs, or when the file cannot be read.",
    counting: "Counting …",
    none: "None yet",
    unreadable: "Not readable",
    devices: { one: "# device", other: "# devices" },
    noDevices: "No device is signed in.",
    environmentNote:
      "Set up outside the app, by an environment variable (SYNC_USER…). Name and password are changed there; then the server has to be started again.",
    disabledNote: "Cannot sign in or sync until enabled again. All data is still here.",
    inactiveNote:
      "This user was set up by an environment variable that is gone. Set a password to go on using it.",
    more: (name: string) => `More for ${name}`,
    changePassword: "Change password",
    setPassword: "Set password",
    rename: "Rename …",
    disable: "Disable …",
    enable: "Enable",
    remove: "Remove …",
  },

  devices: {
    lastUsed: (when: string) => `last used ${when}`,
    signOut: "Sign out",
    signOutNamed: (device: string) => `Sign out ${device}`,
    signOutAll: "Sign out all devices …",
  },

  found: {
    title: "Data without a user",
    hint: "The storage folder has collections that nobody can sync with yet. Set a password to take one over.",
    takeNamed: (name: string) => `Set a password for ${name}`,
    collection: (size: string) => `Collection of ${size}`,
  },

  add: {
    action: "Add user",
    title: "Add a user",
    takeTitle: (name: string) => `Take over the data of ${name}`,
    name: "Name",
    nameHint:
      'Short and easy to type on a phone. These cannot be part of it: /\u00a0\\\u00a0:\u00a0*\u00a0?\u00a0"\u00a0<\u00a0>\u00a0|',
    takeSubmit: "Take over",
    doneTitle: (name: string) => `${name} can sync now`,
    doneHint: "What to type on the device:",
    address: "Address of the sync server",
    nameOnDevice: "Email or user name",
    noAddress: "Shown on Home while the server runs",
    once: "The password is shown only this once. Write it down or copy it.",
  },

  password: {
    label: "Password",
    newLabel: "New password",
    hint: "Typed once on each device.",
    suggest: "Suggest one",
    copy: "Copy password",
    title: (name: string) => `Change the password of ${name}`,
    setTitle: (name: string) => `Set a password for ${name}`,
    devices: "Devices that are signed in now",
    signOut: "Sign them out",
    signOutHint:
      "Each asks for the new password at its next sync. Right when a device was lost or somebody may know the old password.",
    keep: "Keep them signed in",
    keepHint: "They go on syncing. Only a device that signs in anew needs the new password.",
    doneTitle: (name: string) => `${name} has a new password`,
    doneSignedOut: "The devices are signed out. Each asks for the new password at its next sync.",
    doneKept: "The devices that were signed in stay so.",
  },

  rename: {
    title: (name: string) => `Rename ${name}`,
    label: "New name",
    hint: "The devices stay signed in. A device that signs in anew needs the new name.",
    submit: "Rename",
  },

  disable: {
    title: (name: string) => `Disable ${name}?`,
    text: "A sync that is under way ends. No device can sync or sign in until you enable the user again. No data is deleted, and the devices stay signed in for then.",
    submit: "Disable",
  },

  remove: {
    title: (name: string) => `Remove ${name}?`,
    text: "The user, its signed-in devices and its history are removed at once.",
    data: "Cards and media are not deleted. They move to a folder with the date, and you are told where. What is on the devices stays there.",
    submit: "Remove user",
    doneTitle: (name: string) => `${name} was removed`,
    doneFolder: "Cards and media are kept in this folder:",
    doneNothing: "There was no data to keep: this user never synced.",
  },

  signOut: {
    title: (device: string) => `Sign out ${device}?`,
    allTitle: (name: string) => `Sign out all devices of ${name}?`,
    text: "A sync that is under way on it ends. At its next sync it asks for name and password. What it has not synced yet stays on it.",
    allText:
      "Syncs that are under way end. At its next sync each device asks for name and password. What it has not synced yet stays on it.",
    submit: "Sign out",
    allSubmit: "Sign out all",
  },
};
