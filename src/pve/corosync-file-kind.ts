import { checkCorosync } from './corosync-check.ts';
import {
  corosyncNodes,
  decodeCorosync,
  encodeCorosync,
  optionValue,
  type CorosyncConfig,
  type CorosyncSection,
} from './corosync.ts';
import type { FileKind, Inspected } from './file-kind.ts';
import { ipForm } from './ip-address.ts';

export const corosyncFile: FileKind = {
  kind: 'corosync',
  summary: "The cluster's nodes and links, corosync.conf.",
  path: /^\/etc\/(?:pve|corosync)\/corosync\.conf(?:\.new)?$/u,
  looksLike: (text) =>
    /^\s*totem\s*\{/mu.test(text) ? 'certain' : /^\s*nodelist\s*\{/mu.test(text) ? 'likely' : 'no',
  inspect: (text) => inspectCorosync(decodeCorosync(text)),
};

function inspectCorosync(config: CorosyncConfig): Inspected {
  return {
    value: valueOf(config.main),
    encoded: encodeCorosync(config),
    normal: normalOf(config),
    findings: checkCorosync(config),
    refs: [],
    defines: corosyncNodes(config)
      .filter((node) => node.name !== '')
      .map(({ name, line }) => ({ kind: 'node', name, line })),
  };
}

/** Options as text, sections as objects, those that may be there more than once as lists. */
function valueOf(section: CorosyncSection): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = Object.create(null);
  for (const { key, value } of section.options) found[key] = value;
  for (const name of new Set(section.sections.map((inner) => inner.name))) {
    const all = section.sections.filter((inner) => inner.name === name).map(valueOf);
    found[name] = name === 'node' || name === 'interface' ? all : all[0];
  }
  return found;
}

/**
 * One value for all files that mean the same to PVE: order, white space and comments mean nothing, nodes are known by
 * name and interfaces by link (Corosync.pm parse_conf). A file that PVE cannot read means only itself.
 */
function normalOf(config: CorosyncConfig): unknown {
  return config.problems.length > 0 ? { unreadable: config.text } : normalSection(config.main, '');
}

function normalSection(section: CorosyncSection, path: string): unknown {
  const found: Record<string, unknown> = Object.create(null);
  for (const { key, value } of section.options) found[key] = optionForm(key, value);
  // PVE takes the second for the first where that is missing; corosync calls them the same (corosync.conf(5)).
  if (path === '/totem/interface' && found['ringnumber'] !== undefined && found['linknumber'] === undefined) {
    found['linknumber'] = found['ringnumber'];
    delete found['ringnumber'];
  }
  // A node has one vote where nothing else is said (votequorum(5)).
  if (path === '/nodelist/node') found['quorum_votes'] ??= '1';
  const lists = new Map<string, Record<string, unknown>>();
  for (const [index, inner] of section.sections.entries()) {
    const inside = `${path}/${inner.name}`;
    const key = keyOf(inner, inside, index);
    const form = normalSection(inner, inside);
    if (key === undefined) {
      found[inner.name] = form;
      continue;
    }
    const list: Record<string, unknown> = lists.get(inner.name) ?? Object.create(null);
    list[key] = form;
    lists.set(inner.name, list);
    found[inner.name] = list;
  }
  return found;
}

/** What PVE knows a section by, of those that may be there more than once. */
function keyOf(section: CorosyncSection, path: string, index: number): string | undefined {
  const name = path === '/nodelist/node' ? optionValue(section, 'name') : optionValue(section, 'linknumber');
  if (path === '/nodelist/node') return name ?? optionValue(section, 'ring0_addr') ?? '';
  if (path === '/totem/interface') return name ?? optionValue(section, 'ringnumber') ?? '';
  return section.name === 'node' || section.name === 'interface' ? String(index) : undefined;
}

function optionForm(key: string, value: string): string {
  if (/^(?:ring|link)\d+_addr$/u.test(key)) return ipForm(value);
  // resolve_hostname_like_corosync asks for it in lower case.
  return key === 'ip_version' ? value.toLowerCase() : value;
}
