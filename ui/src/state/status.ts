import type { ServerStatus } from "../ipc/bindings";

/** How a status pill shows the server. */
export type StatusTone = "ok" | "busy" | "off" | "bad";

/** The look of a state. */
export function statusTone(status: ServerStatus, isSyncing: boolean): StatusTone {
  switch (status.state) {
    case "running":
      return isSyncing ? "busy" : "ok";
    case "starting":
    case "stopping":
      return "busy";
    case "stopped":
      return "off";
    case "failed":
      return "bad";
  }
}
