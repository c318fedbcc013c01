import type { Diagnostic } from '../../diagnostic.ts';
import { effectiveOptions, options } from '../../pve/guest-config.ts';
import { oncePerSnapshot } from '../../snapshot/files.ts';
import { guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Claim, Wanted, WantedValue } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';

/** A network card of a guest, and the name that people know the guest by. */
interface Card {
  readonly vmid: number;
  readonly title: string;
  readonly option: string;
}

/** Who has which MAC address, as it runs or will after a restart; made once a snapshot, by one look at each config. */
const cardsByMac = oncePerSnapshot((snapshot): ReadonlyMap<string, readonly Card[]> => {
  const found = new Map<string, Card[]>();
  const all = guests(snapshot);
  for (const { vmid, type, config } of isUnknown(all) ? [] : all) {
    if (isUnknown(config)) continue;
    const active = options(config);
    const title = `${type}/${vmid} (${active['name'] ?? active['hostname'] ?? 'without a name'})`;
    const cards = new Map(
      [...Object.entries(active), ...Object.entries(effectiveOptions(config))].map(([option, text]) => [
        `${option} ${text}`,
        { option, text },
      ]),
    );
    for (const { option, text } of cards.values()) {
      const mac = /^net\d+$/u.test(option)
        ? /[0-9a-f]{2}(?::[0-9a-f]{2}){5}/iu.exec(text)?.[0].toUpperCase()
        : undefined;
      if (mac !== undefined) found.set(mac, [...(found.get(mac) ?? []), { vmid, title, option }]);
    }
  }
  return found;
});

/** A MAC address that a spec names must be nobody else's in the cluster; one that the card has already is no change. */
export function checkMac(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  option: string,
  wish: WantedValue,
): readonly Diagnostic[] {
  const mac = macOf(kind, option, wish);
  if (mac === undefined) return [];
  const cards = cardsByMac(snapshot).get(mac) ?? [];
  const own = (card: Card): boolean => String(card.vmid) === wanted.address.name && card.option === option;
  const other = cards.some(own) ? undefined : cards[0];
  if (other === undefined) return [];
  return [
    refusal(
      wanted,
      [option, kind.macKey],
      'guest/mac-taken',
      `${option} would get MAC address ${mac}, which ${other.option} of ${other.title} has; each card needs its own`,
      `Leave "${kind.macKey}" out, and PVE makes one.`,
    ),
  ];
}

/** The MAC addresses that a spec names. */
export function macClaims(kind: GuestKind, wanted: Wanted): readonly Claim[] {
  return Object.entries(wanted.options).flatMap(([option, wish]) => {
    const mac = macOf(kind, option, wish);
    return mac === undefined ? [] : [{ name: `MAC address ${mac}`, path: [option, kind.macKey] }];
  });
}

function macOf(kind: GuestKind, option: string, wish: WantedValue): string | undefined {
  if (!/^net\d+$/u.test(option) || typeof wish !== 'object') return undefined;
  return wish?.[kind.macKey]?.toUpperCase();
}
