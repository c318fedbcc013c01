import type { RefusalRule } from './method-area.ts';
import { propertyFormat } from './named-property-formats.ts';
import { optionSchema } from './option-schema.ts';
import { decodePropertyString, type Properties } from './property-string.ts';
import type { MethodSchema } from './schema/property-schema.ts';
import { splitList } from './text-list.ts';

const setsConfig = (method: MethodSchema): boolean =>
  method.path.endsWith('/config') && method.method !== 'GET';

/** Parameters of a set that change no option. */
const noOption = new Set(
  'node vmid digest background_delay skip_cloud_init import-working-storage skiplock force'.split(' '),
);

/** What PVE refuses of guests beyond its schema; each with the recording or code that shows it. */
export const guestRules: readonly RefusalRule[] = [
  {
    // vm-03-set-basic, ct-02-set: `--delete bogus`; vm-11: `--revert bogus`.
    appliesTo: setsConfig,
    refuse: (params, method) =>
      ['delete', 'revert'].flatMap((word) =>
        splitList(params[word] ?? '')
          .filter(
            (name) =>
              method.options !== undefined &&
              optionSchema(method.options, name.replace(/^!/u, '')) === undefined,
          )
          .map((name) => `${word} names "${name}"; an option of the guest is wanted`),
      ),
  },
  {
    // vm-03-set-basic: `--delete memory --memory 2048`.
    appliesTo: setsConfig,
    refuse: (params) =>
      ['delete', 'revert'].flatMap((word) =>
        splitList(params[word] ?? '')
          .filter((name) => name in params)
          .map((name) => `"${name}" is set and in ${word} too; one of them is wanted`),
      ),
  },
  {
    // vm-03: `qm set 120`; ct-02: `pct set 210`.
    appliesTo: setsConfig,
    refuse: (params) =>
      Object.keys(params).every((name) => noOption.has(name))
        ? ['it changes nothing; an option is wanted']
        : [],
  },
  {
    // ct-02: `--delete memory`; ct-03: `--delete rootfs`; LXC/Config.pm update_pct_config.
    appliesTo: (method) => setsConfig(method) && method.options === 'container',
    refuse: (params) =>
      splitList(params['delete'] ?? '')
        .filter((name) => ['memory', 'ostype', 'rootfs', 'unprivileged'].includes(name))
        .map((name) => `delete names "${name}"; an option that a container can do without is wanted`),
  },
  {
    // ct-02: `pct set 210 --unprivileged 0`.
    appliesTo: (method) => setsConfig(method) && method.options === 'container',
    refuse: (params) =>
      'unprivileged' in params
        ? ['"unprivileged" never changes; it is for a new container or a restore']
        : [],
  },
  {
    // vm-09: `--balloon 99999`; here where the call has both.
    appliesTo: (method) => setsConfig(method) && method.options === 'vm',
    refuse: ({ balloon = '', memory = '' }) => {
      const megabytes = /^(?:current=)?(?<megabytes>\d+)$/u.exec(memory)?.groups?.['megabytes'];
      return megabytes !== undefined && Number(balloon) > Number(megabytes)
        ? [`balloon ${balloon} is more than memory ${megabytes}; no more than memory is wanted`]
        : [];
    },
  },
  {
    // vm-13, ct-04: `snapshot current`; API2/Qemu.pm, API2/LXC/Snapshot.pm.
    appliesTo: ({ method, path }) => method === 'POST' && path.endsWith('/{vmid}/snapshot'),
    refuse: ({ snapname = '' }, { path }) =>
      snapname === 'current' || snapname === (path.includes('/qemu/') ? 'pending' : 'vzdump')
        ? [`snapname "${snapname}" is PVE's own; another name is wanted`]
        : [],
  },
  {
    // cluster-02-guests-across-nodes, cluster-05-live-migration: `qm migrate 100 pve1` on pve1.
    appliesTo: (method) => method.path.endsWith('/migrate') && method.method === 'POST',
    refuse: (params) =>
      params['target'] !== undefined && params['target'] === params['node']
        ? [`target "${params['target']}" is the node the guest is on; another one is wanted`]
        : [],
  },
  {
    // vm-12-import-cloudinit: `--scsi2 data:5,import-from=...`.
    appliesTo: (method) => method.options === 'vm',
    refuse: (params) =>
      Object.entries(params)
        .filter(
          ([, value]) =>
            /(?:^|,)import-from=/u.test(value) &&
            !/^(?:(?:file|volume)=)?[^,:]+:0(?:\.0+)?(?:,|$)/u.test(value),
        )
        .map(
          ([name]) =>
            `"${name}" has import-from and a size or volume; STORAGE:0,import-from=SOURCE is wanted`,
        ),
  },
  {
    // QemuServer/Drive.pm parse_drive: "unable to parse drive options".
    appliesTo: (method) => method.options === 'vm',
    refuse: (params) =>
      Object.entries(params).flatMap(([name, value]) => {
        const schema = /^(?:ide|sata|scsi|virtio)\d+$/u.test(name) ? optionSchema('vm', name) : undefined;
        const format = schema && propertyFormat(schema);
        return format === undefined ? [] : wrongDrive(name, decodePropertyString(format, value).values);
      }),
  },
];

/** Limits that go together with others, or not at all with them. */
const driveNeeds = [
  ['mbps_max', 'mbps'],
  ['mbps_rd_max', 'mbps_rd'],
  ['mbps_wr_max', 'mbps_wr'],
  ['bps_max_length', 'mbps_max'],
  ['bps_rd_max_length', 'mbps_rd_max'],
  ['bps_wr_max_length', 'mbps_wr_max'],
  ['iops_max_length', 'iops_max'],
  ['iops_rd_max_length', 'iops_rd_max'],
  ['iops_wr_max_length', 'iops_wr_max'],
] as const;
const driveExcludes = [
  ['mbps_rd', 'mbps'],
  ['mbps_wr', 'mbps'],
  ['iops_rd', 'iops'],
  ['iops_wr', 'iops'],
  ['bps', 'mbps'],
  ['bps_rd', 'mbps_rd'],
  ['bps_wr', 'mbps_wr'],
] as const;

function wrongDrive(name: string, drive: Properties): readonly string[] {
  // bps is read as mbps.
  const has = (key: string): boolean => key in drive || (key.startsWith('mbps') && key.slice(1) in drive);
  const cdrom = drive['media'] === 'cdrom';
  return [
    ...driveNeeds
      .filter(([key, other]) => has(key) && !has(other))
      .map(([key, other]) => `"${name}" has ${key} without ${other}; both are wanted`),
    ...driveExcludes
      .filter(([key, other]) => key in drive && other in drive)
      .map(([key, other]) => `"${name}" has both ${key} and ${other}; one of them is wanted`),
    ...['snapshot', 'format']
      .filter((key) => cdrom && key in drive && drive[key] !== '0')
      .map((key) => `"${name}" is a CD drive with ${key}; that is for disks`),
    ...(cdrom && name.startsWith('virtio')
      ? [`"${name}" is a CD drive; ide, sata or scsi is wanted for one`]
      : []),
  ];
}
