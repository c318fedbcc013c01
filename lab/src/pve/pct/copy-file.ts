import { FileError } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { filesInside, keepInside } from './inside-files.ts';
import { isRunning } from './run-state.ts';
import { loadCt } from './store.ts';

/** `pct push`: what goes wrong with a file is the task's, so the tool exits 0. Throws Failure for a container that is not running. */
export function pushFile(
  session: Session,
  { vmid = '', file = '', destination = '', perms, user, group }: Parameters,
): Promise<TaskEnd> {
  const { machine } = session;
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    if (!isRunning(machine, vmid)) die('can only push files to a running CT');
    loadCt(session, vmid);
    return runTask(session, 'push_file', vmid, () => {
      const text = machine.files.read(file);
      if (text === undefined && !machine.files.isDirectory(file)) die(`failed to open ${file} for reading`);
      checkOwner(user, group);
      checkMode(perms);
      const folder = destination.slice(0, destination.lastIndexOf('/'));
      if (!isFolderInside(session, vmid, folder))
        die(`failed to create file: ${destination}: No such file or directory`);
      keepInside(machine, vmid, destination, text ?? '');
    });
  });
}

/** `pct pull`, as pushFile. Throws Failure. */
export function pullFile(
  session: Session,
  { vmid = '', path = '', destination = '', perms, user, group }: Parameters,
): Promise<TaskEnd> {
  const { machine } = session;
  return withGuestLock(session, 'lxc', vmid, 10, () => {
    if (!isRunning(machine, vmid))
      die('can only pull files from a running VM at /usr/share/perl5/PVE/CLI/pct.pm line 664.');
    return runTask(session, 'pull_file', vmid, () => {
      checkOwner(user, group);
      const mode = checkMode(perms);
      createFile(session, destination, mode);
      const text = filesInside(machine, vmid, loadCt(session, vmid))[path];
      if (text === undefined) die(`failed to open ${path}: No such file or directory`);
      machine.files.write(destination, text, mode);
    });
  });
}

/** Names that the lab's systems know beside numbers. */
const KNOWN = new Set(['root', 'www-data']);

function checkOwner(user: string | undefined, group: string | undefined): void {
  for (const [what, name] of [
    ['uid', user],
    ['gid', group],
  ] as const)
    if (name !== undefined && !/^\d+$/.test(name) && !KNOWN.has(name))
      die(`failed to get ${what} for: ${name}`);
}

/** Octal unless it begins with 0x. */
function checkMode(perms: string | undefined): number | undefined {
  if (perms === undefined) return undefined;
  const given = perms.startsWith('0') ? perms : `0${perms}`;
  if (!/^0(?:[0-7]*|x[0-9a-f]+)$/i.test(given)) die(`invalid mode: '${given}'`);
  return /^0x/i.test(given) ? Number(given) : Number.parseInt(given, 8);
}

function createFile({ machine }: Session, path: string, mode: number | undefined): void {
  const folder = path.slice(0, path.lastIndexOf('/'));
  try {
    if (folder !== '' && !machine.files.isDirectory(folder)) throw new FileError('ENOENT', path);
    machine.files.write(path, '', mode);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    die(`failed to create file: ${error.message}`);
  }
}

/** Directories of every system. */
const FOLDERS = new Set(
  ['', '/root', '/home', '/etc', '/tmp', '/opt', '/srv', '/mnt', '/usr', '/usr/bin', '/usr/local'].concat(
    '/usr/local/bin /var /var/tmp /var/lib /var/log'.split(' '),
  ),
);

/** Whether a directory is there in a container: a usual one, or one that holds a file. */
function isFolderInside(session: Session, vmid: string, folder: string): boolean {
  const paths = Object.keys(filesInside(session.machine, vmid, loadCt(session, vmid)));
  return FOLDERS.has(folder) || paths.some((path) => path.startsWith(`${folder}/`));
}
