import type { Effect } from '../../plan/plan.ts';
import { decodeGuestConfig, encodeGuestConfig, rawOptions, sectionOptions } from '../../pve/guest-config.ts';
import type { Options, SectionName } from '../../pve/guest-config.ts';
import { encodeNewConfig } from '../../pve/guest-config-edit.ts';
import { setRawLines } from '../../pve/guest-config-raw.ts';
import { propertyFormat } from '../../pve/named-property-formats.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { editPropertyString } from '../../pve/property-string.ts';
import { withFile, withGuest, withoutGuests } from '../../snapshot/change.ts';
import { readFile } from '../../snapshot/files.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { GuestKind } from './guest-kind.ts';
import type { GuestVolume } from './guest-volumes.ts';
import { volumesIn } from './guest-volumes.ts';
import type { DraftStep } from './power-step.ts';
import { readGuest } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import { copyFormat, linkFormat, namesFormat } from './storage-formats.ts';
import { unnamedVolume } from './unnamed-volume.ts';

type OptionsEffect = Effect & { readonly brings: 'options' };
export type CopyOf = NonNullable<OptionsEffect['copyOf']>;

/** What a clone does not take along, and the ids that it gets anew (PVE::API2::Qemu, PVE::API2::LXC clone_vm). */
const NOT_CLONED =
  /^(?:lock|template|parent|snaptime|snapstate|vmstate|running(?:cpu|machine|-nets-host-mtu)|unused\d+|vmgenid)$/u;

/**
 * The snapshot with a guest that is a clone: the options of its source, what PVE makes up itself left out (MAC addresses,
 * ids), names of volumes that stand for those that nobody knows yet, and a copy of the source's firewall file.
 */
export function predictClone(
  kind: GuestKind,
  snapshot: Snapshot,
  effect: OptionsEffect,
  of: CopyOf,
): Snapshot {
  const source = readGuest(kind, snapshot, of.vmid);
  if (source === undefined || isUnknown(source)) return snapshot;
  return placeClone(kind, snapshot, source, effect, of);
}

/** The same in a cluster that has no other guest: small, so that many can be foretold each for itself. */
export function predictCloneAlone(
  kind: GuestKind,
  snapshot: Snapshot,
  source: Guest,
  { effects }: DraftStep,
): Snapshot {
  const alone = withoutGuests(snapshot);
  return effects.reduce(
    (before, effect) =>
      effect.brings === 'options' && effect.copyOf !== undefined
        ? placeClone(kind, before, source, effect, effect.copyOf)
        : before,
    alone,
  );
}

function placeClone(
  kind: GuestKind,
  snapshot: Snapshot,
  source: Guest,
  { address, node, set }: OptionsEffect,
  of: CopyOf,
): Snapshot {
  const vmid = Number(address.name);
  const section: SectionName = of.snapshot === undefined ? 'current' : `snapshot:${of.snapshot}`;
  const from = sectionOptions(source.config, section);
  const volumes = new Map(volumesIn(kind, from).map((volume) => [volume.option, volume]));
  const copied = Object.entries(from)
    .filter(([option]) => !NOT_CLONED.test(option))
    .flatMap(([option, text]): [string, string][] => {
      const volume = volumes.get(option);
      const own =
        volume === undefined || volume.isMedium
          ? withoutIds(kind, option, text)
          : ownVolume(kind, vmid, volume, text, of, snapshot);
      return own === undefined ? [] : [[option, own]];
    });
  const texts = Object.entries(set).flatMap(([option, value]) =>
    typeof value === 'string' ? [[option, value] as const] : [],
  );
  const unnamed = kind.kind === 'vm' ? { name: `Copy-of-VM-${from['name'] ?? of.vmid}` } : {};
  const plain = encodeNewConfig(kind.kind, {
    ...Object.fromEntries(copied),
    ...unnamed,
    ...Object.fromEntries(texts),
  });
  const raw = rawOptions(source.config, section);
  const config = [...new Set(raw.map(({ key }) => key))].reduce(
    (before, key) => {
      const lines = raw.flatMap((line) => (line.key === key ? [line.value] : []));
      return setRawLines(before, key, lines);
    },
    decodeGuestConfig(kind.kind, plain),
  );
  const made = withGuest(snapshot, { vmid, type: kind.kind, node, text: encodeGuestConfig(config) });
  const firewall = readFile(snapshot, `/etc/pve/firewall/${of.vmid}.fw`);
  return isUnknown(firewall) ? made : withFile(made, `/etc/pve/firewall/${vmid}.fw`, firewall);
}

/** A network card without its MAC address, SMBIOS without its UUID; undefined: nothing is left. */
function withoutIds(kind: GuestKind, option: string, text: string): string | undefined {
  const id = option === 'smbios1' ? 'uuid' : /^net\d+$/u.test(option) ? kind.macKey : undefined;
  if (id === undefined) return text;
  const without = edit(kind, option, text, { set: {}, remove: [id] });
  return without === '' ? undefined : without;
}

function ownVolume(
  kind: GuestKind,
  vmid: number,
  { option, storage, format, isCloudInit }: GuestVolume,
  text: string,
  of: CopyOf,
  snapshot: Snapshot,
): string {
  const on = of.storage ?? storage ?? '';
  const all = storages(snapshot);
  const known = isUnknown(all) ? undefined : all.find(({ id }) => id === on);
  // A linked clone has these two of its own all the same (PVE::API2::Qemu clone_vm).
  const linked = of.linked === true && !isCloudInit && option !== 'tpmstate0';
  const as = linked ? linkFormat(known, format) : copyFormat(known, of.format ?? format);
  const made = isCloudInit
    ? `${on}:vm-${vmid}-cloudinit${namesFormat(known, as) ? `.${as}` : ''}`
    : unnamedVolume(on, vmid, option, as);
  return edit(kind, option, text, {
    set: { [kind.volumeKey]: made },
    remove: ['format'],
  });
}

function edit(
  kind: GuestKind,
  option: string,
  text: string,
  change: { readonly set: Options; readonly remove: readonly string[] },
): string {
  const schema = optionSchema(kind.kind, option);
  return editPropertyString((schema && propertyFormat(schema)) ?? {}, text, change);
}
