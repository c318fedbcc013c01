/**
 * Text from nodes and files without what would steer a terminal: control characters (but line breaks and tabs) and
 * marks that turn the direction of writing are shown as \u escapes.
 */
export function printable(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** Its lines, each after `indent`; line breaks at the end of the text are not counted. */
export function indented(text: string, indent: string): readonly string[] {
  const lines = printable(text.replaceAll('\r\n', '\n').replace(/\n+$/u, ''));
  return lines === '' ? [] : lines.split('\n').map((line) => `${indent}${line}`.trimEnd());
}

/** Seconds for people: "0.3 s", "12 s", "3 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The same without fractions, for what still runs. */
export function wholeSeconds(seconds: number): string {
  const whole = Math.floor(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Text in one line: line breaks and tabs become one space, with the space around them. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\s*[\n\t]\s*/gu, ' '));
}
