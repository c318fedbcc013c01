import type { ArgumentRow } from '../modules/argument-row.ts';

type Form = NonNullable<ArgumentRow['form']>;

/** PVE::JSONSchema, pve-storage-id */
export const storageId: Form = { pattern: /^[a-z][\w.-]*[a-z0-9]$/iu, words: 'the name of a storage' };

/** One storage for all, or pairs (PVE::JSONSchema, storage-pair-list). */
export const storageMap: Form = {
  pattern:
    /^[a-z][\w.-]*[a-z0-9](?::[a-z][\w.-]*[a-z0-9])?(?:,[a-z][\w.-]*[a-z0-9]:[a-z][\w.-]*[a-z0-9])*$/iu,
  words: 'a storage, or pairs as in local-lvm:ceph,local:nfs',
};

/** The storage that a volume of that one goes to. */
export function mappedStorage(map: string | undefined, id: string): string {
  if (map === undefined) return id;
  const pairs = map.split(',').map((pair) => pair.split(':'));
  const own = pairs.find(([from, to]) => to !== undefined && from === id)?.[1];
  return own ?? pairs.find(([, to]) => to === undefined)?.[0] ?? id;
}

/** PVE::JSONSchema, pve-node */
export const nodeName: Form = {
  pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/iu,
  words: 'the name of a PVE node',
};

/** PVE::JSONSchema, pve-configid, at most 40 characters (the snapname of its API). */
export const snapshotName: Form = {
  pattern: /^[a-z][a-z0-9_-]{1,39}$/iu,
  words: 'a letter, then letters, digits, "_" and "-" (2 to 40 in all)',
};

/** What stands before "-20261129T1200" in a snapshot's name. */
export const snapshotPrefix: Form = {
  pattern: /^[a-z][a-z0-9_-]{0,25}$/iu,
  words: 'a letter, then letters, digits, "_" and "-" (at most 26 in all)',
};

/** A minute, as it stands in a snapshot's name. */
export const stamp: Form = { pattern: /^\d{8}T\d{4}$/u, words: 'a time as in 20261129T1200 (UTC)' };

/** Its seconds since 1970; undefined when it is no time. */
export function readStamp(text: string): number | undefined {
  const groups = /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)$/u.exec(
    text,
  )?.groups;
  if (groups === undefined) return undefined;
  const { year, month, day, hour, minute } = groups;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  return Number.isNaN(time) ? undefined : time / 1000;
}

/** How old something may be. */
export const age: Form = {
  pattern: /^[1-9]\d{0,5}[mhdw]$/u,
  words: 'a time as in 30m, 12h, 14d or 2w',
};

const UNITS = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** Its seconds; undefined when it is none. */
export function readAge(text: string): number | undefined {
  const { count, unit } = /^(?<count>\d+)(?<unit>[mhdw])$/u.exec(text)?.groups ?? {};
  return count === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** PVE::JSONSchema, dns-name */
export const dnsName: Form = {
  pattern: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/iu,
  words: 'a DNS name',
};

/** PVE::JSONSchema, prune-backups */
export const pruneRule: Form = {
  pattern:
    /^(?:keep-(?:all=1|(?:last|hourly|daily|weekly|monthly|yearly)=\d+))(?:,keep-(?:last|hourly|daily|weekly|monthly|yearly)=\d+)*$/u,
  words: 'a rule as in keep-last=3,keep-weekly=4',
};

/** An archive on a storage, or a file of the node. */
export const archiveVolume: Form = {
  pattern: /^(?:[a-z][\w.-]*[a-z0-9]:backup\/\S+|\/\S+)$/iu,
  words: 'an archive as in nas:backup/vzdump-qemu-100-2026_11_29-01_00_00.vma.zst',
};

/** QemuServer/Drive.pm valid_drive_names_with_unused; LXC/Config.pm valid_volume_keys_with_unused. */
export const diskSlot: Form = {
  pattern: /^(?:(?:ide|sata|scsi|virtio|mp|unused)\d{1,3}|efidisk0|tpmstate0|rootfs)$/u,
  words: 'the slot of a disk, like scsi1, mp0 or unused0',
};
