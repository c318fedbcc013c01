import { filePrograms } from './file-programs.ts';
import { flock } from './flock.ts';
import { lxcInfo } from './lxc-info.ts';
import { ls } from './ls.ts';
import { nodePrograms } from './node-programs.ts';
import { pathPrograms } from './path-programs.ts';
import { sshKeyscan } from './ssh-keyscan.ts';
import { systemctl } from './systemctl.ts';
import { systemdRun } from './systemd-run.ts';
import { tail } from './tail.ts';
import { touch } from './touch.ts';
import { tr } from './tr.ts';
import type { Program } from './program.ts';

/** The programs that just-bash lacks, or has otherwise than Debian; each does what the lab's users need of it. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...Object.entries(filePrograms),
  ...Object.entries(nodePrograms),
  ...Object.entries(pathPrograms),
  ['flock', flock],
  ['lxc-info', lxcInfo],
  ['ssh-keyscan', sshKeyscan],
  ['ls', ls],
  ['systemctl', systemctl],
  ['systemd-run', systemdRun],
  ['tail', tail],
  ['touch', touch],
  ['tr', tr],
]);
