import type { Command } from '../cli/tool.ts';
import type { Parameters } from '../cli/getopt.ts';
import { attempt, die } from '../failure.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { runZfs, thinPools, volumeGroups } from '../storage/block-tools.ts';

const IP = /^[\d.]+$|:/;

/** `pvesm scan nfs`. Throws Failure. */
function scanNfs(session: Session, { server = '' }: Parameters): void {
  const known = session.machine.traits.servers.includes(server);
  if (!known && !IP.test(server)) die(`unable to resolve address for server '${server}'`);
  if (!known) {
    session.warn('clnt_create: RPC: Unable to receive\n');
    die(`command '/sbin/showmount --no-headers --exports ${server}' failed: exit code 1`);
  }
  session.print('/export *\n');
}

/** `pvesm scan lvm`. */
function scanLvm(session: Session): void {
  for (const group of volumeGroups(session)) session.print(`${group}\n`);
}

/** `pvesm scan lvmthin`. Throws Failure. */
function scanThin(session: Session, { vg = '' }: Parameters): void {
  for (const pool of thinPools(session, vg)) session.print(`${pool}\n`);
}

const ZFS_LIST = 'zfs list -t filesystem -Hp -o name,avail,used';

/** `pvesm scan zfs`: no simulated node has a pool. Throws Failure. */
function scanZfs(session: Session): void {
  const missing = session.machine.traits.blockStorage
    ? undefined
    : attempt(() => runZfs(session, ZFS_LIST, ''))?.trimEnd();
  if (missing !== undefined) die(`command '${ZFS_LIST}' failed: ${missing}`);
}

function scan(what: string, positional: readonly string[], run: Command['run']): [string, Command] {
  return [`scan ${what}`, { parameters: parametersOf(`GET /nodes/{node}/scan/${what}`), positional, run }];
}

/** The commands that look for storages. */
export const SCANS: Readonly<Record<string, Command>> = Object.fromEntries([
  scan('nfs', ['server'], scanNfs),
  scan('lvm', [], scanLvm),
  scan('lvmthin', ['vg'], scanThin),
  scan('zfs', [], scanZfs),
]);
