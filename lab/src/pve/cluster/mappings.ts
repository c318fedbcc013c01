import type { Machine } from '../../machine.ts';
import { listItems, type Parameters } from '../cli/getopt.ts';
import { attempt, die, failureText } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { withFileLock } from './file-lock.ts';
import {
  mappingLock,
  mappingPath,
  readMappings,
  writeMappings,
  type Mapping,
  type MappingKind,
} from './mapping-file.ts';

/** What PVE calls them when something fails (PVE/API2/Cluster/Mapping). */
const WORDS: Readonly<Record<MappingKind, string>> = { pci: 'hardware', usb: 'hardware', dir: 'directory' };

async function change(
  session: Session,
  kind: MappingKind,
  what: string,
  act: (mappings: Mapping[]) => readonly Mapping[],
): Promise<null> {
  try {
    await withFileLock(session, mappingLock(kind), () =>
      writeMappings(session.machine, kind, act(readMappings(session.machine, kind))),
    );
  } catch (thrown) {
    die(`${what} mapping failed: ${failureText(thrown)}`);
  }
  return null;
}

/** POST /cluster/mapping/KIND. Throws Failure. */
export async function createMapping(
  kind: MappingKind,
  session: Session,
  { id = '', map = '', ...given }: Parameters,
): Promise<null> {
  const maps = listItems(map);
  if (kind === 'dir') checkDirectories(session.machine, maps);
  return change(session, kind, `create ${WORDS[kind]}`, (mappings) => {
    if (mappings.some((one) => one.id === id)) die(`${kind} ID '${id}' already defined`);
    return [...mappings, { id, maps, options: new Map(Object.entries(given)) }];
  });
}

/** PUT /cluster/mapping/KIND/{id}. Throws Failure. */
export async function updateMapping(
  kind: MappingKind,
  session: Session,
  { id = '', map, delete: deleted, digest, ...given }: Parameters,
): Promise<null> {
  const { machine } = session;
  return change(session, kind, `update ${WORDS[kind]}`, (mappings) => {
    if (digest !== undefined && digest !== digestOf(machine.files.read(mappingPath(kind)) ?? ''))
      die('detected modified configuration - file changed by other user? Try again.');
    const mapping = mappings.find((one) => one.id === id) ?? die(`${kind} ID '${id}' does not exist`);
    if (map === undefined) die("missing value for required option 'map'");
    if (kind === 'dir') checkDirectories(machine, listItems(map));
    for (const name of splitList(deleted ?? '')) {
      if (name === 'map') die("unable to delete required option 'map'");
      if (given[name] !== undefined) die(`unable to set and delete property '${name}' at the same time!`);
      mapping.options.delete(name);
    }
    mapping.maps = listItems(map);
    for (const [name, value] of Object.entries(given)) mapping.options.set(name, value);
    return mappings;
  });
}

/** DELETE /cluster/mapping/KIND/{id}: one that is not there is no failure. Throws Failure. */
export async function deleteMapping(
  kind: MappingKind,
  session: Session,
  { id = '' }: Parameters,
): Promise<null> {
  return change(session, kind, `delete ${kind}`, (mappings) => mappings.filter((one) => one.id !== id));
}

/** GET /cluster/mapping/KIND; with `check-node` what of it this node does not have. Throws Failure. */
export function mappingRows(kind: MappingKind, { machine }: Session, given: Parameters): Json {
  const node = given['check-node'];
  if (node !== undefined && node !== 'localhost' && node !== machine.name)
    die(kind === 'usb' ? 'Wrong node to check' : `wrong node to check - ${node} != ${machine.name}`);
  const found = (mapping: Mapping): { readonly [key: string]: Json } =>
    node === undefined
      ? {}
      : { [kind === 'usb' ? 'errors' : 'checks']: problems(machine, kind, mapping, node) };
  return readMappings(machine, kind).map((mapping) => ({
    ...mappingData(machine, kind, mapping),
    ...found(mapping),
    id: mapping.id,
  }));
}

/** GET /cluster/mapping/KIND/{id}. Throws Failure. */
export function oneMapping(kind: MappingKind, { machine }: Session, { id = '' }: Parameters): Json {
  const mapping =
    readMappings(machine, kind).find((one) => one.id === id) ?? die(`mapping '${id}' not found`);
  return mappingData(machine, kind, mapping);
}

function mappingData(
  { files }: Machine,
  kind: MappingKind,
  { maps, options }: Mapping,
): { readonly [key: string]: Json } {
  const values = [...options].map(([name, value]): [string, Json] => [
    name,
    name === 'description' ? value : Number(value),
  ]);
  return {
    ...Object.fromEntries(values),
    digest: digestOf(files.read(mappingPath(kind)) ?? ''),
    map: maps,
    type: kind,
  };
}

const keysOf = (map: string): ReadonlyMap<string, string> =>
  new Map(map.split(',').map((part) => [part.replace(/=.*/, ''), part.replace(/^[^=]*=/, '')]));

/** A simulated node has no devices of its own, so none of those that are mapped. */
function problems(machine: Machine, kind: MappingKind, mapping: Mapping, node: string): readonly Json[] {
  const here = mapping.maps.map(keysOf).filter((map) => map.get('node') === node);
  if (here.length === 0) return [{ severity: 'warning', message: `No mapping for node ${node}.` }];
  return here.flatMap((map) => {
    const wrong = attempt(() => checkDevice(machine, kind, map));
    return wrong === undefined ? [] : [{ severity: 'error', message: `Invalid configuration: ${wrong}` }];
  });
}

function checkDevice(machine: Machine, kind: MappingKind, map: ReadonlyMap<string, string>): void {
  const path = map.get('path');
  if (kind === 'dir') checkDirectory(machine, path ?? '');
  else if (kind === 'usb') die(`usb device '${path ?? map.get('id')}' not found`);
  else die(`pci device '${/\.[a-f0-9]/i.test(path ?? '') ? path : `${path}.0`}' not found`);
}

/** Refuses directories that this node has not, and two for one node. Throws Failure. */
function checkDirectories(machine: Machine, maps: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const map of maps.map(keysOf)) {
    const node = map.get('node') ?? '';
    if (node === machine.name) checkDirectory(machine, map.get('path') ?? '');
    counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  for (const [node, count] of counts) if (count > 1) die(`Node '${node}' is specified ${count} times.`);
}

function checkDirectory({ files }: Machine, path: string): void {
  if (!files.exists(path)) die(`Path ${path} does not exist`);
  if (!files.isDirectory(path)) die(`Path ${path} exists, but is not a directory`);
}
