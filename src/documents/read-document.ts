import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail, formatPosition, ok } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import type { Mapping } from './find-tree.ts';
import { findTree, sections } from './find-tree.ts';
import type { Defaults, GuestKind } from './read-guest.ts';
import { readGuest } from './read-guest.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { Path, Reading } from './reading.ts';
import { complain, describe, isMapping, placeOf } from './reading.ts';

/** Sections of the `proxmox` tree that are lists of guests. */
const guestSections: Readonly<Record<string, GuestKind>> = { vms: 'vm', containers: 'container' };
const sectionsToCome = ['storage', 'network', 'backups', 'ha'];

/**
 * Reads a state document: `{version: 1, plugins: {proxmox: {node, cluster, vms, containers}}}`, as JSON or YAML, or the
 * tree under `proxmox` alone. All errors are told, those of the guests' options too, in the order of the file.
 */
export function readDocument(text: string, file: string): Result<readonly Spec[]> {
  const parsed = parseYaml(text, file);
  if (!parsed.ok) return parsed;
  const reading: Reading = { file, positions: parsed.value.positions, problems: [] };
  const found = findTree(parsed.value.value, reading);
  const specs = found === undefined ? [] : readTree(found.tree, found.path, reading);
  complainOfRepeatedVmids(
    specs.filter(({ kind }) => kind !== 'snapshot'),
    reading,
  );
  const problems = [...reading.problems, ...specs.flatMap(problemsOf)];
  return problems.length > 0 ? fail(...problems.toSorted(byPlace)) : ok(specs);
}

/** What the kind's property table says of a spec; which cluster it is for makes no difference to that. */
function problemsOf(spec: Spec): readonly Diagnostic[] {
  const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
  return parsed?.ok === false ? parsed.diagnostics : [];
}

function byPlace({ at: a }: Diagnostic, { at: b }: Diagnostic): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function readTree(tree: Mapping, path: Path, reading: Reading): readonly Spec[] {
  for (const key of Object.keys(tree)) complainOfSection(key, [...path, key], reading);
  const node = readName(tree, 'node', path, reading);
  const cluster = isMapping(tree['cluster']) ? undefined : readName(tree, 'cluster', path, reading);
  if (isMapping(tree['cluster'])) {
    complain(
      reading,
      [...path, 'cluster'],
      'not-yet',
      'Cannot read "cluster": making and joining clusters is not supported yet; the name of an existing one is wanted',
      'write "cluster": "NAME" to say which cluster the guests are for, or leave it out',
    );
  }
  const defaults: Defaults = { ...(node && { node }), ...(cluster && { cluster }) };
  return [
    ...Object.entries(guestSections).flatMap(([section, kind]) =>
      listUnder(tree, section, path, reading).flatMap(
        (guest, index) => readGuest(kind, guest, [...path, section, index], defaults, reading) ?? [],
      ),
    ),
    ...listUnder(tree, 'snapshots', path, reading).flatMap(
      (each, index) => readSnapshot(each, [...path, 'snapshots', index], defaults, reading) ?? [],
    ),
  ];
}

function listUnder(tree: Mapping, section: string, path: Path, reading: Reading): readonly unknown[] {
  const list = tree[section] ?? [];
  if (Array.isArray(list)) return list;
  const message = `Cannot read "${section}": it is ${describe(list)}; a list is wanted`;
  complain(reading, [...path, section], 'wrong-type', message);
  return [];
}

function complainOfSection(key: string, path: Path, reading: Reading): void {
  if (sections.includes(key)) return;
  if (sectionsToCome.includes(key)) {
    const message = `Cannot read "${key}": this section is not supported yet; "vms" and "containers" are`;
    complain(reading, path, 'not-yet', message, 'leave the section out; nothing of it would be managed');
    return;
  }
  const near = didYouMean(key, [...sections, ...sectionsToCome, 'plugins', 'version']);
  complain(
    reading,
    path,
    'unknown-key',
    `Cannot read ${JSON.stringify(key)}: a document has no such section${near}`,
  );
}

/** The name under a key, with its place; undefined when it is left out or (which is complained of) no name. */
function readName(
  tree: Mapping,
  key: string,
  path: Path,
  reading: Reading,
): { readonly name: string; readonly at: Position } | undefined {
  const name = tree[key];
  if (name === undefined) return undefined;
  if (typeof name === 'string' && name !== '') return { name, at: placeOf(reading, [...path, key]) };
  complain(
    reading,
    [...path, key],
    'wrong-type',
    `Cannot read "${key}": it is ${describe(name)}; a name is wanted`,
  );
  return undefined;
}

/** VMs and containers share one row of numbers. */
function complainOfRepeatedVmids(specs: readonly Spec[], reading: Reading): void {
  const first = new Map<string, Spec>();
  for (const spec of specs) {
    const { vmid: given } = spec.args;
    if (typeof given !== 'number' && typeof given !== 'string') continue;
    const vmid = String(given);
    const other = first.get(vmid);
    if (other === undefined) {
      first.set(vmid, spec);
      continue;
    }
    const at = spec.positions['/vmid'];
    const otherAt = other.positions['/vmid'];
    const where = otherAt === undefined ? '' : ` at ${formatPosition(otherAt)}`;
    reading.problems.push({
      code: 'document/vmid-twice',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot declare ${spec.kind}/${vmid}: the ${other.kind}${where} has the same vmid; each guest needs its own`,
      ...(at && { at }),
    });
  }
}
