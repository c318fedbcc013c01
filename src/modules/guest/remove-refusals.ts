import type { Diagnostic } from '../../diagnostic.ts';
import type { GuestTraces } from '../../snapshot/guest-traces.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { PlanOptions, Wanted } from '../module.ts';
import { checkNode, refusal } from './check-place.ts';
import { lockRefusals, powerRefusals } from './guest-refusals.ts';
import { linkedTo } from './linked-to.ts';
import type { Guest } from './read-guest.ts';

/** What stands against removing a guest, all of it at once. */
export function removeRefusals(
  wanted: Wanted,
  guest: Guest,
  traces: GuestTraces,
  snapshot: Snapshot,
  { allowDestroy }: PlanOptions,
): readonly Diagnostic[] {
  const refuse = (code: string, what: string, hint: string): Diagnostic =>
    refusal(wanted, ['state'], `guest/${code}`, what, hint);
  const found: Diagnostic[] = [
    ...checkNode(wanted, snapshot, guest.node),
    ...lockRefusals(wanted, guest),
    ...haRefusals(wanted, guest),
  ];
  if (/^(?:1|on|yes|true)$/iu.test(guest.effective['protection'] ?? ''))
    found.push(
      refuse(
        'protected',
        'it has protection: 1, which is never removed silently',
        'Declare "protection: no" and apply that first.',
      ),
    );
  const clones = linkedTo(snapshot, guest.vmid);
  if (clones.length > 0)
    found.push(
      refuse(
        'has-clones',
        `the disks of ${clones.join(' and ')} rest on those of it`,
        'Remove these first, or move their disks to another storage, which makes whole ones of them.',
      ),
    );
  if (traces.replications.length > 0 && wanted.words['purge'] !== '1')
    found.push(
      refuse(
        'replicated',
        `it is replicated (${traces.replications.join(', ')})`,
        `Say "purge: yes" to have the jobs removed with it, or remove them first: pvesr delete ${traces.replications[0] ?? ''}`,
      ),
    );
  if (isUnknown(guest.power)) found.push(...powerRefusals(wanted, guest));
  if (!allowDestroy)
    found.push(
      refuse(
        'destroy',
        'the spec wants it absent, and that destroys its disks',
        'Run again with --allow-destroy if that is meant.',
      ),
    );
  return found;
}

/** Out of HA only if the spec says so; HA itself stops a VM hard when its time is over (pitfall 9). */
function haRefusals(wanted: Wanted, guest: Guest): readonly Diagnostic[] {
  if (!guest.ha) return [];
  const sid = `${wanted.address.kind === 'vm' ? 'vm' : 'ct'}:${guest.vmid}`;
  if (wanted.words['purge'] !== '1')
    return [
      refusal(
        wanted,
        ['state'],
        'guest/ha',
        'it is managed by HA',
        `Say "purge: yes" to have it taken out with it, or take it out first: ha-manager remove ${sid}`,
      ),
    ];
  const stopsHard = guest.service !== undefined && wanted.address.kind === 'vm' && guest.power === 'running';
  if (!stopsHard || wanted.words['forceStop'] === '1') return [];
  return [
    refusal(
      wanted,
      ['state'],
      'guest/ha-hard-stop',
      'it runs under HA, which stops a VM hard when the time for its shutdown is over',
      'Say "forceStop: yes" if that is meant.',
    ),
  ];
}
