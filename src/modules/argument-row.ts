/** An argument of an act or a word of a snapshot: a row of data. Tasks, flags, their checks and the docs come from it. */
export interface ArgumentRow {
  /** PVE's own word where it has one: "timeout", "forceStop", "with-local-disks". */
  readonly name: string;
  readonly type: 'switch' | 'number' | 'text';
  readonly required?: true;
  /** Of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The only texts that there are. */
  readonly choices?: readonly string[];
  /** Of a text: what it must look like, and that in words. */
  readonly form?: { readonly pattern: RegExp; readonly words: string };
  /** Its flag where commands have one of its name already; the name, in lower case with dashes, unless said. */
  readonly flag?: string;
  /** Name of its value on help pages: "SECONDS". */
  readonly value?: string;
  /** One line, without a full stop. */
  readonly help: string;
}

/** A value in its normal form: "1" and "0" for switches, digits, text; or what is wanted instead. */
export function readArgument(row: ArgumentRow, value: unknown): string | { readonly wanted: string } {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  switch (row.type) {
    case 'switch':
      if (typeof text === 'string' && /^(?:1|on|yes|true)$/iu.test(text)) return '1';
      if (typeof text === 'string' && /^(?:0|off|no|false)$/iu.test(text)) return '0';
      return { wanted: 'yes or no' };
    case 'number': {
      const { minimum = 0, maximum } = row;
      const number = typeof text === 'string' && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
      if (number !== undefined && number >= minimum && number <= (maximum ?? Infinity)) return String(number);
      return { wanted: `a whole number from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}` };
    }
    case 'text':
      if (row.choices !== undefined)
        return typeof text === 'string' && row.choices.includes(text)
          ? text
          : { wanted: row.choices.join(' or ') };
      if (typeof text !== 'string') return { wanted: row.form?.words ?? 'a text' };
      return row.form === undefined || row.form.pattern.test(text) ? text : { wanted: row.form.words };
  }
}

/** A value in a sentence. */
export function shownValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `"${value}"`
    : 'no value';
}
