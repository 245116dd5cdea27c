import type { SyncRow } from "../../ipc/bindings";
import type { Texts } from "../../text/texts.svelte";
import { type Amount, resultOf } from "./result";

/** What went one way, such as `214 reviews, 3 notes`. */
export function amountsText(texts: Texts, amounts: Amount[]): string {
  const { parts } = texts.all.activity;
  return amounts.map(({ part, count }) => texts.format.plural(count, parts[part])).join(", ");
}

/** A moment as its day, in a word where there is one, and its time. */
export function momentText(texts: Texts, at: number, now: number): { day: string; time: string } {
  const { all, format } = texts;
  const isDay = (other: Date) => new Date(at).toDateString() === other.toDateString();
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  const time = format.time(at);
  if (isDay(new Date(now))) return { day: all.activity.today, time };
  if (isDay(yesterday)) return { day: all.activity.yesterday, time };
  return { day: format.date(at), time };
}

/** How a sync ended, in one line. */
export function resultText(texts: Texts, row: SyncRow): string {
  const t = texts.all.activity;
  const result = resultOf(row);
  switch (result.kind) {
    case "failure":
      return `${t.stopped} ${texts.all.errors.sync[result.failure]}`;
    case "nothing":
      return t.nothingNew;
    case "moved":
      return [
        result.up.length > 0 && `${amountsText(texts, result.up)} ${t.fromDevice}`,
        result.down.length > 0 && `${amountsText(texts, result.down)} ${t.toDevice}`,
      ]
        .filter(Boolean)
        .join(", ");
  }
}

/** A sync as one line of text, for passing on. */
export function rowText(texts: Texts, row: SyncRow): string {
  const { all, format } = texts;
  const t = all.activity;
  return [
    format.dateTime(row.started),
    row.user ?? t.removedUser,
    all.common.app(row.app),
    t.kinds[row.kind],
    `${format.bytes(row.up_bytes)} ${t.fromDevice}, ${format.bytes(row.down_bytes)} ${t.toDevice}`,
    format.duration(row.duration_ms),
    resultText(texts, row),
  ].join(" · ");
}
