import { die } from '../failure.ts';
import { parseIdMap } from './id-map.ts';
import { parseSize } from './values.ts';
import { matching, type Verifier } from './verifier.ts';

/** A name of a section or snapshot (PVE::JSONSchema: CONFIGID_RE). */
const CONFIG_ID = /^[a-z][a-z0-9_-]+$/i;

function verifyStorageId(value: string): void {
  if (value.length < 2) die(`storage ID '${value}' cannot be shorter than 2 characters`);
  if (!/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(value)) die(`storage ID '${value}' contains illegal characters`);
}

const verifyBridgeId = matching(/^[-_.\w]+$/, (value) => `invalid bridge ID '${value}'`);
const verifyVolumeId = matching(
  /^[a-z][a-z0-9\-_.]*[a-z0-9]:(.+)$/i,
  (value) => `unable to parse volume ID '${value}'`,
);

function verifyVolumeOrPath(value: string): void {
  if (!value.startsWith('/')) verifyVolumeId(value);
}

/** Calendar events of one word (proxmox-time). */
const NAMED_EVENTS = new Set(
  'minutely hourly daily weekly monthly quarterly semiannually semi-annually yearly annually'.split(' '),
);

/** Formats of names. Source: PVE/JSONSchema.pm, PVE/Storage/Plugin.pm, PVE/QemuServer.pm. */
export const IDENTIFIER_VERIFIERS: Readonly<Record<string, Verifier>> = {
  string: () => undefined,
  urlencoded: matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, (value) => `invalid urlencoded string: ${value}`),
  'pve-configid': matching(CONFIG_ID, (value) => `invalid configuration ID '${value}'`),
  'pve-storage-id': verifyStorageId,
  'pve-bridge-id': verifyBridgeId,
  'pve-task-status-type': matching(/^(?:ok|error|warning|unknown)$/i, (value) => `invalid status '${value}'`),
  'pve-day-of-week': matching(/^(?:mon|tue|wed|thu|fri|sat|sun)$/, (value) => `invalid day '${value}'`),
  'email-or-username': () => undefined,
  'backup-fleecing': () => undefined,
  'backup-performance': () => undefined,
  'pve-vmid': matching(/^[1-9][0-9]{2,8}$/, () => 'value does not look like a valid VM ID'),
  'pve-node': matching(
    /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
    () => 'value does not look like a valid node name',
  ),
  'pve-replication-job-id': (value) => {
    const guest = /^(\d+)-\d+$/.exec(value)?.[1];
    if (guest === undefined) die(`invalid replication job id '${value}'`);
    if (Number(guest) < 100) die(`invalid replication job id '${value}' (guest IDs < 100 are reserved)`);
  },
  'pve-calendar-event': (value) => {
    if (/^[a-z]+$/i.test(value) && !NAMED_EVENTS.has(value))
      die(`invalid calendar event '${value}' - unable to parse calendar event\n\n`);
    // PVE reads more than this; what is none of it is not known to be right or wrong.
    if (
      !/^(?:[a-z]{3}(?:(?:,|\.\.)[a-z]{3})*\s+)?(?:[\d*/,.]+(?::[\d*/,.]+){0,2})$|^(?:minutely|hourly|daily|weekly|monthly|quarterly|semiannually|semi-annually|yearly|annually)$/.test(
        value,
      )
    )
      die(`pvefleet-lab: the calendar event '${value}' is not modelled`);
  },
  'pve-poolid': matching(
    /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,2}$/,
    (value) => `pool name '${value}' contains invalid characters`,
  ),
  'pve-ha-resource-or-vm-id': matching(
    /^(?:[a-z]+:\S+|[1-9][0-9]{2,8})$/,
    () => 'value does not look like a valid ha resource id',
  ),
  'pve-ha-resource-id': matching(/^[a-z]+:\S+$/, () => 'value does not look like a valid ha resource id'),
  'pve-ha-node': matching(
    /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(:\d+)?$/,
    () => 'value does not look like a valid ha group node',
  ),
  email: matching(/^[\w+\-~.]+@[a-zA-Z0-9\-.]+$/, () => 'value does not look like a valid email address'),
  'pve-tag': matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, () => 'invalid characters in tag'),
  'pve-volume-id': verifyVolumeId,
  'pve-volume-id-or-absolute-path': verifyVolumeOrPath,
  'pve-volume-id-or-qm-path': (value) =>
    value === 'none' || value === 'cdrom' ? undefined : verifyVolumeOrPath(value),
  'storage-pair': (value) => parseIdMap(value, verifyStorageId),
  'bridge-pair': (value) => parseIdMap(value, verifyBridgeId),
  'pve-storage-content': matching(
    /^(images|rootdir|vztmpl|iso|backup|snippets|import|none)$/,
    (value) => `invalid content type '${value}'`,
  ),
  'disk-size': (value) => {
    if (parseSize(value) === undefined) die(`value does not look like a valid disk size: ${value}`);
  },
};
