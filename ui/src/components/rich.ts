// Texts with a little markup: **strong**, and {name} for a value.

/** A piece of such a text. */
export type RichPart =
  | { kind: "text"; text: string }
  | { kind: "strong"; text: string }
  | { kind: "value"; name: string };

/** Takes a text apart. What is not closed stays as it is written. */
export function richParts(text: string): RichPart[] {
  const parts: RichPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\*\*(.+?)\*\*|\{(\w+)\}/g)) {
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    const [whole, strong, name] = match;
    if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else if (name !== undefined) parts.push({ kind: "value", name });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}
