import type { Parameters } from '../cli/getopt.ts';
import type { ConfigSection } from '../cluster/section-file.ts';
import { withFileLock } from '../cluster/file-lock.ts';
import { die, failureText } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { checkRemoval, checkWritten } from './hooks.ts';
import { KINDS, typeOptions, type SdnKind } from './kinds.ts';
import { fileValue, readObjects, writeObjects, type SdnObject } from './objects.ts';
import { pendingObjects, runningObjects, writtenObjects } from './running.ts';
import { subnetFacts } from './subnets.ts';

type Objects = Map<string, ConfigSection>;

/** Changes the objects of a kind under SDN's lock; what is refused there loses its usage line. Throws Failure. */
async function change(
  kind: SdnKind,
  session: Session,
  verb: string,
  act: (objects: Objects) => void,
): Promise<void> {
  try {
    await withFileLock(session, 'sdn_cfg', () => {
      const objects = readObjects(session.machine, kind);
      act(objects);
      writeObjects(session.machine, kind, objects);
    });
  } catch (thrown) {
    die(`${verb} sdn ${KINDS[kind].word} object failed: ${failureText(thrown)}`);
  }
}

function refuseLockToken(given: Parameters): void {
  if (given['lock-token'] !== undefined) die("pvefleet-lab: SDN's global lock is not modelled");
}

/** Refuses options that the type does not know (check_config). Throws Failure. */
function checkOptions(kind: SdnKind, type: string, given: Parameters): void {
  const known = typeOptions(kind, type) ?? die(`pvefleet-lab: SDN's type '${type}' is not modelled`);
  for (const name of Object.keys(given))
    if (!known.required.includes(name) && !known.optional.includes(name))
      die(`unexpected property '${name}'`);
}

function checkRequired(kind: SdnKind, type: string, given: Parameters): void {
  const missing = typeOptions(kind, type)?.required.find((name) => given[name] === undefined);
  if (missing !== undefined) die(`missing value for required option '${missing}'`);
}

/** POST. Throws Failure. */
export async function createObject(kind: SdnKind, session: Session, parameters: Parameters): Promise<void> {
  refuseLockToken(parameters);
  const { key, word } = KINDS[kind];
  const { [key]: name = '', type = key, ...given } = parameters;
  const check = (): void => {
    checkOptions(kind, type, given);
    checkRequired(kind, type, given);
  };
  if (kind === 'zones' || kind === 'controllers') check();
  const { machine } = session;
  await change(kind, session, 'create', (objects) => {
    const id = kind === 'subnets' ? subnetId(session, name, given['vnet'] ?? '') : name;
    check();
    if (objects.has(id)) die(`sdn ${word} object ID '${id}' already defined`);
    const options = Object.entries(given).map(([option, value]): [string, string] => [
      option,
      fileValue(option, value),
    ]);
    objects.set(id, { type, id, options: new Map(options) });
    checkWritten(kind, machine, id, objects);
  });
}

function subnetId({ machine }: Session, cidr: string, vnet: string): string {
  return `${readObjects(machine, 'vnets').get(vnet)?.options.get('zone') ?? ''}-${cidr.replace('/', '-')}`;
}

/** PUT. Throws Failure. */
export async function updateObject(kind: SdnKind, session: Session, parameters: Parameters): Promise<void> {
  refuseLockToken(parameters);
  const { key } = KINDS[kind];
  const { [key]: id = '', delete: deleted = '', digest, type: _type, ...options } = parameters;
  // A subnet's vnet is in the path.
  const { vnet: _vnet, ...others } = options;
  const given = kind === 'subnets' ? others : options;
  const { machine } = session;
  await change(kind, session, 'update', (objects) => {
    if (digest !== undefined && digest !== digestOf(machine.files.read(KINDS[kind].path) ?? ''))
      die('detected modified configuration - file changed by other user? Try again.');
    const object = objects.get(id) ?? die(unknownText(kind, id));
    checkOptions(kind, object.type, given);
    for (const name of splitList(deleted)) {
      const known = typeOptions(kind, object.type);
      if (known?.required.includes(name) === true) die(`unable to delete required option '${name}'`);
      if (known?.optional.includes(name) !== true) die(`no such option '${name}'`);
      if (given[name] !== undefined) die(`cannot set and delete property '${name}' at the same time!`);
      object.options.delete(name);
    }
    const before = new Map(object.options);
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) object.options.set(name, fileValue(name, value));
    checkWritten(kind, machine, id, objects, before);
  });
}

function unknownText(kind: SdnKind, id: string): string {
  return kind === 'zones' ? `sdn '${id}' does not exist` : `sdn ${KINDS[kind].word} '${id}' does not exist`;
}

/** DELETE. Throws Failure. */
export async function deleteObject(kind: SdnKind, session: Session, parameters: Parameters): Promise<void> {
  refuseLockToken(parameters);
  const id = parameters[KINDS[kind].key] ?? '';
  await change(kind, session, 'delete', (objects) => {
    if (!objects.has(id) && kind !== 'subnets') die(unknownText(kind, id));
    checkRemoval(kind, session.machine, id);
    objects.delete(id);
  });
}

/** The objects that are asked for: as written, as they run, or as they run with what will change. */
function wanted(
  kind: SdnKind,
  { machine }: Session,
  { pending, running }: Parameters,
): Readonly<Record<string, SdnObject>> {
  if (pending === '1') return pendingObjects(machine, kind);
  return running === '1' ? runningObjects(machine, kind) : writtenObjects(machine, kind);
}

function rowOf(kind: SdnKind, session: Session, given: Parameters, id: string, object: SdnObject): Json {
  const isWritten = given['pending'] !== '1' && given['running'] !== '1';
  return {
    ...object,
    ...(kind === 'subnets' ? subnetFacts(id, object) : {}),
    [KINDS[kind].key]: id,
    digest: isWritten ? digestOf(session.machine.files.read(KINDS[kind].path) ?? '') : null,
  };
}

/** GET of all, or of those of a type; subnets are those of a vnet. */
export function objectRows(kind: SdnKind, session: Session, given: Parameters): Json {
  return Object.entries(wanted(kind, session, given))
    .filter(([, object]) => kind !== 'subnets' || vnetOf(object) === given['vnet'])
    .filter(([, object]) => given['type'] === undefined || object['type'] === given['type'])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, object]) => rowOf(kind, session, given, id, object));
}

function vnetOf({ vnet }: SdnObject): Json | undefined {
  return vnet;
}

/** GET of one. Throws Failure. */
export function oneObject(kind: SdnKind, session: Session, given: Parameters): Json {
  const id = given[KINDS[kind].key] ?? '';
  const object = wanted(kind, session, given)[id] ?? die(unknownText(kind, id));
  return rowOf(kind, session, given, id, object);
}
