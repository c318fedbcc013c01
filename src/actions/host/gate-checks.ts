import { decodeMembers } from '../../pve/cluster-state.ts';
import { decodeRrd } from '../../pve/cluster-state-rrd.ts';
import { parseCephHealth } from '../../pve/ceph-health.ts';
import { readSections } from '../../pve/section-config.ts';
import { splitList } from '../../pve/text-list.ts';
import type { GateValues } from '../gate.ts';
import type { Facts, HostRead } from './facts.ts';

const MEMBERS = '/etc/pve/.members';
const RRD = '/etc/pve/.rrd';
const STORAGES = '/etc/pve/storage.cfg';
const CEPH = '/etc/pve/ceph.conf';
const HEALTH = ['ceph', '--connect-timeout', '20', 'health', '--format', 'json'];
const FAILED_UNITS = ['systemctl', 'list-units', '--failed', '--plain', '--no-legend', '--no-pager'];

/** What PVE is on a node. */
const SERVICES = ['pve-cluster', 'pvedaemon', 'pveproxy', 'pvestatd', 'pvescheduler'];

export function gateReads({ services = SERVICES, units, ceph }: GateValues): readonly HostRead[] {
  return [
    ...[MEMBERS, STORAGES, RRD].map((path) => ({ read: 'path', path, content: true }) as const),
    ...services.map((name) => ({ read: 'unit', name: unitName(name) }) as const),
    ...(units ? [{ read: 'output', argv: FAILED_UNITS, timeoutSeconds: 30 } as const] : []),
    ...(ceph === 'any'
      ? []
      : ([
          { read: 'path', path: CEPH },
          { read: 'output', argv: HEALTH, timeoutSeconds: 30 },
        ] as const)),
  ];
}

/** What is not as the gate wants it: "storage nas is not active on pve1; ...". */
export function gateTroubles(values: GateValues, facts: Facts, node: string): readonly string[] {
  return [
    ...clusterTroubles(values, facts, node),
    ...serviceTroubles(values, facts, node),
    ...(values.storages ? storageTroubles(values, facts, node) : []),
    ...(values.ceph === 'any' ? [] : cephTroubles(values, facts)),
  ];
}

function clusterTroubles(
  { quorum, members, ignore_members: ignored }: GateValues,
  facts: Facts,
  node: string,
): readonly string[] {
  if (!quorum && !members) return [];
  const read = decodeMembers(facts.path(MEMBERS).content?.toString() ?? '');
  if (!('value' in read)) return [`/etc/pve of ${node} can't be read; a running pve-cluster is wanted`];
  const { cluster, nodes } = read.value;
  const away = Object.entries(nodes).flatMap(([name, { online }]) => (online ? [] : [name]));
  const missed = away.filter((name) => !ignored.includes(name));
  return [
    ...(quorum && cluster?.quorate === false
      ? [
          `${cluster.name} has no quorum, seen from ${node}${away.length === 0 ? '' : ` (offline: ${away.join(', ')})`}; quorum is wanted`,
        ]
      : []),
    ...(members && missed.length > 0
      ? [`${missed.join(', ')} is offline; every member online is wanted`]
      : []),
  ];
}

const unitName = (name: string): string => (name.includes('.') ? name : `${name}.service`);

function serviceTroubles(
  { services = SERVICES, units, ignore_units: ignored }: GateValues,
  facts: Facts,
  node: string,
): readonly string[] {
  const down = services.flatMap((name) => {
    const state = facts.unit(unitName(name))['ActiveState'] ?? 'not known';
    return state === 'active' ? [] : [`${name} of ${node} is ${state}; a running one is wanted`];
  });
  if (!units) return down;
  const broken = facts
    .output(FAILED_UNITS)
    .text.split('\n')
    .flatMap((line) => line.trim().split(/\s+/u)[0] ?? [])
    .filter((name) => name !== '' && !ignored.some((each) => unitName(each) === name));
  return [...down, ...broken.map((name) => `${name} of ${node} has failed; no failed unit is wanted`)];
}

/** Active storages of each node stand in .rrd; never asked by stat or df, which hang on a dead server (pitfall 4). */
function storageTroubles(
  { ignore_storages: ignored }: GateValues,
  facts: Facts,
  node: string,
): readonly string[] {
  const active = new Set(
    decodeRrd(facts.path(RRD).content?.toString() ?? '').storages.flatMap((each) =>
      each.node === node ? [each.storage] : [],
    ),
  );
  const defined = readSections(facts.path(STORAGES).content?.toString() ?? '');
  return defined.flatMap(({ id, options }) => {
    const nodes = options['nodes'];
    const isDisabled = options['disable'] === '' || options['disable'] === '1';
    const isElsewhere = nodes !== undefined && !splitList(nodes).includes(node);
    if (isDisabled || isElsewhere || active.has(id) || ignored.includes(id)) return [];
    return [`storage ${id} is not active on ${node}; an active one is wanted`];
  });
}

function cephTroubles(
  { ceph, ceph_ignore: ignored, ceph_flags: flags }: GateValues,
  facts: Facts,
): readonly string[] {
  if (facts.path(CEPH).followed === undefined) return [];
  const { exit, text } = facts.output(HEALTH);
  const health = parseCephHealth(text);
  if (health === undefined)
    return [`Ceph does not say how it is (exit code ${exit}: ${text.trim()}); an answer is wanted`];
  if (health.status === 'HEALTH_OK' || (ceph === 'no_errors' && health.status !== 'HEALTH_ERR')) return [];
  const open = Object.entries(health.checks).filter(
    ([code, message]) => !ignored.includes(code) && !(code === 'OSDMAP_FLAGS' && areOnly(flags, message)),
  );
  const isAllKnown = open.length === 0 && health.status === 'HEALTH_WARN';
  if (isAllKnown) return [];
  const listed = open.map(([code, message]) => `${code}: ${message}`).join('; ');
  return [`Ceph is ${health.status}${listed === '' ? '' : ` (${listed})`}; HEALTH_OK is wanted`];
}

/** Whether "noout,norebalance flag(s) set" names none but these. */
function areOnly(flags: readonly string[], message: string): boolean {
  const set = /^(?<set>[\w,-]+) flag\(s\) set$/u.exec(message)?.groups?.['set'];
  return set !== undefined && set.split(',').every((flag) => flags.includes(flag));
}
