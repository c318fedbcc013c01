import type { Machine } from '../machine.ts';
import { isStopped } from '../node/services.ts';
import type { DirectoryEntry, Entry } from './entry.ts';
import { generatedDirectory, generatedFile } from './generated.ts';

/** A node's kernel; a restart changes all of it, a loss of power what is of one boot. */
export interface Kernel {
  release: string;
  bootId: string;
  /** Unix seconds. */
  booted: number;
  powerCuts: number;
}

/** `/proc` of a node, made when read. The machine is asked for late: it is built with this directory inside. */
export function procDirectory(machine: () => Machine, kernel: Kernel): DirectoryEntry {
  const file = (text: () => string): Entry => generatedFile(text);
  const sys = directory([
    ['kernel', directory([
      ['hostname', file(() => `${machine().name}\n`)],
      ['osrelease', file(() => `${kernel.release}\n`)],
      ['ostype', file(() => 'Linux\n')],
      ['random', directory([['boot_id', file(() => `${kernel.bootId}\n`)]])],
    ])],
  ]); // prettier-ignore
  const fixed = new Map<string, Entry>([
    [
      'cmdline',
      file(() => `BOOT_IMAGE=/boot/vmlinuz-${kernel.release} root=/dev/mapper/pve-root ro quiet\n`),
    ],
    ['cpuinfo', file(() => cpuinfo(machine().traits.cpus, machine().traits.kvm))],
    ['loadavg', file(() => `0.12 0.08 0.05 1/${machine().processes.list().length * 3} 1300\n`)],
    ['meminfo', file(() => meminfo(machine().traits.memory))],
    ['mounts', file(() => mountsOf(machine()))],
    ['net', directory([['unix', file(() => unixSockets(machine()))]])],
    ['sys', sys],
    [
      'uptime',
      file(() => `${machine().clock() - kernel.booted}.00 ${(machine().clock() - kernel.booted) * 15}.00\n`),
    ],
    ['version', file(() => `Linux version ${kernel.release} (build@proxmox) #1 SMP PREEMPT_DYNAMIC\n`)],
  ]);
  return generatedDirectory({
    get: (name) => fixed.get(name) ?? processDirectory(machine(), name),
    keys: () => [
      ...fixed.keys(),
      ...machine()
        .processes.list()
        .map(({ pid }) => String(pid)),
    ],
  });
}

function directory(entries: readonly [string, Entry][]): DirectoryEntry {
  return generatedDirectory(new Map(entries));
}

function processDirectory(machine: Machine, pid: string): DirectoryEntry | undefined {
  const process = machine.processes.get(Number(pid));
  if (process === undefined) return undefined;
  const { argv, started } = process;
  const name = argv[0]?.split('/').pop()?.slice(0, 15) ?? '';
  return directory([
    ['cmdline', generatedFile(() => argv.map((argument) => `${argument}\0`).join(''))],
    ['comm', generatedFile(() => `${name}\n`)],
    [
      'stat',
      generatedFile(
        () =>
          `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 ${started % 100000}\n`,
      ),
    ],
    ['status', generatedFile(() => `Name:\t${name}\nState:\tS (sleeping)\nPid:\t${pid}\nPPid:\t1\n`)],
  ]);
}

function unixSockets(machine: Machine): string {
  const row = (socket: string, index: number): string =>
    `0000000000000000: 00000002 00000000 00010000 0001 01 ${30000 + index} ${socket}\n`;
  const sockets = machine.processes.list().flatMap((process) => process.sockets);
  return `Num       RefCount Protocol Flags    Type St Inode Path\n${sockets.map(row).join('')}`;
}

function cpuinfo(cpus: number, kvm: boolean): string {
  const flags = `fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat sse sse2 ht lm${kvm ? ' vmx' : ''}`;
  return Array.from(
    { length: cpus },
    (_, index) =>
      `processor\t: ${index}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz\ncpu MHz\t\t: 2100.000\nphysical id\t: 0\ncpu cores\t: ${cpus}\nflags\t\t: ${flags}\n\n`,
  ).join('');
}

function meminfo(bytes: number): string {
  const row = (name: string, value: number): string =>
    `${`${name}:`.padEnd(16)}${String(Math.round(value / 1024)).padStart(8)} kB\n`;
  return [
    row('MemTotal', bytes),
    row('MemFree', bytes * 0.8),
    row('MemAvailable', bytes * 0.87),
    row('Buffers', bytes * 0.01),
    row('Cached', bytes * 0.06),
    row('SwapCached', 0),
    row('SwapTotal', 8 * 2 ** 30),
    row('SwapFree', 8 * 2 ** 30),
  ].join('');
}

/** Without its service pmxcfs is not mounted. */
function mountsOf({ files }: Machine): string {
  return isStopped(files, 'pve-cluster') ? MOUNTS.replace(/^\/dev\/fuse .*\n/m, '') : MOUNTS;
}

const MOUNTS = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,relatime 0 0
udev /dev devtmpfs rw,nosuid,relatime,mode=755 0 0
tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,mode=755 0 0
/dev/mapper/pve-root / ext4 rw,relatime,errors=remount-ro 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0
tmpfs /run/lock tmpfs rw,nosuid,nodev,noexec,relatime,size=5120k 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0
tmpfs /tmp tmpfs rw,nosuid,nodev 0 0
/dev/fuse /etc/pve fuse rw,nosuid,nodev,relatime,user_id=0,group_id=0,default_permissions,allow_other 0 0
`;
