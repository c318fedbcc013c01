import { aptGet } from '../apt/apt-get.ts';
import { aptCache, dpkgQuery } from '../apt/queries.ts';
import { debianPrograms } from './debian-programs.ts';
import { filePrograms } from './file-programs.ts';
import { flock } from './flock.ts';
import { lxcInfo } from './lxc-info.ts';
import { ls } from './ls.ts';
import { nodePrograms } from './node-programs.ts';
import { pathPrograms } from './path-programs.ts';
import { shutdown } from './shutdown.ts';
import { ceph } from '../ceph/ceph.ts';
import { pve8to9 } from '../upgrade/pve8to9.ts';
import { sshKeyscan } from './ssh-keyscan.ts';
import { systemctl } from './systemctl.ts';
import { systemdRun } from './systemd-run.ts';
import { tail } from './tail.ts';
import { touch } from './touch.ts';
import { tr } from './tr.ts';
import type { Program } from './program.ts';

/** The programs that just-bash lacks, or has otherwise than Debian; each does what the lab's users need of it. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...Object.entries(debianPrograms),
  ...Object.entries(filePrograms),
  ...Object.entries(nodePrograms),
  ...Object.entries(pathPrograms),
  ['apt-cache', aptCache],
  ['apt-get', aptGet],
  ['dpkg-query', dpkgQuery],
  ['ceph', ceph],
  ['flock', flock],
  ['lxc-info', lxcInfo],
  ['ssh-keyscan', sshKeyscan],
  ['ls', ls],
  ['pve8to9', pve8to9],
  ['shutdown', shutdown],
  ['systemctl', systemctl],
  ['systemd-run', systemdRun],
  ['tail', tail],
  ['touch', touch],
  ['tr', tr],
]);
