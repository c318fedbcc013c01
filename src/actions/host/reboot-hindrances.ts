import { votesWithout } from '../../pve/quorum-without.ts';
import type { Facts, HostRead } from './facts.ts';

const MEMBERS = '/etc/pve/.members';
const COROSYNC = '/etc/pve/corosync.conf';
const VMS = '/run/qemu-server/*.pid';
const CONTAINERS = '/proc/net/unix';

/** What has to be read to say what stands against a reboot; on a host that is no node of Proxmox VE nothing does. */
export const hindranceReads: readonly HostRead[] = [
  { read: 'path', path: MEMBERS, content: true },
  { read: 'path', path: COROSYNC, content: true },
  { read: 'glob', pattern: VMS },
  { read: 'path', path: CONTAINERS, content: true },
];

export interface Hindrance {
  readonly what: string;
  readonly hint: string;
}

/** Why a node is not to be restarted now. */
export function rebootHindrances(
  { guests, lose_quorum: mayLose }: { readonly guests: 'any' | 'none'; readonly lose_quorum: boolean },
  facts: Facts,
  node: string,
): readonly Hindrance[] {
  const found: Hindrance[] = [];
  const text = (path: string): string | undefined => facts.path(path).content?.toString();
  const left = votesWithout(node, text(MEMBERS), text(COROSYNC));
  if (!mayLose && left !== undefined && left.votes < left.wanted) {
    const also = left.offline.length === 0 ? '' : `, as ${left.offline.join(', ')} is offline`;
    found.push({
      what: `its cluster would have ${left.votes} of ${left.wanted} votes meanwhile${also}; quorum without it is wanted`,
      hint: 'Bring the others back first, or say "lose_quorum: true".',
    });
  }
  const running = guests === 'none' ? runningGuests(facts) : [];
  if (running.length > 0)
    found.push({
      what: `${running.length === 1 ? 'guest' : 'guests'} ${running.join(', ')} ${running.length === 1 ? 'runs' : 'run'} there; none is wanted`,
      hint: 'Move them away first (evacuate), or shut them down.',
    });
  return found;
}

/** A pid file may be left of a VM that is gone: it counts, as nobody looked whether it is. */
function runningGuests(facts: Facts): readonly string[] {
  const vms = facts.glob(VMS).flatMap((path) => /(?<vmid>\d+)\.pid$/u.exec(path)?.groups?.['vmid'] ?? []);
  const sockets = facts.path(CONTAINERS).content?.toString() ?? '';
  const containers = [...sockets.matchAll(/@\/var\/lib\/lxc\/(?<vmid>\d+)\/command$/gmu)].flatMap(
    ({ groups }) => groups?.['vmid'] ?? [],
  );
  return [...new Set([...vms, ...containers])].toSorted((a, b) => Number(a) - Number(b));
}
