import { createHash } from 'node:crypto';
import type { Cluster, Machine } from '../../machine.ts';
import { isRunning } from '../pct/run-state.ts';
import { isPaused, runningPid } from '../qm/run-state.ts';
import { cardsOf, type Card } from './cards.ts';
import type { GuestKind } from './config.ts';
import { guestIds, loadConfig } from './store.ts';

/** The cards of a guest whose system runs on this node and answers; undefined for any other. */
export function answeringCards(machine: Machine, kind: GuestKind, vmid: string): readonly Card[] | undefined {
  const runs =
    kind === 'lxc'
      ? isRunning(machine, vmid)
      : runningPid(machine, vmid) !== undefined && !isPaused(machine, vmid) && machine.traits.guestsAnswer;
  return runs ? cardsOf(kind, vmid, loadConfig(machine, kind, vmid).main) : undefined;
}

/** The ID of the running guest of a cluster that has this address. */
export function guestAt(cluster: Cluster, ip: string): string | undefined {
  for (const machine of cluster.machines.values()) {
    for (const kind of ['qemu', 'lxc'] as const) {
      const found = guestIds(machine, kind).find((vmid) =>
        answeringCards(machine, kind, vmid)?.some(({ addresses }) => addresses.some((one) => one.ip === ip)),
      );
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The ed25519 host key of a guest, as a line of known_hosts has it; it is the same each time. */
export function guestHostKey(vmid: string): string {
  const type = 'ssh-ed25519';
  const key = createHash('sha256').update(`host key of guest ${vmid}`).digest();
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return `${type} ${Buffer.concat([field(Buffer.from(type)), field(key)]).toString('base64')}`;
}
