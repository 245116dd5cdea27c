import type { ClientApp, SyncKind } from "../../ipc/bindings";

/** What several views say. */
export const common = {
  appName: "Anki Sync Tray",
  copied: "Copied",
  copy: "Copy",
  copyValue: (value: string) => `Copy ${value}`,
  cancel: "Cancel",
  close: "Close",
  save: "Save",
  back: "Back",
  next: "Next",
  tryAgain: "Try again",
  loading: "Loading …",
  showPassword: "Show password",
  hidePassword: "Hide password",
  app: ({ name, version, system }: ClientApp) =>
    [[name, version].filter(Boolean).join(" ") || "Unknown program", system && `on ${system}`]
      .filter(Boolean)
      .join(" "),
  syncKind: {
    normal: "Sync",
    upload: "Full upload",
    download: "Full download",
    media: "Media",
  } satisfies Record<SyncKind, string>,
};
