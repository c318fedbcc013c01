import type { NodeState, Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { guests, power } from '../snapshot/guests.ts';
import { storages } from '../snapshot/storages.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim } from '../template/render.ts';
import { findPlace } from './find-place.ts';
import { systemFacts } from './system-facts.ts';

/** Debian below each release of PVE: the wiki's "Package Repositories" and the release notes of 7, 8 and 9. */
const DEBIAN: Readonly<Record<string, readonly [version: string, release: string]>> = {
  '7': ['11', 'bullseye'],
  '8': ['12', 'bookworm'],
  '9': ['13', 'trixie'],
};

/** Facts by Ansible's names, which stand without "ansible_" here. */
export const FACTS = [
  'system',
  'os_family',
  'distribution',
  'distribution_major_version',
  'distribution_release',
  'pkg_mgr',
  'service_mgr',
  'hostname',
  'kernel',
  'processor_vcpus',
  'memtotal_mb',
  'uptime_seconds',
  'interfaces',
  'architecture',
  'machine',
  'userspace_architecture',
  'distribution_version',
  'nodename',
  'fqdn',
  'domain',
  'date_time',
  'all_ipv4_addresses',
  'default_ipv4',
] as const;

/** Those that every node of PVE has alike. */
export const COMMON_FACTS = {
  system: 'Linux',
  os_family: 'Debian',
  distribution: 'Debian',
  pkg_mgr: 'apt',
  service_mgr: 'systemd',
} as const;

/** The same as variables, under both of their names. */
export const commonVariables: Variables = {
  ...Object.fromEntries(Object.entries(COMMON_FACTS).map(([name, value]) => [`ansible_${name}`, value])),
  ansible_facts: COMMON_FACTS,
};

const known = new WeakMap<Survey, Map<string, Variables>>();

/** What the survey knows of a host: by Ansible's names where they mean the same, and `pve`. Nothing when it did not answer. */
export function factsOf(survey: Survey, host: string): Variables {
  const facts = known.get(survey) ?? new Map<string, Variables>();
  known.set(survey, facts);
  const place = findPlace(survey, host);
  const state = place?.snapshot.nodes[place.node];
  if (place === undefined || state === undefined || isUnknown(state)) return {};
  const own = facts.get(host) ?? factsOfNode(place.snapshot, place.node, state);
  facts.set(host, own);
  return own;
}

function factsOfNode(snapshot: Snapshot, name: string, state: NodeState): Variables {
  const version = isUnknown(state.versions) ? undefined : state.versions['pve-manager'];
  const [debian, release] = DEBIAN[version?.split('.')[0] ?? ''] ?? [];
  const facts: Readonly<Record<string, unknown>> = {
    ...(state.system && systemFacts(state.system, name)),
    ...COMMON_FACTS,
    ...(debian !== undefined && { distribution_major_version: debian, distribution_release: release }),
    hostname: name,
    kernel: state.kernel,
    processor_vcpus: state.cpus,
    memtotal_mb: Math.floor(state.memory / 1_048_576),
    uptime_seconds: Math.floor(state.uptime),
    interfaces: state.interfaces,
  };
  return {
    ...Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [`ansible_${key}`, new Verbatim(value)]),
    ),
    ansible_facts: new Verbatim(facts),
    pve: () => new Verbatim(pveOf(snapshot, name, version)),
  };
}

/** What only PVE has. */
function pveOf(snapshot: Snapshot, node: string, version: string | undefined): Variables {
  const all = guests(snapshot);
  const disks = storages(snapshot);
  return {
    node,
    ...(version !== undefined && { version }),
    cluster: snapshot.cluster,
    quorate: snapshot.quorate ?? true,
    nodes: Object.entries(snapshot.nodes).map(([name, state]) => ({ name, known: !isUnknown(state) })),
    ...(!isUnknown(all) && {
      guests: all.map((guest) => {
        const is = power(snapshot, guest.vmid);
        return { vmid: guest.vmid, type: guest.type, node: guest.node, ...(!isUnknown(is) && { power: is }) };
      }),
    }),
    ...(!isUnknown(disks) && {
      storages: disks.map(({ id, type, content, disabled }) => ({
        storage: id,
        type,
        content,
        enabled: !disabled,
      })),
    }),
  };
}
