// Numbers, sizes and times as a person writes them.

import type { Language } from "../ipc/bindings";

/** Forms of a word for a count. `#` stands for the number. */
export interface Forms {
  one: string;
  other: string;
}

/** Everything that depends on the language and is not a word. */
export interface Formats {
  /** `1,234` */
  count(value: number): string;
  /** `1 card`, `1,234 cards` */
  plural(value: number, forms: Forms): string;
  /** `62%`, of a part between 0 and 1 */
  percent(part: number): string;
  /** `34 MB`, in powers of 1000 as file managers show them */
  bytes(bytes: number): string;
  /** `23 Nov 2026`, of milliseconds since the epoch */
  date(at: number): string;
  /** `14:05` */
  time(at: number): string;
  /** `23 Nov 2026, 14:05` */
  dateTime(at: number): string;
  /** `12 seconds ago`, `yesterday`; the date when it is over a month ago */
  relative(at: number, now: number): string;
  /** `2 min 5 sec`, of milliseconds */
  duration(milliseconds: number): string;
  /** `Anna, Ben and Cleo` */
  list(words: string[]): string;
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The locale of the system that speaks the language, such as `en-GB`. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((locale) => locale.toLowerCase().split("-")[0] === language) ?? language;
}

/** The formats of a locale. */
export function formatsFor(locale: string): Formats {
  const counts = new Intl.NumberFormat(locale);
  const rules = new Intl.PluralRules(locale);
  const percents = new Intl.NumberFormat(locale, { style: "percent" });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const times = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const dateTimes = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: name === "byte" ? "long" : "short",
      maximumFractionDigits: digits,
    }).format(value);

  return {
    count: (value) => counts.format(value),
    plural: (value, forms) =>
      forms[rules.select(value) === "one" ? "one" : "other"].replace("#", counts.format(value)),
    percent: (part) => percents.format(part),
    bytes(bytes) {
      let value = bytes;
      let size = 0;
      // 999.95 would be shown as 1000.0.
      while (value >= 999.5 && size < SIZES.length - 1) {
        value /= 1000;
        size += 1;
      }
      return unit(value, SIZES[size] ?? "byte", size > 1 && value < 10 ? 1 : 0);
    },
    date: (at) => dates.format(at),
    time: (at) => times.format(at),
    dateTime: (at) => dateTimes.format(at),
    relative(at, now) {
      // A clock that was set back must not tell of the future.
      const past = Math.max(0, now - at);
      if (past < MINUTE) return ago.format(-Math.floor(past / SECOND), "second");
      if (past < HOUR) return ago.format(-Math.floor(past / MINUTE), "minute");
      if (past < DAY) return ago.format(-Math.floor(past / HOUR), "hour");
      if (past < 30 * DAY) return ago.format(-Math.floor(past / DAY), "day");
      return dates.format(at);
    },
    duration(milliseconds) {
      if (milliseconds < 10 * SECOND) return unit(milliseconds / SECOND, "second", 1);
      const seconds = Math.round(milliseconds / SECOND);
      if (seconds < 60) return unit(seconds, "second");
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) {
        return [
          unit(minutes, "minute"),
          ...(seconds % 60 ? [unit(seconds % 60, "second")] : []),
        ].join(" ");
      }
      return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
    },
    list: (words) => lists.format(words),
  };
}
