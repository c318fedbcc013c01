import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import { refuseWithoutQuorum } from '../guest/store.ts';
import { purgeFromHa } from '../guest/references.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { printSections, readSections, type ConfigSection } from './section-file.ts';

const RESOURCES = '/etc/pve/ha/resources.cfg';

export function readResources(machine: Machine): ConfigSection[] {
  return readSections(machine.files.read(RESOURCES) ?? '');
}

function writeResources(machine: Machine, sections: readonly ConfigSection[]): void {
  machine.files.write(
    RESOURCES,
    printSections(sections, () => []),
  );
}

/** Where a guest is, and of which type; undefined if there is none. */
export function placeOf(
  machine: Machine,
  vmid: string,
): { readonly node: string; readonly type: string } | undefined {
  for (const node of machine.files.list('/etc/pve/nodes')) {
    if (machine.files.exists(`/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`)) return { node, type: 'vm' };
    if (machine.files.exists(`/etc/pve/nodes/${node}/lxc/${vmid}.conf`)) return { node, type: 'ct' };
  }
  return undefined;
}

/** `100` or `vm:100` as type and ID. */
function parseSid(machine: Machine, sid: string): { readonly type: string; readonly id: string } {
  const [type = '', id] = sid.split(':');
  return id === undefined ? { type: placeOf(machine, type)?.type ?? 'vm', id: type } : { type, id };
}

/** `ha-manager add`. Throws Failure. */
export function addResource(session: Session, { sid = '', type: _type, ...options }: Parameters): void {
  const { machine } = session;
  refuseWithoutQuorum(machine);
  const { type, id } = parseSid(machine, sid);
  if (type !== 'vm' && type !== 'ct') die(`unknown section type '${type}'`);
  const place = placeOf(machine, id) ?? die(`resource '${type}:${id}' does not exist in cluster`);
  if (place.type !== type)
    die(`resource '${type}:${id}' - guest with ID ${id} is not a ${type === 'ct' ? 'container' : 'VM'}`);
  const sections = readResources(machine);
  if (sections.some((one) => one.type === type && one.id === id))
    die(`create resource failed: resource ID '${type}:${id}' already defined`);
  writeResources(machine, [...sections, { type, id, options: new Map(Object.entries(options)) }]);
}

/** `ha-manager set`. Throws Failure. */
export function setResource(
  session: Session,
  { sid = '', delete: deleted = '', digest, ...options }: Parameters,
): void {
  const { machine } = session;
  refuseWithoutQuorum(machine);
  if (options['group'] !== undefined) die("invalid parameter 'group': ha groups have been migrated to rules");
  if (digest !== undefined && digest !== digestOf(machine.files.read(RESOURCES) ?? ''))
    die(
      'update resources config failed: detected modified configuration - file changed by other user? Try again.',
    );
  const { type, id } = parseSid(machine, sid);
  const sections = readResources(machine);
  const section =
    sections.find((one) => one.type === type && one.id === id) ??
    die(`update resources config failed: no such resource '${type}:${id}'`);
  for (const [name, value] of Object.entries(options)) section.options.set(name, value);
  for (const name of splitList(deleted)) {
    if (!['comment', 'failback', 'max_relocate', 'max_restart', 'state'].includes(name))
      die(`update resources config failed: no such option '${name}'`);
    section.options.delete(name);
  }
  writeResources(machine, sections);
}

/** Writes what is wanted of a resource, as HA's manager does when it was told to stop it. */
export function setState(machine: Machine, sid: string, state: 'stopped'): void {
  const sections = readResources(machine);
  sections.find(({ type, id }) => `${type}:${id}` === sid)?.options.set('state', state);
  writeResources(machine, sections);
}

/** `ha-manager remove`. Throws Failure. */
export function removeResource(session: Session, { sid = '', purge }: Parameters): void {
  const { machine } = session;
  refuseWithoutQuorum(machine);
  const { type, id } = parseSid(machine, sid);
  const sections = readResources(machine);
  if (!sections.some((one) => one.type === type && one.id === id))
    die(`cannot delete service '${type}:${id}', not HA managed!`);
  if (purge === '1') purgeFromHa(machine, `${type}:${id}`);
  else
    writeResources(
      machine,
      sections.filter((one) => one.type !== type || one.id !== id),
    );
}

function resourceRow(machine: Machine, { type, id, options }: ConfigSection): Json {
  const values = [...options].map(([name, value]): [string, Json] => [
    name,
    ['failback', 'max_relocate', 'max_restart'].includes(name) ? Number(value) : value,
  ]);
  const digest = digestOf(machine.files.read(RESOURCES) ?? '');
  return { ...Object.fromEntries(values), type, sid: `${type}:${id}`, digest };
}

/** GET /cluster/ha/resources. */
export function resourceRows({ machine }: Session, { type: wanted }: Parameters): Json {
  return readResources(machine)
    .filter(({ type }) => wanted === undefined || type === wanted)
    .map((section) => resourceRow(machine, section));
}

/** GET /cluster/ha/resources/{sid}. Throws Failure. */
export function oneResource({ machine }: Session, { sid = '' }: Parameters): Json {
  const { type, id } = parseSid(machine, sid);
  const found = readResources(machine).find((one) => one.type === type && one.id === id);
  return found === undefined ? die(`no such resource '${type}:${id}'`) : resourceRow(machine, found);
}

/** Groups are rules since PVE 9. Throws Failure. */
export function refuseGroups(verb: string): never {
  die(`cannot ${verb}: ha groups have been migrated to rules`);
}

/** `ha-manager config`. */
export function showConfig(session: Session): void {
  for (const { type, id, options } of readResources(session.machine)) {
    session.print(
      `${type}:${id}\n${[...options.keys()]
        .toSorted()
        .map((name) => `\t${name} ${options.get(name)}\n`)
        .join('')}\n`,
    );
  }
}

/** Whether HA decides about a guest's power: it is a resource and not ignored. */
export function isHaManaged(machine: Machine, sid: string): boolean {
  const { type, id } = parseSid(machine, sid);
  return readResources(machine).some(
    (one) => one.type === type && one.id === id && one.options.get('state') !== 'ignored',
  );
}

/** Whether what is asked for is passed on to HA: the guest is managed, and it is not HA itself that asks. */
export function isForHa({ machine, caller }: Session, sid: string): boolean {
  return caller !== 'ha' && isHaManaged(machine, sid);
}

/** Asks HA to start a guest: its wanted state becomes started. What then happens is the HA daemons' matter. */
export function requestStart(session: Session, sid: string): void {
  session.print(`Requesting HA start for ${sid.startsWith('vm:') ? 'VM' : 'CT'} ${sid.slice(3)}\n`);
  setResource(session, { sid, state: 'started' });
}

/** A resource that HA decides about, by its whole name. Throws Failure for another. */
export function managedSid(machine: Machine, sid: string): string {
  const { type, id } = parseSid(machine, sid);
  if (!isHaManaged(machine, `${type}:${id}`)) die(`resource '${type}:${id}' is not HA managed`);
  return `${type}:${id}`;
}
