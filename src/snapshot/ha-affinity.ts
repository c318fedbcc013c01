import { readSections } from '../pve/section-config.ts';
import { splitList } from '../pve/text-list.ts';
import { haServices } from './ha-services.ts';
import { readFile } from './files.ts';
import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** Where HA wants a service: a rule of PVE 9 or a group of PVE 8. */
export interface NodeAffinity {
  /** "rule n1", "group g1" */
  readonly name: string;
  /** Node → priority; the higher is preferred. */
  readonly nodes: ReadonlyMap<string, number>;
  readonly strict: boolean;
}

/** What binds a service to nodes and to other services (ha/rules.cfg, ha/groups.cfg). */
export interface Affinity {
  readonly nodes?: NodeAffinity;
  /** Services that must not be on one node with it, and those that must. */
  readonly apart: readonly string[];
  readonly together: readonly string[];
  /** HA moves it back when a better node is there. */
  readonly failback: boolean;
}

export function affinityOf(snapshot: Snapshot, sid: string): Affinity {
  const rules = sectionsOf(snapshot, '/etc/pve/ha/rules.cfg').filter(
    ({ options }) => !isOn(options['disable']) && splitList(options['resources'] ?? '').includes(sid),
  );
  const others = (kind: 'negative' | 'positive'): readonly string[] =>
    rules
      .filter(({ type, options }) => type === 'resource-affinity' && options['affinity'] === kind)
      .flatMap(({ options }) => splitList(options['resources'] ?? '').filter((each) => each !== sid));
  const byNode = rules.find(({ type }) => type === 'node-affinity');
  const group = groupOf(snapshot, sid);
  const nodes: NodeAffinity | undefined =
    byNode !== undefined
      ? {
          name: `rule ${byNode.id}`,
          nodes: prioritiesOf(byNode.options['nodes']),
          strict: isOn(byNode.options['strict']),
        }
      : group && {
          name: `group ${group.id}`,
          nodes: prioritiesOf(group.options['nodes']),
          strict: isOn(group.options['restricted']),
        };
  const services = haServices(snapshot);
  const failback = isUnknown(services) ? undefined : services.get(sid)?.failback;
  return {
    ...(nodes && { nodes }),
    apart: others('negative'),
    together: others('positive'),
    failback: failback !== false && !isOn(group?.options['nofailback']),
  };
}

type Section = ReturnType<typeof readSections>[number];

function sectionsOf(snapshot: Snapshot, path: string): readonly Section[] {
  const text = readFile(snapshot, path);
  return text === undefined || isUnknown(text) ? [] : readSections(text);
}

function groupOf(snapshot: Snapshot, sid: string): Section | undefined {
  const services = haServices(snapshot);
  const name = isUnknown(services) ? undefined : services.get(sid)?.group;
  return name === undefined
    ? undefined
    : sectionsOf(snapshot, '/etc/pve/ha/groups.cfg').find(({ id }) => id === name);
}

/** "pve1,pve2:5"; without a number it is 0 (PVE::HA::Tools parse_node_priority). */
function prioritiesOf(list = ''): ReadonlyMap<string, number> {
  return new Map(
    splitList(list).map((part) => {
      const [node = '', priority = '0'] = part.split(':');
      return [node, Number(priority)] as const;
    }),
  );
}

const isOn = (text: string | undefined): boolean => text === '' || text === '1';
