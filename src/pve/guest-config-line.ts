import type { GuestKind } from './option-schema.ts';

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
  if (/^\s*$/u.test(text)) return { type: 'blank', text };
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (line.startsWith('#')) return { type: 'comment', text, value: line.slice(1) };
  return (kind === 'container' ? readRaw(line, text) : undefined) ?? readOption(kind, line, text);
}

function readRaw(line: string, text: string): ConfigLine | undefined {
  const { key, value } =
    /^(?<key>lxc\.[a-z0-9_\-.]+)(?::|\s*=)\s*(?<value>.*?)\s*$/su.exec(line)?.groups ?? {};
  return key === undefined || value === undefined ? undefined : { type: 'raw', text, key, value };
}

function readOption(kind: GuestKind, line: string, text: string): ConfigLine {
  const state = /snapstate:\s*(?<state>prepare|delete)\s*$/u.exec(line)?.groups?.['state'];
  const { key, value } = (kind === 'vm' ? vmOption : containerOption).exec(line)?.groups ?? {};
  if (key === 'description' && value !== undefined && value.trim() !== '')
    return { type: 'description', text, value };
  if (state !== undefined) return { type: 'option', text, key: 'snapstate', value: state };
  return key === undefined || value === undefined
    ? { type: 'broken', text }
    : { type: 'option', text, key, value };
}

/** A value is at least one character, so that of "boot:  " (as PVE writes an empty order) is one space. */
const vmOption = /^(?<key>[a-z][a-z_-]*\d*):\s*(?<value>.+?)\s*$/su;
const containerOption = /^(?<key>[a-z][a-z_]*\d*):\s*(?<value>.+?)\s*$/su;
