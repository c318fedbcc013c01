import { trim } from './perl-space.ts';
import { splitLines } from './text-lines.ts';
import { parseUserEntry, type UserEntry } from './user-cfg-entry.ts';

/** The file /etc/pve/user.cfg with every line kept: encode(decode(text)) is text, always. */
export interface UserConfig {
  readonly lines: readonly UserLine[];
}

/** A line with its end in `text`. */
export type UserLine =
  | { readonly type: 'blank'; readonly text: string }
  | { readonly type: 'entry'; readonly text: string; readonly entry: UserEntry }
  /** What PVE ignores. "<what is>; <what is wanted>" */
  | { readonly type: 'broken'; readonly text: string; readonly problem: string };

/** Reads user.cfg. Takes any text. */
export function decodeUserConfig(text: string): UserConfig {
  return { lines: splitLines(text).map(readUserLine) };
}

/** The text of the file; what was not edited comes out as it went in. */
export function encodeUserConfig(config: UserConfig): string {
  return config.lines.map((line) => line.text).join('');
}

/** Reads one line, its end included. */
export function readUserLine(text: string): UserLine {
  const line = trim(text);
  if (line === '') return { type: 'blank', text };
  const entry = parseUserEntry(line);
  return typeof entry === 'string'
    ? { type: 'broken', text, problem: entry }
    : { type: 'entry', text, entry };
}

/** What the lines say, in order. */
export function userEntries(config: UserConfig): readonly UserEntry[] {
  return config.lines.flatMap((line) => (line.type === 'entry' ? [line.entry] : []));
}
