import { datacenterOptions } from '../pve/schema/datacenter-options.ts';
import { propertyFormat } from '../pve/named-property-formats.ts';
import { decodePlainConfig, plainOptions } from '../pve/plain-config.ts';
import { decodePropertyString } from '../pve/property-string.ts';
import { oncePerSnapshot, readFile } from './files.ts';
import { guests, parseGuestConfigPath } from './guests.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** Where the cluster's files name guests by their numbers; each expression finds one or a list of them. */
const mentions: Readonly<Record<string, RegExp>> = {
  '/etc/pve/ha/resources.cfg': /^(?:vm|ct): *(?<vmids>\d+)/gmu,
  '/etc/pve/ha/rules.cfg': /\b(?:vm|ct):(?<vmids>\d+)/gu,
  '/etc/pve/jobs.cfg': /^\s+vmid (?<vmids>[\d,; ]+)/gmu,
  '/etc/pve/replication.cfg': /^\w+: *(?<vmids>\d+)-\d+/gmu,
  '/etc/pve/user.cfg': /\/vms\/(?<vmids>\d+)|^pool:[^:]*:[^:]*:(?<pool>[\d,; ]+)/gmu,
};

/** A volume says whose it is by its name; one of a guest that is gone may hang on another guest. */
const volumes = /\b(?:vm|base|subvol|basevol)-(?<vmids>\d+)-/gu;

/**
 * Numbers that no new guest should have: those of guests, and those that files still name though their guest is gone. PVE
 * itself gives the latter away again, with the old guest's firewall rules, permissions, jobs and disks.
 * Volumes that lie on a storage and that no file names are not known here.
 */
export const usedVmids: (snapshot: Snapshot) => ReadonlySet<number> | Unknown = oncePerSnapshot(
  (snapshot) => {
    const all = guests(snapshot);
    if (isUnknown(all)) return all;
    if (isUnknown(snapshot.files)) return snapshot.files;
    const used = new Set(all.map(({ vmid }) => vmid));
    for (const [path, text] of Object.entries(snapshot.files)) {
      const firewall = /^\/etc\/pve\/firewall\/(?<vmid>\d+)\.fw$/u.exec(path)?.groups?.['vmid'];
      if (firewall !== undefined) used.add(Number(firewall));
      const mention = mentions[path] ?? (parseGuestConfigPath(path) === undefined ? undefined : volumes);
      for (const { groups } of mention === undefined ? [] : text.matchAll(mention))
        for (const vmid of (groups?.['vmids'] ?? groups?.['pool'] ?? '').split(/[,; ]+/u))
          used.add(Number(vmid));
    }
    return used;
  },
);

export interface VmidRange {
  readonly lower: number;
  /** Not in it. */
  readonly upper: number;
}

/** Where PVE looks for free numbers: next-id of datacenter.cfg, else 100 up to a million (PVE::API2::Cluster nextid). */
export function nextIdRange(snapshot: Snapshot): VmidRange {
  const text = readFile(snapshot, '/etc/pve/datacenter.cfg');
  const schema = datacenterOptions['next-id'];
  const format = schema && propertyFormat(schema);
  const given =
    typeof text === 'string' ? plainOptions(decodePlainConfig(text)).get('next-id')?.at(-1) : undefined;
  const { lower, upper } =
    given === undefined || format === undefined ? {} : decodePropertyString(format, given).values;
  return { lower: Number(lower ?? 100), upper: Number(upper ?? 1_000_000) };
}
