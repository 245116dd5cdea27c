/** One of several values to choose from. */
export interface Choice<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
  disabled?: boolean;
}
