import type { Machine, PveCommand } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { singleCommand, type Exited } from '../cli/tool.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { verifierOf } from '../formats/named.ts';
import { splitList } from '../formats/values.ts';
import { guestNode } from '../guest/place.ts';
import { poolMembers } from '../guest/pools.ts';
import { guestIds } from '../guest/store.ts';
import { parametersOf } from '../schema/parameters.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { storageOf, usableStorage, type StorageSection } from '../storage/config.ts';
import { folderOf } from '../storage/volume-name.ts';
import { CT_BACKUP } from './ct.ts';
import { backUpGuest, type BackupKind, type JobOptions } from './job.ts';
import { keepsAll, parseRetention } from './prune.ts';
import { VM_BACKUP } from './vm.ts';

const NOT_MODELLED = ['fleecing', 'script', 'stdout', 'stop', 'tmpdir'];

/** `vzdump` (PVE::API2::VZDump). */
export const vzdump: PveCommand = singleCommand('vzdump {<vmid>} [OPTIONS]', {
  parameters: parametersOf('POST /nodes/{node}/vzdump'),
  positional: ['extra-args'],
  exitsAsTask: true,
  run: (session, given, extra) =>
    dump(session, extra.length === 0 ? given : { ...given, vmid: extra.join(',') }),
});

/** Backs up guests. Throws Failure for what is refused before the task. */
export async function dump(session: Session, given: Parameters): Promise<TaskEnd | Exited> {
  const { machine } = session;
  const refused = NOT_MODELLED.find((name) => given[name] !== undefined);
  if (refused !== undefined) die(`pvefleet-lab: vzdump --${refused} is not modelled`);
  const { vmid, all, exclude, pool } = given;
  for (const [name, value] of Object.entries({ all: all === '1' ? all : undefined, exclude, pool }))
    if (value !== undefined && vmid !== undefined)
      refuseParameters({ [name]: "option conflicts with option 'vmid'" });
  const wantsAll = all === '1' || (exclude !== undefined && pool === undefined);
  if (!wantsAll && pool === undefined && vmid === undefined)
    refuseParameters({ vmid: 'property is missing' });
  const ids = wantedGuests(machine, given, wantsAll);
  if (ids.length === 0 && !wantsAll) return { exit: 0 };
  const id = ids.length === 1 ? (ids[0] ?? '') : '';
  const quiet = given['quiet'] === '1';
  const output = quiet
    ? { ...session, print: () => undefined, warn: () => undefined, writeError: () => undefined }
    : session;
  return runTask(output, 'vzdump', id, async () => {
    const options = jobOptions(session, given);
    output.print(`INFO: starting new backup job: ${commandLine(given)}\n`);
    let failed = 0;
    for (const guest of ids)
      if (!(await backUpGuest(output, guest, kindOf(machine, guest), options))) failed += 1;
    output.print(`INFO: Backup job finished ${failed === 0 ? 'successfully' : 'with errors'}\n`);
    if (failed > 0) die('job errors');
  });
}

function kindOf({ files, name }: Machine, vmid: string): BackupKind | undefined {
  if (files.exists(`/etc/pve/nodes/${name}/qemu-server/${vmid}.conf`)) return VM_BACKUP;
  return files.exists(`/etc/pve/nodes/${name}/lxc/${vmid}.conf`) ? CT_BACKUP : undefined;
}

/** Guests of this node, and IDs that no node has: they fail visibly. */
function wantedGuests(
  machine: Machine,
  { vmid, exclude, pool }: Parameters,
  wantsAll: boolean,
): readonly string[] {
  const verify = verifierOf('pve-vmid');
  const left = new Set(splitList(exclude ?? ''));
  const here = [...guestIds(machine, 'qemu'), ...guestIds(machine, 'lxc')];
  const wanted = wantsAll
    ? here.filter((id) => !left.has(id))
    : pool !== undefined
      ? poolMembers(machine, pool).filter((id) => !left.has(id))
      : splitList(vmid ?? '');
  try {
    wanted.forEach(verify);
  } catch (thrown) {
    refuseParameters({ vmid: `invalid format - ${failureText(thrown)}` });
  }
  return [...new Set(wanted)]
    .filter((id) => (guestNode(machine, id) ?? machine.name) === machine.name)
    .toSorted((a, b) => Number(a) - Number(b));
}

/** What the job runs with, node-wide defaults (vzdump.conf) under it. Throws Failure. */
function jobOptions(session: Session, given: Parameters): JobOptions {
  const { machine } = session;
  const defaults = readDefaults(machine);
  const hasPlace = given['storage'] !== undefined || given['dumpdir'] !== undefined;
  const option = (name: string): string | undefined =>
    given[name] ?? (hasPlace && (name === 'storage' || name === 'dumpdir') ? undefined : defaults[name]);
  if (given['storage'] !== undefined && given['dumpdir'] !== undefined)
    die("cannot use options 'storage' and 'dumpdir' at the same time");
  const folder = option('dumpdir')?.replace(/\/+$/, '');
  const storage = folder === undefined ? backupStorage(machine, option('storage') ?? 'local') : undefined;
  if (folder !== undefined && !machine.files.isDirectory(folder) && machine.volumes.list(folder).length === 0)
    die(`dumpdir '${folder}' does not exist`);
  const rules = option('prune-backups') ?? storage?.options['prune-backups'];
  const retention = rules === undefined ? undefined : parseRetention(rules);
  const removes = (option('remove') ?? '1') === '1' && retention !== undefined && !keepsAll(retention);
  return {
    mode: modeOf(option('mode')),
    compress: option('compress') ?? '0',
    folder: folder ?? folderOf(storageOf(machine, storage?.id ?? ''), 'backup'),
    storage,
    notes: storage === undefined ? undefined : option('notes-template'),
    protects: storage !== undefined && option('protected') === '1',
    retention: removes ? retention : undefined,
    ionice: option('ionice') ?? '7',
    bandwidth: option('bwlimit') === '0' ? undefined : option('bwlimit'),
    quiet: given['quiet'] === '1',
  };
}

function modeOf(text: string | undefined): JobOptions['mode'] {
  return text === 'stop' || text === 'suspend' ? text : 'snapshot';
}

function readDefaults({ files }: Machine): Parameters {
  return Object.fromEntries(
    (files.read('/etc/vzdump.conf') ?? '').split('\n').flatMap((line) => {
      const [, name, value] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** A storage that takes backups. Throws Failure with all that is wrong, as PVE does. */
function backupStorage(machine: Machine, id: string): StorageSection {
  const errors: string[] = [];
  try {
    usableStorage(machine, id);
  } catch (thrown) {
    errors.push(`could not activate storage '${id}': ${failureText(thrown).trimEnd()}`);
  }
  try {
    const storage = storageOf(machine, id);
    if (!storage.content.has('backup')) die(`can't use storage '${id}' for backups - wrong content type`);
    if (storage.options['path'] === undefined)
      die(`pvefleet-lab: backups to ${storage.type} are not modelled`);
    if (errors.length === 0) return storage;
  } catch (thrown) {
    errors.push(`could not get storage information for '${id}': ${failureText(thrown).trimEnd()}`);
  }
  throw new Failure(`${errors.join('\n')}\n`);
}

/** The command as the log repeats it; PVE gives its options no order. */
function commandLine({ vmid, ...options }: Parameters): string {
  const ids = splitList(vmid ?? '').map((id) => ` ${id}`);
  const words = Object.entries(options).flatMap(([name, value]) =>
    ['job-id', 'stdout'].includes(name) || value === '' ? [] : [` --${name} ${quoted(value)}`],
  );
  return `vzdump${ids.join('')}${words.join('')}`;
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`;
}
