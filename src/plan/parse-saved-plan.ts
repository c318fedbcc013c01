import * as z from 'zod';
import type { Plan } from './plan.ts';
import type { SavedPlan } from './saved-plan.ts';

/** The form of a saved plan, key by key: nothing in it is taken on trust. */

const texts = z.record(z.string(), z.string());
const position = z.strictObject({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  element: z.string().exactOptional(),
});
const address = z.strictObject({
  kind: z.string(),
  name: z.string(),
  cluster: z.string(),
  node: z.string().exactOptional(),
});
const argument = z.union([
  z.string(),
  z.strictObject({ secret: z.string() }),
  z.strictObject({ digest: z.string() }),
  z.strictObject({ volumeOf: z.string(), in: z.string(), around: z.tuple([z.string(), z.string()]) }),
  z.strictObject({ file: z.string() }),
]);
const act = z.discriminatedUnion('run', [
  z.strictObject({
    run: z.literal('call'),
    call: z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
      path: z.string(),
      params: z.record(z.string(), z.union([argument, z.array(argument)])),
    }),
  }),
  z.strictObject({ run: z.literal('exec'), argv: z.array(argument), stdin: argument.exactOptional() }),
]);
const guard = z.discriminatedUnion('require', [
  z.strictObject({ require: z.literal('unchanged'), path: z.string() }),
  z.strictObject({ require: z.literal('vmid-free'), vmid: z.int() }),
  z.strictObject({ require: z.literal('snapshot'), path: z.string(), name: z.string(), time: z.int() }),
  z.strictObject({
    require: z.literal('power'),
    guest: z.enum(['vm', 'container']),
    vmid: z.int(),
    is: z.enum(['running', 'stopped']),
  }),
  z.strictObject({ require: z.literal('quorum') }),
]);
const effect = z.discriminatedUnion('brings', [
  z.strictObject({
    brings: z.literal('options'),
    address,
    node: z.string(),
    created: z.boolean(),
    copyOf: z
      .strictObject({
        vmid: z.int(),
        linked: z.literal(true).exactOptional(),
        snapshot: z.string().exactOptional(),
        storage: z.string().exactOptional(),
        format: z.string().exactOptional(),
      })
      .exactOptional(),
    set: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string().nullable())])),
    remove: z.array(z.string()),
    revert: z.array(z.string()),
    keeps: z.array(z.string()).exactOptional(),
    destroys: z.array(z.string()).exactOptional(),
  }),
  z.strictObject({
    brings: z.literal('power'),
    address,
    node: z.string(),
    is: z.enum(['running', 'stopped']),
    how: z.enum(['restart', 'hibernation']).exactOptional(),
  }),
  z.strictObject({ brings: z.literal('place'), address, node: z.string(), to: z.string() }),
  z.strictObject({
    brings: z.literal('restore'),
    address,
    node: z.string(),
    replaces: z.literal(true).exactOptional(),
  }),
  z.strictObject({ brings: z.literal('absence'), address, node: z.string() }),
  z.strictObject({
    brings: z.literal('snapshot'),
    address,
    node: z.string(),
    name: z.string(),
    there: z.boolean(),
  }),
  z.strictObject({
    brings: z.literal('rolled-back'),
    address,
    node: z.string(),
    name: z.string(),
    runs: z.literal(true).exactOptional(),
  }),
]);
const step = z.strictObject({
  // It becomes a part of names on the node.
  id: z.string().regex(/^\d+\/\d+$/u),
  node: z.string(),
  act,
  guards: z.array(guard),
  locks: z.array(z.string()),
  effects: z.array(effect),
  says: z.string().exactOptional(),
  undo: z.union([
    z.array(act),
    z.strictObject({ impossible: z.string(), options: z.array(z.string()).exactOptional() }),
  ]),
  detached: z.boolean(),
  timeoutSeconds: z.number(),
});
const value = z.union([z.string(), texts]);
const difference = z.strictObject({
  property: z.string(),
  before: value.exactOptional(),
  after: value.exactOptional(),
  runs: value.nullable().exactOptional(),
  effect: z.enum(['now', 'restart']),
  at: position.exactOptional(),
});
const change = z.strictObject({
  id: z.string(),
  address,
  title: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  node: z.string(),
  declaredAt: position.exactOptional(),
  declaredBy: z.array(z.string()),
  differences: z.array(difference),
  risks: z.array(z.string()),
  digests: texts,
  after: z.array(z.string()),
  steps: z.array(step),
  waits: z.literal(true).exactOptional(),
});
const plans = z.array(z.strictObject({ cluster: z.string(), changes: z.array(change) }));
const saved = z.strictObject({
  pvefleet: z.literal('plan'),
  version: z.literal(1),
  made: z.string(),
  document: z.strictObject({ file: z.string(), sha256: z.string() }),
  plans,
  basis: z.array(
    z.strictObject({
      cluster: z.string(),
      files: z.record(z.string(), z.string().nullable()),
      power: texts,
    }),
  ),
});

/** Reads a saved plan's data; gives what is wrong with it as a phrase. */
export function parseSavedPlan(json: unknown): SavedPlan | string {
  const marked = z.object({ version: z.unknown() }).safeParse(json).data;
  if (marked !== undefined && marked.version !== 1)
    return `its version is ${JSON.stringify(marked.version)}; 1 is wanted`;
  const parsed = saved.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `"${issue?.path.join('.') ?? ''}" is wrong (${issue?.message ?? ''}); what "pvefleet plan --out" wrote is wanted`;
}

/** Plans as a journal has them; undefined when they are none that this version makes. */
export function parsePlans(json: unknown): readonly Plan[] | undefined {
  return plans.safeParse(json).data;
}
