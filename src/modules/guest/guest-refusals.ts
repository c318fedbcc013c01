import type { Diagnostic } from '../../diagnostic.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';

/** A locked guest is never touched, and a lock is never broken. */
export function lockRefusals(wanted: Wanted, guest: Guest): readonly Diagnostic[] {
  const lock = guest.active['lock'];
  if (lock === undefined) return [];
  return [
    refusal(wanted, [], 'guest/locked', `it is locked (${lock})`, lockHint(lock, command(wanted), guest)),
  ];
}

/** What to do about a lock; that of a hibernated VM is taken away by its start, with the memory that it would lose otherwise (pitfall 24). */
export function lockHint(
  lock: string,
  tool: string,
  { node, vmid }: Readonly<{ node: string; vmid: number }>,
): string {
  return lock === 'suspended'
    ? `It hibernates. Start it first, and it goes on where it was: pvefleet start ${vmid}`
    : `Something works on it, or left the lock behind: see its tasks on ${node}. When nothing does: ${tool} unlock ${vmid}`;
}

/** Unknown power is never taken for stopped; and HA stops a VM hard when its time is over, which wants consent (pitfall 9). */
export function powerRefusals(wanted: Wanted, guest: Guest): readonly Diagnostic[] {
  if (isUnknown(guest.power))
    return [
      refusal(
        wanted,
        ['state'],
        'guest/power-unknown',
        `whether it runs is not known, as ${guest.power.unknown}`,
        'Mend the node and plan again.',
      ),
    ];
  const stopsHard = guest.service !== undefined && wanted.address.kind === 'vm' && guest.power === 'running';
  if (!stopsHard || wanted.words['forceStop'] === '1') return [];
  return [
    refusal(
      wanted,
      ['state'],
      'guest/ha-hard-stop',
      `HA stops it hard when it is not down after ${shutdownSeconds(wanted)} s; consent to that is wanted`,
      'Say "forceStop: yes", with a "timeout" that is long enough.',
    ),
  ];
}

/** How long its shutdown may take. */
export function shutdownSeconds({ words }: Pick<Wanted, 'words'>): number {
  return Number(words['timeout'] ?? SHUTDOWN_SECONDS);
}

const command = (wanted: Wanted): string => (wanted.address.kind === 'vm' ? 'qm' : 'pct');
