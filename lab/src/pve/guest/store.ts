import { FileError } from '../../machine.ts';
import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import { parseConfig, printConfig, type GuestConfig, type GuestKind } from './config.ts';

const FOLDER: Readonly<Record<GuestKind, string>> = { qemu: 'qemu-server', lxc: 'lxc' };

function relativePath(machine: Machine, kind: GuestKind, vmid: string): string {
  return `nodes/${machine.name}/${FOLDER[kind]}/${vmid}.conf`;
}

/** Whether this node has a guest of that kind and ID. */
export function configExists(machine: Machine, kind: GuestKind, vmid: string): boolean {
  return machine.files.exists(`/etc/pve/${relativePath(machine, kind, vmid)}`);
}

/** The text of a guest's config on this node. Throws Failure in PVE's words if there is none. */
export function configText(machine: Machine, kind: GuestKind, vmid: string): string {
  const path = relativePath(machine, kind, vmid);
  return machine.files.read(`/etc/pve/${path}`) ?? die(`Configuration file '${path}' does not exist`);
}

/** A guest's config on this node. Throws Failure in PVE's words if there is none. */
export function loadConfig(machine: Machine, kind: GuestKind, vmid: string): GuestConfig {
  return parseConfig(kind, configText(machine, kind, vmid));
}

/** Writes a guest's config. Throws Failure when /etc/pve is read-only for want of quorum. */
export function saveConfig(machine: Machine, kind: GuestKind, vmid: string, config: GuestConfig): void {
  const path = relativePath(machine, kind, vmid);
  try {
    machine.files.write(`/etc/pve/${path}`, printConfig(kind, config));
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    die(
      `unable to open file '/etc/pve/${path}.tmp.${1000 + (Number.parseInt(machine.random.hex(4), 16) % 60000)}' - Permission denied`,
    );
  }
}

/** Removes a guest's config. Throws Failure for want of quorum. */
export function removeConfig(machine: Machine, kind: GuestKind, vmid: string): void {
  try {
    machine.files.remove(`/etc/pve/${relativePath(machine, kind, vmid)}`);
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    die('failed to remove config file: Permission denied');
  }
}

/** IDs of this node's guests of a kind, in order. */
export function guestIds(machine: Machine, kind: GuestKind): readonly string[] {
  return machine.files
    .list(`/etc/pve/nodes/${machine.name}/${FOLDER[kind]}`)
    .flatMap((name) => /^(\d+)\.conf$/.exec(name)?.[1] ?? [])
    .toSorted((a, b) => Number(a) - Number(b));
}

/** Refuses an ID that a guest anywhere in the cluster has (PVE::Cluster::check_vmid_unused). Throws Failure. */
export function refuseUsedId(machine: Machine, vmid: string): void {
  for (const node of machine.files.list('/etc/pve/nodes')) {
    for (const [kind, folder] of Object.entries(FOLDER)) {
      if (machine.files.exists(`/etc/pve/nodes/${node}/${folder}/${vmid}.conf`)) {
        die(`${kind === 'qemu' ? 'VM' : 'CT'} ${vmid} already exists on node '${node}'`);
      }
    }
  }
}

/** Refuses a locked guest. Throws Failure in PVE's words. */
export function refuseLocked(kind: GuestKind, config: GuestConfig): void {
  const lock = config.main.get('lock');
  if (lock !== undefined) die(`${kind === 'qemu' ? 'VM' : 'CT'} is locked (${lock})`);
}

/** Refuses a protected guest; `act` is what PVE says could not be done. Throws Failure. */
export function refuseProtected(config: GuestConfig, act: string): void {
  if (config.main.get('protection') === '1') die(`${act} - protection mode enabled`);
}

/** Refuses when the cluster has no quorum (PVE::Cluster::check_cfs_quorum). Throws Failure. */
export function refuseWithoutQuorum(machine: Machine): void {
  if (!machine.cluster.quorate()) die('cluster not ready - no quorum?');
}
