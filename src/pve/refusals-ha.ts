import { isMethod, type RefusalRule } from './method-area.ts';
import { unknownInDelete } from './refusals-section.ts';
import { splitList } from './text-list.ts';

const requiredOfRule: ReadonlyMap<string, string> = new Map([
  ['node-affinity', 'nodes'],
  ['resource-affinity', 'affinity'],
]);

/** What PVE refuses of high availability beyond its schema; each with the recording or code that shows it. */
export const haRules: readonly RefusalRule[] = [
  {
    // ha-01: `ha-manager add bogus:600`.
    appliesTo: isMethod('POST /cluster/ha/resources'),
    refuse: ({ sid = '' }) =>
      /^(?!vm:|ct:)[a-z]+:/u.test(sid)
        ? [`sid "${sid}" is of no known type; vm:VMID or ct:VMID is wanted`]
        : [],
  },
  {
    // ha-01: `ha-manager set vm:600 --delete bogus`.
    appliesTo: isMethod('PUT /cluster/ha/resources/{sid}'),
    refuse: unknownInDelete,
  },
  {
    // ha-01: `rules add resource-affinity ra3 --resources vm:600 --affinity negative`.
    appliesTo: isMethod('POST /cluster/ha/rules'),
    refuse: ({ type, resources }) =>
      type === 'resource-affinity' && resources !== undefined && new Set(splitList(resources)).size < 2
        ? ['resources names fewer than two; a rule of type resource-affinity is about two or more']
        : [],
  },
  {
    // pve-ha-manager PVE/HA/Rules/NodeAffinity.pm, ResourceAffinity.pm (options).
    appliesTo: isMethod('POST /cluster/ha/rules'),
    refuse: (params) => {
      const wanted = requiredOfRule.get(params['type'] ?? '');
      return wanted === undefined || wanted in params
        ? []
        : [`"${wanted}" is missing; a rule of type ${params['type']} does not do without it`];
    },
  },
];
