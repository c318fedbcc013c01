import type { Machine } from '../machine.ts';

/**
 * What pmxcfs shows as `.rrd`: one line for each guest, storage and node that has reported (formats: recording facts-01; on PVE 8 the keys
 * and columns are the older ones of PVE's pvestatd). Measured values are made up, or U as for a guest that does not run.
 */
export function rrdText(machines: readonly Machine[], now: number): string {
  const lines = machines
    .filter((machine) => machine.cluster.isOnline(machine.name))
    .flatMap((machine) => [
      nodeLine(machine, now),
      ...guestLines(machine, now),
      ...storageLines(machine, now),
    ]);
  return `${lines.join('\n')}\n`;
}

const DISK = { total: 101_148_667_904, used: 5_368_709_120 };

function nodeLine({ name, traits }: Machine, now: number): string {
  const used = Math.round(traits.memory / 8);
  const common = `${now}:0.12:${traits.cpus}:0.01:0:${traits.memory}:${used}:0:0:${DISK.total}:${DISK.used}:0:0`;
  if (traits.pve === '8') return `pve2-node/${name}:4204::${common}`;
  return `pve-node-9.0/${name}:4204::${common}:${traits.memory - used}:0:0.00:0.00:0.00:0.00:0.00`;
}

function guestLines(machine: Machine, now: number): string[] {
  const line = (vmid: string, config: string, name: string, isRunning: boolean, cpus: number): string => {
    const key = machine.traits.pve === '8' ? 'pve2.3-vm' : 'pve-vm-9.0';
    const memory = Number(option(config, 'memory') ?? 512) * 2 ** 20;
    const state = isRunning ? 'running' : 'stopped';
    const disk = diskBytes(config);
    const template = option(config, 'template') === '1' ? 1 : 0;
    const measured = isRunning
      ? `0:${memory}:${Math.round(memory / 4)}:${disk}:0:0:0:0:0`
      : `U:${memory}:U:${disk}:0:U:U:U:U`;
    const pressure = machine.traits.pve === '8' ? '' : isRunning ? ':0:0:0:0:0:0:0' : ':U:U:U:U:U:U:U';
    return `${key}/${vmid}:${isRunning ? 60 : 0}:${name}:${state}:${template}:${now}:${cpus}:${measured}${pressure}`;
  };
  return (['qemu-server', 'lxc'] as const).flatMap((folder) =>
    configs(machine, folder).map(([vmid, config]) => {
      if (folder === 'lxc') {
        const cores = Number(option(config, 'cores') ?? machine.traits.cpus);
        return line(
          vmid,
          config,
          option(config, 'hostname') ?? `CT${vmid}`,
          containerRuns(machine, vmid),
          cores,
        );
      }
      const cpus = Number(option(config, 'cores') ?? 1) * Number(option(config, 'sockets') ?? 1);
      return line(vmid, config, option(config, 'name') ?? `VM ${vmid}`, vmRuns(machine, vmid), cpus);
    }),
  );
}

function storageLines(machine: Machine, now: number): string[] {
  const text = machine.files.read('/etc/pve/storage.cfg') ?? '';
  return [...text.matchAll(/^[a-z]+: (\S+)\n((?:[ \t].*\n)*)/gm)].flatMap(([, storage = '', body = '']) => {
    if (machine.faults.storageOffline(storage)) return [];
    const nodes = /^\s*nodes (.*)$/m.exec(body)?.[1]?.split(/[,; ]/);
    if (/^\s*disable(?: 1)?$/m.test(body) || (nodes !== undefined && !nodes.includes(machine.name)))
      return [];
    const key = machine.traits.pve === '8' ? 'pve2-storage' : 'pve-storage-9.0';
    const used = machine.faults.storageFull(storage) ? DISK.total : DISK.used;
    return [`${key}/${machine.name}/${storage}:${now}:${DISK.total}:${used}`];
  });
}

function configs(machine: Machine, folder: string): [vmid: string, config: string][] {
  const directory = `/etc/pve/nodes/${machine.name}/${folder}`;
  return machine.files.list(directory).flatMap((name): [string, string][] => {
    const vmid = /^(\d+)\.conf$/.exec(name)?.[1];
    return vmid === undefined ? [] : [[vmid, machine.files.read(`${directory}/${name}`) ?? '']];
  });
}

/** An option of a guest's config, above its first section. */
function option(config: string, key: string): string | undefined {
  const [active = ''] = config.split(/^\[/m);
  return new RegExp(`^${key}:\\s*(.*?)\\s*$`, 'm').exec(active)?.[1];
}

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** How large the disk is that a guest starts from, as its config says; 0 without one. */
function diskBytes(config: string): number {
  const order = /order=([^,\s]*)/.exec(option(config, 'boot') ?? '')?.[1]?.split(';') ?? [];
  const disk = ['rootfs', ...order, option(config, 'bootdisk') ?? '']
    .map((name) => (name === '' ? undefined : option(config, name)))
    .find((value) => value !== undefined && !value.includes('media=cdrom'));
  const [, count = '0', unit = ''] = /(?:^|,)size=(\d+)([KMGT]?)/.exec(disk ?? '') ?? [];
  return Number(count) * (UNITS[unit] ?? 1);
}

function vmRuns(machine: Machine, vmid: string): boolean {
  const pid = Number(machine.files.read(`/run/qemu-server/${vmid}.pid`) ?? NaN);
  return machine.processes.get(pid) !== undefined;
}

function containerRuns(machine: Machine, vmid: string): boolean {
  const socket = `@/var/lib/lxc/${vmid}/command`;
  return machine.processes.list().some(({ sockets }) => sockets.includes(socket));
}
