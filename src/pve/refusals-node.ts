import type { RefusalRule } from './method-area.ts';

/** PVE::UPID decode. */
const upid =
  /^UPID:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?:[0-9a-f]{8}:[0-9a-f]{8,9}:[0-9a-f]{8}:[^:\s/]+:[^:\s/]*:[^:\s/]+:$/iu;

/** What PVE refuses of nodes beyond its schema. */
export const nodeRules: readonly RefusalRule[] = [
  {
    // pvesh-07: `pvenode task status UPID:bogus`.
    appliesTo: ({ path }) => path.startsWith('/nodes/{node}/tasks/{upid}'),
    refuse: (params) =>
      upid.test(params['upid'] ?? '')
        ? []
        : [`upid "${params['upid'] ?? ''}" is none; the id of a task as PVE prints it is wanted`],
  },
];
