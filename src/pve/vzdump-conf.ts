import type { FileKind, Inspected, Mention } from './file-kind.ts';
import {
  decodePlainConfig,
  encodePlainConfig,
  normalPlainOptions,
  plainFindings,
  plainOptions,
  type PlainConfig,
} from './plain-config.ts';
import { propertyFormat } from './named-property-formats.ts';
import { decodePropertyString } from './property-string.ts';
import { vzdumpOptions } from './schema/vzdump-options.ts';
import { shellWords } from './shell-words.ts';
import { splitList } from './text-list.ts';

export const vzdumpConfFile: FileKind = {
  kind: 'vzdump-conf',
  summary: "A node's defaults for backups, /etc/vzdump.conf.",
  path: /^\/etc\/(?:pve\/)?vzdump\.conf$/u,
  looksLike: (text) => {
    if (/^#?(?:dumpdir|exclude-path|lockwait|pigz|stdexcludes|stopwait|tmpdir): /mu.test(text))
      return 'certain';
    return /^(?:bwlimit|ionice|mailto|prune-backups|storage|script): /mu.test(text) ? 'likely' : 'no';
  },
  inspect: inspectVzdumpConf,
};

/** Options of backups that mean the same in vzdump.conf and on a command line, in normal form, defaults left out. */
export function normalBackupOptions(
  options: ReadonlyMap<string, readonly string[]>,
): Readonly<Record<string, unknown>> {
  const made = new Map(options);
  for (const key of ['exclude', 'mailto', 'vmid']) {
    const text = made.get(key)?.at(-1);
    if (text !== undefined) made.set(key, [[...new Set(splitList(text))].toSorted().join(',')]);
  }
  return normalPlainOptions(vzdumpOptions, made, defaults);
}

/** Guests, storages, the pool and the node that options of a backup name. */
export function backupRefs(key: string, value: string): readonly Omit<Mention, 'line'>[] {
  switch (key) {
    case 'vmid':
    case 'exclude':
      return splitList(value).map((name) => ({ kind: 'guest', name }));
    case 'storage':
    case 'pool':
    case 'node':
      return [{ kind: key, name: value }];
    case 'fleecing': {
      const schema = vzdumpOptions['fleecing'];
      const format = schema && propertyFormat(schema);
      const name = format && decodePropertyString(format, value).values['storage'];
      return name === undefined ? [] : [{ kind: 'storage', name }];
    }
    default:
      return [];
  }
}

/** What vzdump takes an option to be without it (pve-manager's VZDump.pm read_vzdump_defaults): the schema's defaults. */
const defaults = Object.fromEntries(
  Object.entries(vzdumpOptions).flatMap(([key, schema]) =>
    schema.default === undefined ? [] : [[key, String(schema.default)]],
  ),
);

function inspectVzdumpConf(text: string): Inspected {
  const config = decodePlainConfig(text);
  const options = plainOptions(config);
  const both = options.has('storage') && options.has('dumpdir');
  return {
    value: Object.fromEntries(
      [...options].map(([key, values]) => [key, key === 'exclude-path' ? excludes(values) : values.at(-1)]),
    ),
    encoded: encodePlainConfig(config),
    normal: normalConf(options),
    findings: [
      ...plainFindings('vzdump-conf', vzdumpOptions, config, 'warning'),
      ...(both
        ? [
            {
              line: lineOf(config, 'dumpdir'),
              severity: 'warning' as const,
              code: 'vzdump-conf/dumpdir',
              message:
                '"dumpdir" and "storage" are both there, so PVE ignores "dumpdir"; one of them is wanted',
            },
          ]
        : []),
    ],
    refs: config.lines.flatMap((line, index) =>
      line.type === 'option'
        ? backupRefs(line.key, line.value).map((ref) => ({ ...ref, line: index + 1 }))
        : [],
    ),
    defines: [],
  };
}

function normalConf(options: ReadonlyMap<string, readonly string[]>): unknown {
  const made = new Map(options);
  if (made.has('storage')) made.delete('dumpdir');
  const paths = made.get('exclude-path');
  if (paths !== undefined) made.set('exclude-path', excludes(paths));
  return normalBackupOptions(made);
}

/** One line may hold several, as a shell has words. */
const excludes = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => shellWords(line) ?? []);

const lineOf = (config: PlainConfig, key: string): number =>
  config.lines.findLastIndex((line) => line.type === 'option' && line.key === key) + 1;
