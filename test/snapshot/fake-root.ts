import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a fake node shows beside a plain lone node of PVE 9. */
export interface FakeNode {
  readonly node?: string;
  /** By absolute path; null takes a default file away. */
  readonly files?: Readonly<Record<string, string | Buffer | null>>;
  readonly vms?: readonly number[];
  readonly containers?: readonly number[];
}

/** Members as `.members` of a real cluster shows them (recording cluster-01). */
export function membersText(
  self: string,
  cluster: string,
  quorate: boolean,
  nodes: Readonly<Record<string, boolean>>,
  ids: Readonly<Record<string, number>> = {},
): string {
  const rows = Object.entries(nodes).map(([name, online], index) => {
    const id = ids[name] ?? index + 1;
    return `  "${name}": { "id": ${id}, "online": ${Number(online)}, "ip": "10.10.10.1${id}"}`;
  });
  return `{\n"nodename": "${self}",\n"version": 9,\n"cluster": { "name": "${cluster}", "version": 3, "nodes": ${rows.length}, "quorate": ${Number(quorate)} },\n"nodelist": {\n${rows.join(',\n')}\n  }\n}\n`;
}

/** Makes the files of a node in a directory of its own, and gives a shell that sees them. */
export async function fakeNode({ node = 'pve1', files = {}, vms = [], containers = [] }: FakeNode): Promise<{
  root: string;
  run: (script: string, env?: Record<string, string>) => Promise<Buffer>;
  remove: () => Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), 'pvefleet-node-'));
  const all: Record<string, string | Buffer | null> = {
    '/proc/sys/kernel/hostname': `${node}\n`,
    '/proc/sys/kernel/osrelease': '6.17.13-1-pve\n',
    '/proc/sys/kernel/random/boot_id': `boot-of-${node}\n`,
    '/proc/uptime': '6261.20 2118.16\n',
    '/proc/cpuinfo': 'processor\t: 0\nflags\t: fpu\n\nprocessor\t: 1\nflags\t: fpu\n',
    '/proc/meminfo': 'MemTotal:       24682416 kB\nMemFree:        23346104 kB\n',
    '/proc/mounts': 'proc /proc proc rw 0 0\n/dev/fuse /etc/pve fuse rw,nosuid 0 0\n',
    '/proc/net/unix': `Num RefCount Protocol Flags Type St Inode Path\n${containers.map((vmid) => `0: 02 0 00 1 01 3 @/var/lib/lxc/${vmid}/command\n`).join('')}`,
    '/var/lib/dpkg/status':
      'Package: pve-manager\nStatus: install ok installed\nVersion: 9.2.11\n\nPackage: qemu-server\nStatus: install ok installed\nVersion: 9.2.6\n\nPackage: pve-container\nStatus: deinstall ok config-files\nVersion: 5.0.0\n\n',
    '/sys/class/net/vmbr0/bridge/stp_state': '0\n',
    '/sys/class/net/nic0/address': '02:00:00:00:00:01\n',
    '/etc/pve/.members': `{\n"nodename": "${node}",\n"version": 0\n}\n`,
    '/etc/pve/.version': '{\n"starttime": 1795461843,\n"clinfo": 0,\n"vmlist": 13\n}\n',
    '/etc/pve/.vmlist': '{\n"version": 1,\n"ids": {\n}\n\n}\n',
    '/etc/pve/.rrd': '',
    ...Object.fromEntries(
      vms.flatMap((vmid) => [
        [`/run/qemu-server/${vmid}.pid`, `${vmid + 1000}\n`],
        [
          `/proc/${vmid + 1000}/cmdline`,
          `/usr/bin/kvm\0-id\0${vmid}\0-pidfile\0/var/run/qemu-server/${vmid}.pid\0-daemonize\0`,
        ],
      ]),
    ),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    if (text === null) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const run = (script: string, env: Record<string, string> = {}): Promise<Buffer> =>
    runInDash(script, { PATH: process.env['PATH'] ?? '', PVEFLEET_ROOT: root, PVEFLEET_LIMIT: '5', ...env });
  return { root, run, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Standard output of shell text in a real dash, which is Debian's sh. */
function runInDash(script: string, env: Record<string, string>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(existsSync('/bin/dash') ? '/bin/dash' : 'sh', ['-c', script], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks)));
  });
}
