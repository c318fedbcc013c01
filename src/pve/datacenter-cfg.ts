import type { FileKind, Inspected } from './file-kind.ts';
import { propertyFormat } from './named-property-formats.ts';
import { decodeText, encodeText } from './percent-text.ts';
import {
  decodePlainConfig,
  encodePlainConfig,
  insertPlainLine,
  normalPlainOptions,
  plainFindings,
  plainOptions,
  type PlainConfig,
} from './plain-config.ts';
import { decodePropertyString, encodePropertyString } from './property-string.ts';
import { datacenterOptions } from './schema/datacenter-options.ts';
import type { SchemaTable } from './schema/property-schema.ts';

export const datacenterFile: FileKind = {
  kind: 'datacenter',
  summary: 'Options of the whole datacenter, datacenter.cfg.',
  path: /^\/etc\/pve\/datacenter\.cfg$/u,
  looksLike: (text) =>
    /^(?:crs|email_from|ha: shutdown_policy|mac_prefix|max_workers|migration|next-id|registered-tags|tag-style|user-tag-access|webauthn|consent-text)[:=]/mu.test(
      text,
    )
      ? 'certain'
      : 'no',
  inspect: inspectDatacenter,
};

/** The datacenter's notes: the comment lines that begin at the line's start (pve-cluster's DataCenterConfig.pm). */
export function datacenterDescription(config: PlainConfig): string {
  const notes = config.lines.filter((line) => line.type === 'comment' && line.text.startsWith('#'));
  return notes.map((line) => decodeText(line.text.slice(1).replace(/\n$/u, ''))).join('\n');
}

/** Replaces the notes by this text, one comment line at the top for each of its lines; '' removes them. */
export function setDatacenterDescription(config: PlainConfig, text: string): PlainConfig {
  const wanted = notes(text);
  if (notes(datacenterDescription(config)) === wanted) return config;
  const rest: PlainConfig = {
    lines: config.lines.filter((line) => line.type !== 'comment' || !line.text.startsWith('#')),
  };
  const lines = wanted === '' ? [] : wanted.split('\n');
  return lines.reduceRight((made, line) => insertPlainLine(made, 0, `#${encodeText(line)}`), rest);
}

/** PVE writes no empty lines at the end. */
const notes = (text: string): string => text.replace(/\n+$/u, '');

/** Newer than the schema, or passed over as the notes are in comment lines (DataCenterConfig.pm). */
const options: SchemaTable = {
  ...datacenterOptions,
  description: { type: 'string', optional: true },
  location: { type: 'string', optional: true, format: 'pve-node-location' },
};

function inspectDatacenter(text: string): Inspected {
  const config = decodePlainConfig(text);
  return {
    value: {
      description: datacenterDescription(config),
      options: Object.fromEntries([...plainOptions(config)].map(([key, values]) => [key, values.at(-1)])),
    },
    encoded: encodePlainConfig(config),
    normal: {
      description: notes(datacenterDescription(config)),
      options: normalPlainOptions(options, current(config), absent),
    },
    findings: isJson(text)
      ? [
          {
            line: 1,
            severity: 'warning',
            code: 'datacenter/json',
            message:
              'the file is JSON, which only PVE\'s HA simulator reads; lines of "key: value" are wanted',
          },
        ]
      : plainFindings('datacenter', options, config, 'error'),
    refs: [],
    defines: [],
  };
}

/** What absence means where the schema has no default, or where the option has a key that it must have. */
const absent: Readonly<Record<string, string | null>> = {
  fencing: 'watchdog',
  ha: 'shutdown_policy=conditional',
  mac_prefix: 'BC:24:11',
  migration: 'secure',
  replication: 'secure',
  // Their presence alone counts (AccessControl.pm configure_u2f_and_wa).
  u2f: null,
  webauthn: null,
};

/** The options in the spelling that counts (DataCenterConfig.pm parse_datacenter_config, write_datacenter_config). */
function current(config: PlainConfig): ReadonlyMap<string, readonly string[]> {
  const found = new Map(plainOptions(config));
  found.delete('description');
  const last = (key: string): string | undefined => found.get(key)?.at(-1);
  const unsecure = last('migration_unsecure');
  found.delete('migration_unsecure');
  if (unsecure !== undefined && last('migration') === undefined)
    found.set('migration', [/^(?:1|on|yes|true)$/iu.test(unsecure) ? 'insecure' : 'secure']);
  if (last('console') === 'applet') found.set('console', ['html5']);
  // An empty line is as none.
  if (last('crs') === '') found.delete('crs');
  const prefix = last('mac_prefix');
  if (prefix !== undefined) found.set('mac_prefix', [prefix.toUpperCase()]);
  const tags = last('registered-tags');
  if (tags !== undefined) found.set('registered-tags', [asSet(tags)]);
  for (const [key, list] of [
    ['tag-style', 'color-map'],
    ['user-tag-access', 'user-allow-list'],
  ] as const) {
    const text = last(key);
    if (text !== undefined) found.set(key, [withSet(key, list, text)]);
  }
  return found;
}

const asSet = (text: string): string => [...new Set(text.split(';'))].toSorted().join(';');

/** The property string with that key's list, divided by ";", in order. */
function withSet(option: string, key: string, text: string): string {
  const schema = options[option];
  const format = schema && propertyFormat(schema);
  if (format === undefined) return text;
  const { values, problems } = decodePropertyString(format, text);
  const list = values[key];
  if (problems.length > 0 || list === undefined) return text;
  return encodePropertyString(format, { ...values, [key]: asSet(list) });
}

function isJson(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
