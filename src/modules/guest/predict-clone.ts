import { decodeGuestConfig, encodeGuestConfig, rawOptions, sectionOptions } from '../../pve/guest-config.ts';
import type { GuestConfig, Options, SectionName } from '../../pve/guest-config.ts';
import { encodeNewConfig } from '../../pve/guest-config-edit.ts';
import { setRawLines } from '../../pve/guest-config-raw.ts';
import { propertyFormat } from '../../pve/named-property-formats.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { editPropertyString } from '../../pve/edit-property-string.ts';
import { withFile, withGuest } from '../../snapshot/change.ts';
import { readFile } from '../../snapshot/files.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { CloneEffect } from './clone-step.ts';
import type { GuestKind } from './guest-kind.ts';
import type { GuestVolume } from './guest-volumes.ts';
import { volumesIn } from './guest-volumes.ts';
import { readGuest } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import { copyFormat, linkFormat, namesFormat } from './storage-formats.ts';
import { unnamedVolume } from './unnamed-volume.ts';

/** What a clone does not take along, and the ids that it gets anew (PVE::API2::Qemu, PVE::API2::LXC clone_vm). */
const NOT_CLONED =
  /^(?:lock|template|parent|snaptime|snapstate|vmstate|running(?:cpu|machine|-nets-host-mtu)|unused\d+|vmgenid)$/u;

/**
 * The snapshot with a guest that is a clone: the options of its source, what PVE makes up itself left out (MAC addresses,
 * ids), names of volumes that stand for those that nobody knows yet, and a copy of the source's firewall file.
 */
export function predictClone(kind: GuestKind, snapshot: Snapshot, effect: CloneEffect): Snapshot {
  const source = readGuest(kind, snapshot, effect.copyOf.vmid);
  return source === undefined || isUnknown(source) ? snapshot : withClone(kind, snapshot, source, effect);
}

/** The same where the source is known, and need not be in the snapshot. */
export function withClone(kind: GuestKind, snapshot: Snapshot, source: Guest, effect: CloneEffect): Snapshot {
  const { address, node, copyOf } = effect;
  const vmid = Number(address.name);
  const text = encodeGuestConfig(clonedConfig(kind, snapshot, source, effect));
  const made = withGuest(snapshot, { vmid, type: kind.kind, node, text });
  const firewall = readFile(snapshot, `/etc/pve/firewall/${copyOf.vmid}.fw`);
  return isUnknown(firewall) ? made : withFile(made, `/etc/pve/firewall/${vmid}.fw`, firewall);
}

/** The config of a clone, as PVE makes it. */
export function clonedConfig(
  kind: GuestKind,
  snapshot: Snapshot,
  source: Guest,
  { address, set, copyOf: of }: CloneEffect,
): GuestConfig {
  const vmid = Number(address.name);
  const section: SectionName = of.snapshot === undefined ? 'current' : `snapshot:${of.snapshot}`;
  const copied = copiedParts(kind, source.config, section).map(
    ({ option, text, volume }): [string, string] => [
      option,
      volume === undefined ? text : ownVolume(kind, vmid, volume, text, of, snapshot),
    ],
  );
  const sourceName = copied.find(([option]) => option === 'name')?.[1];
  const texts = Object.entries(set).flatMap(([option, value]) =>
    typeof value === 'string' ? [[option, value] as const] : [],
  );
  const unnamed = kind.kind === 'vm' ? { name: `Copy-of-VM-${sourceName ?? of.vmid}` } : {};
  const plain = encodeNewConfig(kind.kind, {
    ...Object.fromEntries(copied),
    ...unnamed,
    ...Object.fromEntries(texts),
  });
  const raw = rawOptions(source.config, section);
  return [...new Set(raw.map(({ key }) => key))].reduce(
    (before, key) => {
      const lines = raw.flatMap((line) => (line.key === key ? [line.value] : []));
      return setRawLines(before, key, lines);
    },
    decodeGuestConfig(kind.kind, plain),
  );
}

/** An option that a clone has from its source; a volume is its own. */
interface CopiedPart {
  readonly option: string;
  readonly text: string;
  readonly volume?: GuestVolume;
}

/** Many clones are made of one guest. */
const partsOf = new WeakMap<GuestConfig, Map<SectionName, readonly CopiedPart[]>>();

/** What clones of a guest have alike. */
function copiedParts(kind: GuestKind, config: GuestConfig, section: SectionName): readonly CopiedPart[] {
  const sections = partsOf.get(config) ?? new Map<SectionName, readonly CopiedPart[]>();
  partsOf.set(config, sections);
  const before = sections.get(section);
  if (before !== undefined) return before;
  const from = sectionOptions(config, section);
  const volumes = new Map(volumesIn(kind, from).map((volume) => [volume.option, volume]));
  const parts = Object.entries(from)
    .filter(([option]) => !NOT_CLONED.test(option))
    .flatMap(([option, text]): readonly CopiedPart[] => {
      const volume = volumes.get(option);
      if (volume !== undefined && !volume.isMedium) return [{ option, text, volume }];
      const own = withoutIds(kind, option, text);
      return own === undefined ? [] : [{ option, text: own }];
    });
  sections.set(section, parts);
  return parts;
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
  of: CloneEffect['copyOf'],
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
