import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  insertRule,
  removeAlias,
  removeFirewallOption,
  removeFirewallSection,
  removeIpsetEntry,
  removeRule,
  setAlias,
  setFirewallOption,
  setFirewallSection,
  setIpsetEntry,
} from '../../src/pve/firewall-edit.ts';
import type { FirewallScope } from '../../src/pve/firewall-options.ts';
import {
  decodeFirewall,
  encodeFirewall,
  firewallAliases,
  firewallOptions,
  firewallRules,
  ipsetEntries,
  namedSection,
  sectionNames,
  type FirewallFile,
} from '../../src/pve/firewall.ts';

/** What real PVE did, where it lies beside the repository. */
const folder = fileURLToPath(new URL('../../../shared/pve/recordings', import.meta.url));

interface Recording {
  readonly steps: readonly {
    readonly argv: readonly string[];
    readonly files?: Readonly<Record<string, string | null>>;
  }[];
}

interface Change {
  readonly by: string;
  readonly scope: FirewallScope;
  readonly before: string;
  readonly after: string;
}

/** Each change that PVE made to a firewall file: the text before and after; '' is no file. */
function recordedChanges(): readonly Change[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const recording: Recording = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
      const texts = new Map<string, string>();
      return recording.steps.flatMap(({ argv, files }) =>
        Object.entries(files ?? {}).flatMap(([path, text]): readonly Change[] => {
          const scope = scopeOf(path);
          if (scope === undefined) return [];
          const before = texts.get(path) ?? '';
          texts.set(path, text ?? '');
          return text === null ? [] : [{ by: `${file}: ${argv.join(' ')}`, scope, before, after: text }];
        }),
      );
    });
}

function scopeOf(path: string): FirewallScope | undefined {
  if (!path.endsWith('.fw')) return undefined;
  if (path.endsWith('/cluster.fw')) return 'cluster';
  if (path.endsWith('/host.fw')) return 'host';
  return path.includes('/sdn/') ? 'vnet' : 'guest';
}

/** `before` with what `after` has, piece by piece. */
function predict(before: FirewallFile, after: FirewallFile): FirewallFile {
  let file = before;
  const options = firewallOptions(after);
  for (const name of firewallOptions(before).keys())
    if (!options.has(name)) file = removeFirewallOption(file, name);
  for (const [name, value] of options) file = setFirewallOption(file, name, value);
  const aliases = firewallAliases(after);
  for (const name of firewallAliases(before).keys()) if (!aliases.has(name)) file = removeAlias(file, name);
  for (const alias of aliases.values()) file = setAlias(file, alias);
  for (const kind of ['ipset', 'group'] as const) {
    const names = sectionNames(after, kind);
    for (const name of sectionNames(before, kind))
      if (!names.includes(name)) file = removeFirewallSection(file, kind, name);
    for (const name of names)
      file = setFirewallSection(file, kind, name, namedSection(after, kind, name)?.comment);
  }
  for (const name of sectionNames(after, 'ipset')) {
    const entries = ipsetEntries(after, name);
    for (const { cidr } of ipsetEntries(before, name))
      if (!entries.some((entry) => entry.cidr === cidr)) file = removeIpsetEntry(file, name, cidr);
    for (const entry of entries) file = setIpsetEntry(file, name, entry);
  }
  for (const group of [undefined, ...sectionNames(after, 'group')]) {
    for (const _ of firewallRules(file, group)) file = removeRule(file, 0, group);
    for (const [index, rule] of firewallRules(after, group).entries())
      file = insertRule(file, index, rule, group);
  }
  return file;
}

/** Without what PVE does by itself: options stand in any order, and a section without anything is left out. */
function lines(text: string): readonly string[] {
  const filled = text.replaceAll(/^\[(?:OPTIONS|ALIASES|RULES)\]\n\n(?=\n|\[|$(?![^]))/gmu, '');
  return filled
    .replaceAll(
      /(?<=\[OPTIONS\]\n\n)(?:.+\n)+/gu,
      (options) => `${options.trim().split('\n').toSorted().join('\n')}\n`,
    )
    .split('\n')
    .filter((line) => line !== '');
}

describe('editing a firewall file, against what PVE wrote', () => {
  test('gives the same lines', () => {
    for (const { by, scope, before, after } of recordedChanges()) {
      const edited = predict(decodeFirewall(scope, before), decodeFirewall(scope, after));
      expect({ by, lines: lines(encodeFirewall(edited)) }).toEqual({ by, lines: lines(after) });
    }
  });
});
