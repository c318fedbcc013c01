import type { BootProcess } from './processes.ts';

const PROGRAMS: readonly [pid: number, command: string][] = [
  [1, '/sbin/init'],
  [612, '/usr/bin/lxcfs /var/lib/lxcfs'],
  [702, 'sshd: /usr/sbin/sshd -D'],
  [731, '/usr/bin/pmxcfs'],
  [812, 'pvestatd'],
  [845, 'pvedaemon'],
  [861, 'pve-ha-crm'],
  [870, 'pveproxy'],
  [884, 'pve-ha-lrm'],
  [902, 'pvescheduler'],
];

/** What runs on every node from its start. */
export const BOOT_PROCESSES: readonly BootProcess[] = PROGRAMS.map(([pid, command]) => ({
  pid,
  argv: command.split(' '),
  sockets: [],
}));
