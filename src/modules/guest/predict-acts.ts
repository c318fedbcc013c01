import type { Effect } from '../../plan/plan.ts';
import { encodeNewConfig } from '../../pve/guest-config-edit.ts';
import { rewriteGuestConfig } from '../../pve/guest-config-rewrite.ts';
import { sectionOptions } from '../../pve/guest-config.ts';
import { withGuest, withPower } from '../../snapshot/change.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { GuestKind } from './guest-kind.ts';
import { readGuest } from './read-guest.ts';

/** The options of the guest that it is a copy of, but for what PVE makes anew: MAC addresses, ids, names of volumes. */
export function predictCopy(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
  { node, set }: Effect & { brings: 'options' },
  of: NonNullable<(Effect & { brings: 'options' })['copyOf']>,
): Snapshot {
  const source = readGuest(kind, snapshot, of.vmid);
  if (source === undefined || isUnknown(source)) return snapshot;
  const from =
    of.snapshot === undefined ? source.active : sectionOptions(source.config, `snapshot:${of.snapshot}`);
  const copied = Object.entries(from)
    .filter(([option]) => !NOT_CLONED.test(option))
    .map(([option, text]) => [option, ownText(text, of.vmid, vmid)]);
  const texts = Object.fromEntries(
    Object.entries(set).flatMap(([option, value]) => (typeof value === 'string' ? [[option, value]] : [])),
  );
  const text = encodeNewConfig(kind.kind, { ...Object.fromEntries(copied), ...texts });
  return withGuest(snapshot, { vmid, type: kind.kind, node, text });
}

/** With names of volumes as PVE would give them, and without MAC addresses. */
function ownText(text: string, from: number, to: number): string {
  return text
    .replaceAll(new RegExp(`(?:vm|base|subvol)-${from}-`, 'gu'), `vm-${to}-`)
    .replace(`:${from}/`, `:${to}/`)
    .replace(/,hwaddr=(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|=(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/iu, '');
}

/** What a clone doesn't take along (qemu-server PVE/API2/Qemu.pm clone_vm), and what it gets anew. */
const NOT_CLONED =
  /^(?:lock|template|parent|snaptime|snapstate|vmstate|running\S+|description|unused\d+|smbios1|vmgenid)$/u;

/** It runs there if it ran here. */
export function predictPlace(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
  { to }: Effect & { brings: 'place' },
): Snapshot {
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return snapshot;
  const text = rewriteGuestConfig(guest.config);
  const moved = withGuest(snapshot, { vmid, type: kind.kind, node: to, text });
  return withPower(moved, to, kind.kind, vmid, guest.power === 'running');
}
