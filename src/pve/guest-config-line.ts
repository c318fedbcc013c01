import type { GuestKind } from './option-schema.ts';
import { isBlank, trim } from './perl-space.ts';

/** One line of a guest's config, its line end included in `text`. */
export type ConfigLine =
  | { readonly type: 'blank' | 'broken'; readonly text: string }
  /** "#..." or "description: ...", both parts of the description; `value` still escaped. */
  | { readonly type: 'comment' | 'description'; readonly text: string; readonly value: string }
  /** "key: value" */
  | { readonly type: 'option'; readonly text: string; readonly key: string; readonly value: string }
  /** A container's "lxc.key: value" or "lxc.key = value", which goes to LXC as it is. */
  | { readonly type: 'raw'; readonly text: string; readonly key: string; readonly value: string };

/** Reads a line that opens no section, by the patterns of parse_vm_config and parse_pct_config in their order. */
export function readConfigLine(kind: GuestKind, text: string): ConfigLine {
  if (isBlank(text)) return { type: 'blank', text };
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (line.startsWith('#')) return { type: 'comment', text, value: line.slice(1) };
  return (kind === 'container' ? readRaw(line, text) : undefined) ?? readOption(kind, line, text);
}

function readRaw(line: string, text: string): ConfigLine | undefined {
  const match = /^(?<key>lxc\.[a-z0-9_\-.]+)(?::|[\t\v\f\r ]*=)/u.exec(line);
  const key = match?.groups?.['key'];
  if (match === null || key === undefined) return undefined;
  return { type: 'raw', text, key, value: trim(line.slice(match[0].length)) };
}

function readOption(kind: GuestKind, line: string, text: string): ConfigLine {
  const colon = line.indexOf(':');
  const key = colon === -1 ? '' : line.slice(0, colon);
  const isKey = (kind === 'vm' ? vmKey : containerKey).test(key);
  const rest = isKey ? line.slice(colon + 1) : '';
  const value = trim(rest);
  if (key === 'description' && value !== '') return { type: 'description', text, value };
  const state = snapshotState(line);
  if (state !== undefined) return { type: 'option', text, key: 'snapstate', value: state };
  if (rest === '') return { type: 'broken', text };
  // A value is at least one character, so that of "boot:  " (as PVE writes an empty order) is the last space.
  return { type: 'option', text, key, value: value === '' ? rest.slice(-1) : value };
}

/** PVE looks for it anywhere in a line. */
function snapshotState(line: string): string | undefined {
  if (!line.includes('snapstate:')) return undefined;
  return /snapstate:[\t\v\f\r ]*(?<state>prepare|delete)$/u.exec(trim(line))?.groups?.['state'];
}

const vmKey = /^[a-z][a-z_-]*\d*$/u;
const containerKey = /^[a-z][a-z_]*\d*$/u;
