import type { Diagnostic, Position, Result } from '../diagnostic.ts';
import { fail, formatPosition, ok } from '../diagnostic.ts';
import { findModule } from '../modules/registry.ts';
import type { Spec } from '../spec.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import { expandEntry } from './expand-entry.ts';
import type { Mapping } from './find-tree.ts';
import { findTree, sections } from './find-tree.ts';
import { foldElements } from './fold-elements.ts';
import type { Defaults, GuestKind } from './read-guest.ts';
import { readGuest } from './read-guest.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { Path, Reading } from './reading.ts';
import { specAddress } from './spec-address.ts';
import { complain, describe, isMapping, placeOf } from './reading.ts';
import type { Templates } from './templates.ts';
import { loadTemplates } from './templates.ts';

/** Sections of the `proxmox` tree that are lists of guests. */
const guestSections: Readonly<Record<string, GuestKind>> = { vms: 'vm', containers: 'container' };
const sectionsToCome = ['storage', 'network', 'backups', 'ha'];

/**
 * Reads a state document: `{version: 1, plugins: {proxmox: {node, cluster, vms, containers}}}`, as JSON or YAML, or the
 * tree under `proxmox` alone. All errors are told, those of the guests' options too, in the order of the file.
 */
export async function readDocument(text: string, file: string): Promise<Result<readonly Spec[]>> {
  const parsed = parseYaml(text, file);
  if (!parsed.ok) return parsed;
  const reading: Reading = { file, positions: parsed.value.positions, problems: [] };
  const found = findTree(parsed.value.value, reading);
  const specs = found === undefined ? [] : await readTree(found.tree, found.path, reading);
  complainOfRepeated(
    specs.filter(({ kind }) => kind !== 'snapshot'),
    reading,
  );
  const problems = [...reading.problems, ...specs.flatMap(problemsOf)];
  return problems.length > 0 ? fail(...foldElements(problems).toSorted(byPlace)) : ok(specs);
}

/** What the kind's property table says of a spec; which cluster it is for makes no difference to that. */
function problemsOf(spec: Spec): readonly Diagnostic[] {
  const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
  return parsed?.ok === false ? parsed.diagnostics : [];
}

function byPlace({ at: a }: Diagnostic, { at: b }: Diagnostic): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

async function readTree(tree: Mapping, path: Path, reading: Reading): Promise<readonly Spec[]> {
  for (const key of Object.keys(tree)) complainOfSection(key, [...path, key], reading);
  const entries = Object.keys(guestSections).flatMap((section) => tree[section] ?? []);
  const templates = await loadTemplates(tree, entries, path, reading);
  const node = readName(tree, 'node', path, templates, reading);
  const cluster = isMapping(tree['cluster'])
    ? undefined
    : readName(tree, 'cluster', path, templates, reading);
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
      listUnder(tree, section, path, reading).flatMap((entry, index) => {
        const at = [...path, section, index];
        return expandEntry(kind, entry, at, templates, reading).flatMap(
          (turn) => readGuest(kind, turn.guest, at, defaults, turn.reading) ?? [],
        );
      }),
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
  templates: Templates,
  reading: Reading,
): { readonly name: string; readonly at: Position } | undefined {
  if (tree[key] === undefined) return undefined;
  const name = templates.render(tree[key], [...path, key], {}, reading);
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

/** VMs and containers share one row of numbers; those without a number are known by their names. */
function complainOfRepeated(specs: readonly Spec[], reading: Reading): void {
  const first = new Map<string, Spec>();
  for (const spec of specs) {
    const { vmid } = spec.args;
    if (typeof vmid !== 'number' && typeof vmid !== 'string') continue;
    const isNumber = /^\d+$/u.test(String(vmid));
    const name = isNumber ? String(vmid) : specAddress(spec).name;
    const key = isNumber ? name : `${spec.kind}/${name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, spec);
      continue;
    }
    const at = spec.positions['/vmid'];
    const otherAt = other.positions['/vmid'];
    const where = otherAt === undefined ? '' : ` at ${formatPosition(otherAt)}`;
    reading.problems.push({
      code: isNumber ? 'document/vmid-twice' : 'document/name-twice',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot declare ${spec.kind}/${name}: the ${other.kind}${where} has the same ${isNumber ? 'vmid' : 'name'}; each guest needs its own`,
      ...(at && { at }),
    });
  }
}
