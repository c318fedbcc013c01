import { splitList } from './text-list.ts';

/**
 * What PVE 8 (its last release, 8.4) has otherwise than the tables of 9. Kept by hand: nothing of PVE 8 was recorded. Each
 * row names the commit (package and id) that changed it, found by comparing PVE's sources of both; a later 8 may have
 * got some of it back.
 */
export interface VersionDifference {
  /** The methods, as "POST /storage". */
  readonly about: RegExp;
  /** The parameter; left out: the methods themselves. */
  readonly parameter?: RegExp;
  /** A key in the parameter's property string. */
  readonly key?: RegExp;
  /** A word of the parameter's list or enum. */
  readonly word?: RegExp;
  /** The first or last major version that has it. */
  readonly from?: number;
  readonly to?: number;
  readonly source: string;
}

const guests = /^(?:POST|PUT) \/nodes\/\{node\}\/(?:qemu|lxc)(?:\/\{vmid\}\/config)?$/u;
const vms = /^(?:POST|PUT) \/nodes\/\{node\}\/qemu(?:\/\{vmid\}\/config)?$/u;
const containers = /^(?:POST|PUT) \/nodes\/\{node\}\/lxc(?:\/\{vmid\}\/config)?$/u;
const storages = /^(?:POST|PUT) \/storage/u;
const backups = /^(?:(?:POST|PUT) \/cluster\/backup|POST \/nodes\/\{node\}\/vzdump)/u;
const metrics = /^(?:POST|PUT) \/cluster\/metrics\/server\/\{id\}$/u;
const sdn = /^[A-Z]+ \/cluster\/sdn(?:\/|$)/u;
const resources = /^(?:POST|PUT) \/cluster\/ha\/resources/u;
const roles = /^(?:POST|PUT) \/access\/roles/u;

export const versionDifferences: readonly VersionDifference[] = [
  { about: / \/cluster\/ha\/rules/u, from: 9, source: 'pve-ha-manager 5.0.2 (changelog)' },
  { about: / \/cluster\/ha\/groups/u, to: 8, source: 'pve-ha-manager 5.0.2 (changelog); recording ha-01' },
  { about: resources, parameter: /^group$/u, to: 8, source: 'recording ha-01' },
  { about: resources, parameter: /^failback$/u, from: 9, source: 'pve-ha-manager 5c528dd' },
  {
    about: /^DELETE \/cluster\/ha\/resources/u,
    parameter: /^purge$/u,
    from: 9,
    source: 'pve-ha-manager c952c63',
  },
  { about: / \/cluster\/ha\/status\/(?:dis)?arm-ha$/u, from: 9, source: 'pve-ha-manager d9714e7' },
  {
    about: roles,
    parameter: /^privs$/u,
    word: /^VM\.Monitor$/u,
    to: 8,
    source: 'pve-access-control 0706945',
  },
  {
    about: roles,
    parameter: /^privs$/u,
    word: /^VM\.GuestAgent\./u,
    from: 9,
    source: 'pve-access-control 922f710',
  },
  {
    about: roles,
    parameter: /^privs$/u,
    word: /^VM\.Replicate$/u,
    from: 9,
    source: 'pve-access-control 5f7544f',
  },
  {
    about: /^PUT \/access\/users\/\{userid\}\/token/u,
    parameter: /^delete$/u,
    from: 9,
    source: 'pve-access-control 73652d3',
  },
  { about: vms, parameter: /^allow-ksm$/u, from: 9, source: 'qemu-server ae91d137' },
  { about: vms, parameter: /^intel-tdx$/u, from: 9, source: 'qemu-server db96e126' },
  { about: vms, parameter: /^agent$/u, key: /^guest-fsfreeze$/u, from: 9, source: 'qemu-server fcc2dc56' },
  { about: vms, parameter: /^machine$/u, key: /^aw-bits$/u, from: 9, source: 'qemu-server dc52c006' },
  {
    about: vms,
    parameter: /^(?:ide|sata|scsi|virtio)\d+$/u,
    key: /^(?:cyls|heads|secs|trans)$/u,
    to: 8,
    source: 'qemu-server bb614783',
  },
  {
    about: / \/nodes\/\{node\}\/qemu\/\{vmid\}\//u,
    parameter: /^with-conntrack-state$/u,
    from: 9,
    source: 'qemu-server dc76a590',
  },
  {
    about: / \/nodes\/\{node\}\/(?:qemu\/\{vmid\}\/dbus-vmstate|capabilities\/qemu\/migration)$/u,
    from: 9,
    source: 'qemu-server ef1fd2e2',
  },
  {
    about: guests,
    parameter: /^ha-managed$/u,
    from: 9,
    source: 'qemu-server 14823177, pve-container 33696bd',
  },
  { about: containers, parameter: /^entrypoint$/u, from: 9, source: 'pve-container 2aed26d' },
  { about: containers, parameter: /^env$/u, from: 9, source: 'pve-container 1657107' },
  {
    about: containers,
    parameter: /^net\d+$/u,
    key: /^host-managed$/u,
    from: 9,
    source: 'pve-container c5fefa1',
  },
  { about: containers, parameter: /^mp\d+$/u, key: /^keepattrs$/u, from: 9, source: 'pve-container 6dccbc4' },
  { about: storages, parameter: /^snapshot-as-volume-chain$/u, from: 9, source: 'pve-storage a81ee83' },
  { about: storages, parameter: /^saferemove-stepsize$/u, from: 9, source: 'pve-storage 728d8f3' },
  { about: storages, parameter: /^maxfiles$/u, to: 8, source: 'pve-storage e502404' },
  { about: storages, parameter: /^type$/u, word: /^glusterfs$/u, to: 8, source: 'pve-storage 7669a99' },
  { about: storages, parameter: /^(?:volume|server2|transport)$/u, to: 8, source: 'pve-storage 7669a99' },
  {
    about: / \/nodes\/\{node\}\/storage\/\{storage\}\/oci-registry-pull$/u,
    from: 9,
    source: 'pve-storage 7744cf2',
  },
  { about: / \/nodes\/\{node\}\/query-oci-repo-tags$/u, from: 9, source: 'pve-manager 1b57f7b8' },
  {
    about: backups,
    parameter: /^notification-(?:policy|target)$/u,
    to: 8,
    source: 'pve-guest-common 3ea111e',
  },
  { about: metrics, parameter: /^otel-/u, from: 9, source: 'pve-manager 52305086' },
  { about: metrics, parameter: /^type$/u, word: /^opentelemetry$/u, from: 9, source: 'pve-manager 52305086' },
  {
    about: / \/cluster\/metrics\/export$/u,
    parameter: /^node-list$/u,
    from: 9,
    source: 'pve-manager 308217e5',
  },
  { about: / \/cluster\/bulk-action\/guest/u, from: 9, source: 'pve-manager f97a61ac' },
  { about: / \/nodes\/\{node\}\/capabilities\/qemu\/cpu-flags$/u, from: 9, source: 'pve-manager 7120652d' },
  {
    about: /^PUT \/nodes\/\{node\}\/network$/u,
    parameter: /^regenerate-frr$/u,
    from: 9,
    source: 'pve-manager 6c5295a1',
  },
  {
    about: /^POST \/cluster\/config$/u,
    parameter: /^token-coefficient$/u,
    from: 9,
    source: 'pve-cluster a7b1c76',
  },
  { about: / \/(?:cluster|nodes\/\{node\})\/sdn\/fabrics/u, from: 9, source: 'pve-network 21d2ad3' },
  { about: / \/cluster\/sdn\/lock$/u, from: 9, source: 'pve-network d6e50fb' },
  { about: / \/cluster\/sdn\/rollback$/u, from: 9, source: 'pve-network ea6db24' },
  { about: / \/cluster\/sdn\/dry-run$/u, from: 9, source: 'pve-network b129fc1' },
  {
    about: sdn,
    parameter: /^(?:lock-token|release-lock)$/u,
    from: 9,
    source: 'pve-network f5966bb, 6f11206',
  },
  {
    about: / \/nodes\/\{node\}\/sdn\/(?:vnets|zones\/\{zone\}\/(?:bridges|ip-vrf))/u,
    from: 9,
    source: 'pve-network 5dae8c7',
  },
];

/** What a version difference is asked about: a method ("POST /storage"), and of it a parameter with its value. */
export interface Asked {
  readonly method: string;
  readonly parameter?: string;
  readonly value?: string;
}

/** Why that major version of PVE does not take it, "<what is>; <what is wanted>"; undefined when it does. */
export function refusedByVersion(asked: Asked, major: number): string | undefined {
  const row = rowsOf(asked).find((one) => isAbout(one, asked) && !isIn(one, major));
  if (row === undefined) return undefined;
  const what = subject(row, asked);
  return row.to === undefined
    ? `${what} is there from PVE ${row.from ?? major} on; this is PVE ${major}`
    : `${what} is there up to PVE ${row.to} only; this is PVE ${major}`;
}

/** Whether that major version takes what the tables, which are of 9, refuse; `key` is the part of a property string that is refused. */
export function takenByVersion(asked: Asked, key: string | undefined, major: number): boolean {
  return rowsOf(asked).some(
    (row) =>
      row.to !== undefined &&
      isIn(row, major) &&
      isAbout(row, asked) &&
      (row.key === undefined || row.key.test(key ?? '')),
  );
}

const rows = new Map<string, readonly VersionDifference[]>();

/** Found once for each parameter of a method: every option of every guest is asked about. */
function rowsOf({ method, parameter }: Asked): readonly VersionDifference[] {
  const asked = parameter === undefined ? method : `${method} ${parameter}`;
  const known =
    rows.get(asked) ?? versionDifferences.filter((row) => row.about.test(method) && isOf(row, parameter));
  rows.set(asked, known);
  return known;
}

const isOf = (row: VersionDifference, parameter: string | undefined): boolean =>
  row.parameter === undefined || parameter === undefined
    ? row.parameter === parameter
    : row.parameter.test(parameter);

const isIn = ({ from = 0, to = Infinity }: VersionDifference, major: number): boolean =>
  major >= from && major <= to;

function isAbout(row: VersionDifference, asked: Asked): boolean {
  return asked.parameter === undefined || isWhole(row) || partOf(row, asked) !== undefined;
}

const isWhole = (row: VersionDifference): boolean => row.key === undefined && row.word === undefined;

/** The key or word that the row is about, as it stands in the value. */
function partOf({ key, word }: VersionDifference, { value = '' }: Asked): string | undefined {
  if (key !== undefined) return keysOf(value).find((name) => key.test(name));
  return word === undefined ? undefined : splitList(value).find((part) => word.test(part));
}

const keysOf = (value: string): readonly string[] => value.split(',').map((part) => part.split('=')[0] ?? '');

function subject(row: VersionDifference, asked: Asked): string {
  const part = partOf(row, asked);
  if (part !== undefined) return `"${part}"`;
  return asked.parameter === undefined ? 'the method' : 'it';
}
