import type { Counts, SyncFailureKind, SyncRow } from "../../ipc/bindings";

/** What a count is about. */
export type Part = keyof Counts;

/** How many of what. */
export interface Amount {
  part: Part;
  count: number;
}

/** How a sync ended, as far as it is put into words. */
export type Result =
  | { kind: "failure"; failure: SyncFailureKind }
  | { kind: "nothing" }
  | { kind: "moved"; up: Amount[]; down: Amount[] };

/** What people think in, and what follows from it: each review changes a card and its deck. */
const telling: readonly Part[] = [
  "reviews",
  "notes",
  "media_files",
  "deletions",
  "media_deletions",
];
const following: readonly Part[] = ["cards", "notetypes", "decks"];
/** A whole collection is its cards. */
const whole: readonly Part[] = ["cards", "notes"];

/** How a sync ended. */
export function resultOf(row: SyncRow): Result {
  if (row.failure) return { kind: "failure", failure: row.failure };
  const isWhole = row.kind === "upload" || row.kind === "download";
  const up = amounts(row.up, isWhole);
  const down = amounts(row.down, isWhole);
  if (up.length === 0 && down.length === 0) return { kind: "nothing" };
  return { kind: "moved", up, down };
}

function amounts(counts: Counts, isWhole: boolean): Amount[] {
  const of = (parts: readonly Part[]): Amount[] =>
    parts.map((part) => ({ part, count: counts[part] })).filter(({ count }) => count > 0);
  if (isWhole) return of(whole);
  const main = of(telling);
  return main.length > 0 ? main : of(following);
}
