import { formatAddress } from '../../address.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import type { Effect } from '../../plan/plan.ts';
import { shQuote } from '../../text/sh-quote.ts';
import type { Wanted } from '../module.ts';
import { birthOf } from './birth.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Guest } from './read-guest.ts';

/** Lines of disks that were not in an archive: a restore leaves them in the description (pitfall 23; recording backup-04). */
const STRAY = /^(?<option>(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)): (?<text>\S+:\S.*)$/u;

const linesOf = ({ active }: Guest): readonly string[] => (active['description'] ?? '').split('\n');

function withoutStrays(guest: Guest): string {
  return linesOf(guest)
    .filter((line) => !STRAY.test(line))
    .join('\n');
}

/** What a guest that has just been restored is told to lack, each with the command that mends it. */
export function strayDisks(kind: GuestKind, guest: Guest, effect: Effect): readonly Diagnostic[] {
  const left = withoutStrays(guest);
  const description = left === '' ? '--delete description' : `--description ${shQuote(left)}`;
  return linesOf(guest).flatMap((line): readonly Diagnostic[] => {
    const { option, text = '' } = STRAY.exec(line)?.groups ?? {};
    if (option === undefined) return [];
    const volume = text.split(',')[0] ?? '';
    const isThere = Object.entries(guest.active).some(
      ([name, value]) => /^unused\d+$/u.test(name) && value === volume,
    );
    const set = `${kind.command} set ${guest.vmid}`;
    return [
      {
        code: 'apply/disk-not-restored',
        severity: 'warning',
        trouble: 'failed',
        message: `${formatAddress(effect.address)} came back without a disk that was not in the archive (backup=0); PVE left its line in the description: ${line}`,
        hint: isThere
          ? `The volume is still there. To attach it, and take the line out: ${set} --${option} ${shQuote(text)} ${description}`
          : `The volume is none of the guest's now. To take the line out: ${set} ${description}`,
      },
    ];
  });
}

/** A guest that is declared to be restored, and whose description PVE has left so: without these lines, unless the spec says what it is to be. */
export function withMendedDescription(wanted: Wanted, guest: Guest): Wanted {
  if (birthOf(wanted)?.by !== 'archive' || wanted.options['description'] !== undefined) return wanted;
  if (!linesOf(guest).some((line) => STRAY.test(line))) return wanted;
  const left = withoutStrays(guest);
  return { ...wanted, options: { ...wanted.options, description: left === '' ? null : left } };
}
