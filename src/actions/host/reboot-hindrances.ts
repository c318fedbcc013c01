import { activeServices, managerStatus } from '../../pve/ha-maintenance.ts';
import { votesWithout } from '../../pve/quorum-without.ts';
import type { Facts, HostRead } from './facts.ts';

const MEMBERS = '/etc/pve/.members';
const COROSYNC = '/etc/pve/corosync.conf';
const HA_STATUS = '/etc/pve/ha/manager_status';
const VMS = '/run/qemu-server/*.pid';
const CONTAINERS = '/proc/net/unix';

/** What has to be read to say what stands against a reboot; on a host that is no node of Proxmox VE nothing does. */
export const hindranceReads: readonly HostRead[] = [
  { read: 'path', path: MEMBERS, content: true },
  { read: 'path', path: COROSYNC, content: true },
  { read: 'path', path: HA_STATUS, content: true },
  { read: 'glob', pattern: VMS },
  { read: 'path', path: CONTAINERS, content: true },
];

export interface Hindrance {
  readonly what: string;
  readonly hint: string;
}

/** What a restart may cost. */
export interface RebootLimits {
  readonly guests: 'any' | 'none';
  /** Guests that may go down with the node all the same. */
  readonly leave: readonly string[];
  readonly lose_quorum: boolean;
}

/** Why a node is not to be restarted now. */
export function rebootHindrances(
  { guests, leave, lose_quorum: mayLose }: RebootLimits,
  facts: Facts,
  node: string,
): readonly Hindrance[] {
  const found: Hindrance[] = [];
  const text = (path: string): string | undefined => facts.path(path).content?.toString();
  const left = votesWithout(node, text(MEMBERS), text(COROSYNC));
  if (left !== undefined && left.votes < left.wanted) {
    const also = left.offline.length === 0 ? '' : `, as ${left.offline.join(', ')} is offline`;
    const what = `its cluster would have ${left.votes} of ${left.wanted} votes meanwhile${also}`;
    const fenced = activeServices(managerStatus(text(HA_STATUS)));
    if (fenced.length > 0)
      found.push({
        what: `${what}, and HA runs ${fenced.join(', ')}: nodes that do are fenced a minute after quorum is lost; quorum without it is wanted`,
        hint: `Bring the others back first, or let HA leave them alone meanwhile: ha-manager set ${fenced[0] ?? ''} --state ignored`,
      });
    else if (!mayLose)
      found.push({
        what: `${what}; quorum without it is wanted`,
        hint: 'Bring the others back first, or say "lose_quorum: true" (of the playbooks that come along: -e lose_quorum=true).',
      });
  }
  const minds = guests === 'none' && !leave.includes('all');
  const running = minds ? runningGuests(facts).filter((vmid) => !leave.includes(vmid)) : [];
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
