import { readRefusal } from './guest-config-check.ts';
import { encodeNewConfig } from './guest-config-edit.ts';
import {
  findSection,
  sectionOptions,
  type GuestConfig,
  type Options,
  type SectionName,
} from './guest-config.ts';
import { ownOptions } from './guest-own-options.ts';
import { readOptions } from './guest-read-options.ts';
import { normalise } from './normal-form.ts';
import { optionSchema, type GuestKind } from './option-schema.ts';

/**
 * The text that PVE would write if it read this file and wrote it again, which is what every `qm set` and `pct set`
 * does: sections in its order, options by name, broken lines and blank ones gone (QemuServer.pm write_vm_config,
 * LXC/Config.pm write_pct_config). A file that PVE wrote last stays as it is.
 */
export function rewriteGuestConfig(config: GuestConfig): string {
  const names = [...new Set(config.sections.map((section) => section.name))];
  const named = (prefix: string): readonly SectionName[] =>
    names.filter((name) => name.startsWith(prefix)).toSorted();
  const special = config.kind === 'vm' ? named('special:').filter((name) => isKept(config, name)) : [];
  const parts = [sectionText(config, 'current')];
  const pending = sectionText(config, 'pending');
  if (pending !== '') parts.push(`[${config.kind === 'vm' ? 'PENDING' : 'pve:pending'}]\n${pending}`);
  for (const name of special) parts.push(`[${name}]\n${sectionText(config, name)}`);
  for (const name of named('snapshot:'))
    parts.push(`[${name.slice('snapshot:'.length)}]\n${sectionText(config, name)}`);
  return parts.join('\n');
}

function sectionText(config: GuestConfig, name: SectionName): string {
  const lines = findSection(config, name)?.lines ?? [];
  const deleted = lines.findLast((line) => line.type === 'option' && line.key === 'delete');
  const { env, ...options }: Options = readOptions(config, name);
  const written: Record<string, string> = {};
  for (const [key, value] of Object.entries(options))
    written[key] = writtenValue(config.kind, name, key, value);
  if (name === 'current') delete written['snapstate'];
  if (name === 'pending' && deleted?.type === 'option') written['delete'] = deleted.value;
  const raw = lines.filter((line) => line.type === 'raw' && line.key !== environment);
  return [
    encodeNewConfig(config.kind, written),
    ...(env ?? '')
      .split('\0')
      .flatMap((variable) => (variable === '' ? [] : [`${environment}: ${variable}\n`])),
    ...raw.map((line) => (line.type === 'raw' ? `${line.key}: ${line.value}\n` : '')),
  ].join('');
}

/** PVE keeps what its type check makes of a value: 1 and 0, whole numbers, texts without quotes; all else as it is. */
function writtenValue(kind: GuestKind, name: SectionName, key: string, value: string): string {
  const own = ownOptions(kind, name);
  const schema = Object.hasOwn(own, key) ? own[key] : optionSchema(kind, key);
  // A container's value that PVE can't read is kept.
  if (schema === undefined || readRefusal(kind, name, key, value) !== undefined) return value;
  const dropsQuotes = 'dropsQuotes' in schema && schema.dropsQuotes === true;
  const changes = schema.type === 'boolean' || schema.type === 'integer' || dropsQuotes;
  return changes ? normalise(schema, value) : value;
}

/** The section of cloud-init goes with its drive. */
function isKept(config: GuestConfig, name: SectionName): boolean {
  if (name !== 'special:cloudinit') return true;
  return Object.values(sectionOptions(config, 'current')).some((value) =>
    /[:/]vm-\d+-cloudinit(?:[.,]|$)/u.test(value),
  );
}

const environment = 'lxc.environment.runtime';
