import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { printSections, readSections, type ConfigSection } from '../cluster/section-file.ts';
import { die, failureText } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import { logWarning, type Session } from '../session.ts';
import { activateStorage } from '../storage/activate.ts';
import { LOCAL_STORAGE, storageSection } from '../storage/config.ts';
import { addSecrets, changeSecrets, dropSecrets, type Secrets } from '../storage/secrets.ts';
import { requiredOptions, STORAGE_TYPES, type StorageType } from '../storage/types.ts';

const STORAGE_CFG = '/etc/pve/storage.cfg';

type Options = Readonly<Record<string, string>>;

/** What the API returns of a definition that was made or changed. */
export interface Defined {
  readonly storage: string;
  readonly type: string;
}

/** Whether nobody has written down `local` yet; it comes last then. */
function isLocalImplicit({ files }: Machine): boolean {
  return !readSections(files.read(STORAGE_CFG) ?? '').some(({ id }) => id === 'local');
}

function readDefinitions(machine: Machine): ConfigSection[] {
  const sections = readSections(machine.files.read(STORAGE_CFG) ?? '');
  if (isLocalImplicit(machine))
    sections.push({ type: 'dir', id: 'local', options: new Map(Object.entries(LOCAL_STORAGE)) });
  for (const { type, options } of sections) {
    const content = STORAGE_TYPES[type]?.holdsUnasked;
    if (!options.has('content') && content !== undefined) options.set('content', content.join(','));
  }
  return sections;
}

/** Changes storage.cfg under the cluster's lock of that file; what fails is said to be what failed. Throws Failure. */
async function edit(
  session: Session,
  what: string,
  change: (sections: ConfigSection[]) => readonly ConfigSection[],
): Promise<void> {
  const { machine } = session;
  if (!machine.cluster.quorate()) {
    for (let second = 0; second < 9; second += 1) {
      session.warn("trying to acquire cfs lock 'file-storage_cfg' ...\n");
      await machine.sleep(1, session.input.signal);
    }
    die(`${what} storage failed: cfs-lock 'file-storage_cfg' error: no quorum!`);
  }
  const release = await machine.cluster.locks.take('file-storage_cfg', 10, session.input.signal);
  if (release === undefined)
    die(`${what} storage failed: cfs-lock 'file-storage_cfg' error: got lock request timeout`);
  try {
    machine.files.write(STORAGE_CFG, printSections(change(readDefinitions(machine)), requiredOptions));
  } catch (thrown) {
    die(`${what} storage failed: ${failureText(thrown)}`);
  } finally {
    release();
  }
}

function typeOf(name: string): StorageType {
  return STORAGE_TYPES[name] ?? die(`pvefleet-lab: ${name} storages are not modelled`);
}

/** Takes the options out of what was given that are kept in files of their own. */
function splitSecrets(
  { secret = [] }: StorageType,
  given: Options,
  deleted: readonly string[],
): { readonly options: Record<string, string>; readonly secrets: Secrets } {
  const secrets = secret.flatMap((name) =>
    name in given || deleted.includes(name) ? [[name, given[name]] as const] : [],
  );
  const options = Object.entries(given).filter(([name]) => !secret.includes(name));
  return { options: Object.fromEntries(options), secrets: Object.fromEntries(secrets) };
}

/** `pvesm add`. Throws Failure. */
export async function addStorage(
  session: Session,
  { type = '', storage = '', nodes = '', ...others }: Parameters,
): Promise<Defined> {
  const known = typeOf(type);
  const given = nodes === '' ? others : { ...others, nodes };
  const { options, secrets } = splitSecrets(known, given, []);
  if (['nfs', 'cifs', 'cephfs'].includes(type)) options['path'] ??= `/mnt/pve/${storage}`;
  const missing = requiredOptions(type).find((name) => (options[name] ?? '') === '');
  if (missing !== undefined) die(`missing value for required option '${missing}'`);
  refuseForeign(known, options);
  checkContent(session, known, options);
  if (type === 'dir' || type === 'btrfs') options['path'] = directoryPath(options['path'] ?? '');
  await edit(session, 'create', (sections) => {
    if (sections.some(({ id }) => id === storage)) die(`storage ID '${storage}' already defined`);
    addSecrets(session, type, storage, secrets, options);
    if (type === 'zfs') options['zfs-base-path'] ??= zfsBase(session, options['iscsiprovider'] ?? '');
    warnOfMkdir(session, storage, options['mkdir']);
    activateNew(session, type, storage, options);
    const added = { type, id: storage, options: new Map(Object.entries(options)) };
    return isLocalImplicit(session.machine)
      ? [...sections.slice(0, -1), added, ...sections.slice(-1)]
      : [...sections, added];
  });
  return { storage, type };
}

function directoryPath(path: string): string {
  if (!/^\/[-/a-zA-Z0-9_.@]+$/.test(path)) die(`illegal path for directory storage: ${path}`);
  return path.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}

/** Where the volumes of a target lie; the server that would know does not answer (ZFSPlugin.pm). */
function zfsBase(session: Session, provider: string): string {
  if (provider === 'comstar') return '/dev/zvol/rdsk';
  if (provider === 'istgt') return '/dev/zvol';
  logWarning(session, "remote command failed (255) - check 'zfs-base-path' setting manually!");
  return '/dev/zvol';
}

function warnOfMkdir(session: Session, storage: string, mkdir: string | undefined): void {
  if (mkdir === undefined) return;
  session.warn(
    `NOTE: The 'mkdir' option set for '${storage}' is deprecated and will be removed in Proxmox VE 9. Use 'create-base-path' or 'create-subdirs' instead.\n`,
  );
}

/** Tries a new storage where it is for this node; what it left is taken back when it can't be used. Throws Failure. */
function activateNew(session: Session, type: string, id: string, options: Options): void {
  const section = storageSection(id, type, options);
  if (section.disabled || section.nodes?.has(session.machine.name) === false) return;
  const wanted = options['is_mountpoint'] ?? 'no';
  try {
    if (!['no', '0', 'false', 'off'].includes(wanted)) {
      die(
        `unable to activate storage '${id}' - directory is expected to be a mount point but is not mounted: '${wanted.startsWith('/') ? wanted : options['path']}'`,
      );
    }
    if (type === 'btrfs') die(`'${options['path']}' is not a btrfs file system`);
    activateStorage(session, section);
  } catch (thrown) {
    dropSecrets(session, type, id);
    throw thrown;
  }
}

function refuseForeign(known: StorageType, options: Options): void {
  const allowed = optionsOf(known);
  const foreign = Object.keys(options)
    .toSorted()
    .find((name) => !allowed.includes(name));
  if (foreign !== undefined) die(`unexpected property '${foreign}'`);
}

function optionsOf({ fixed, fixedOptional = [], needed = [], options }: StorageType): readonly string[] {
  return [...fixed, ...fixedOptional, ...needed, ...options];
}

/** Drops with a warning what storages of a type can't hold (decode_value). Throws Failure if nothing is left. */
function checkContent(session: Session, known: StorageType, options: Record<string, string>): void {
  if (options['content'] === undefined) return;
  const wanted = splitList(options['content']);
  const held = wanted.filter((type) => known.holds.includes(type));
  for (const type of wanted.filter((one) => !held.includes(one)))
    session.warn(`storage does not support content type '${type}'\n`);
  if (held.includes('none') && held.length > 1) die("unable to combine 'none' with other content types");
  if (held.length === 0 && !known.holds.includes('none')) die("storage does not support content type 'none'");
  options['content'] = held.length === 0 ? 'none' : held.join(',');
}

/** `pvesm set`. Throws Failure. */
export async function setStorage(
  session: Session,
  { storage = '', delete: deletions = '', digest, ...given }: Parameters,
): Promise<Defined> {
  const deleted = splitList(deletions);
  let type = '';
  await edit(session, 'update', (sections) => {
    if (digest !== undefined && digest !== digestOf(session.machine.files.read(STORAGE_CFG) ?? ''))
      die('detected modified configuration - file changed by other user? Try again.');
    const section = sections.find(({ id }) => id === storage) ?? die(`storage '${storage}' does not exist`);
    type = section.type;
    const known = typeOf(type);
    const { options, secrets } = splitSecrets(known, given, deleted);
    const fixed = [...known.fixed, ...(known.fixedOptional ?? [])];
    const changed = Object.keys(options)
      .toSorted()
      .find((name) => fixed.includes(name) && section.options.get(name) !== options[name]);
    if (changed !== undefined) die(`can't change value of fixed parameter '${changed}'`);
    refuseForeign(known, options);
    checkContent(session, known, options);
    refuseDeletions(known, deleted, options);
    changeSecrets(session, type, storage, secrets, Object.fromEntries(section.options));
    for (const name of deleted) section.options.delete(name);
    for (const [name, value] of Object.entries(options)) section.options.set(name, value);
    warnOfMkdir(session, storage, section.options.get('mkdir'));
    return sections;
  });
  return { storage, type };
}

function refuseDeletions(known: StorageType, deleted: readonly string[], options: Options): void {
  for (const name of deleted) {
    if (!optionsOf(known).includes(name)) die(`no such option '${name}'`);
    if ([...known.fixed, ...(known.needed ?? [])].includes(name))
      die(`unable to delete required option '${name}'`);
    if (known.fixedOptional?.includes(name)) die(`unable to delete fixed option '${name}'`);
    if (options[name] !== undefined) die(`cannot set and delete property '${name}' at the same time!`);
  }
}

/** `pvesm remove`: the definition and its secrets go, the volumes stay. Throws Failure. */
export async function removeStorage(session: Session, { storage = '' }: Parameters): Promise<void> {
  await edit(session, 'delete', (sections) => {
    const section = sections.find(({ id }) => id === storage) ?? die(`storage '${storage}' does not exist`);
    if (sections.some(({ options }) => options.get('base')?.startsWith(`${storage}:`) === true))
      die("can't remove storage - storage is used as base of another storage");
    dropSecrets(session, section.type, storage);
    return sections.filter((other) => other !== section);
  });
}
