import * as z from 'zod';
import type { Diagnostic } from '../diagnostic.ts';
import type { Snapshot } from './snapshot.ts';

const unknownValue = z.strictObject({ unknown: z.string() });

const linkAddress = z.strictObject({ link: z.string(), address: z.string() });

const nodeSystem = z.strictObject({
  machine: z.string(),
  debian: z.string().exactOptional(),
  fqdn: z.string().exactOptional(),
  clock: z.strictObject({ seconds: z.number(), offset: z.string(), zone: z.string() }).exactOptional(),
  addresses: z.array(linkAddress),
  gateway: linkAddress.exactOptional(),
});

const nodeState = z.strictObject({
  host: z.string(),
  versions: z.union([
    z.strictObject({
      'pve-manager': z.string(),
      'qemu-server': z.string().exactOptional(),
      'pve-container': z.string().exactOptional(),
      'pve-ha-manager': z.string().exactOptional(),
      'pve-cluster': z.string().exactOptional(),
    }),
    unknownValue,
  ]),
  kernel: z.string(),
  cpus: z.number(),
  memory: z.number(),
  uptime: z.number(),
  bootId: z.string(),
  running: z.union([
    z.strictObject({ vms: z.array(z.number()), containers: z.array(z.number()) }),
    unknownValue,
  ]),
  interfaces: z.array(z.string()),
  bridges: z.array(z.string()),
  system: nodeSystem.exactOptional(),
});

const savedCluster = z.strictObject({
  cluster: z.string(),
  quorate: z.boolean().exactOptional(),
  copied: z.literal(true).exactOptional(),
  nodes: z.record(z.string(), z.union([nodeState, unknownValue])),
  digests: z.record(z.string(), z.string()),
  directory: z.string(),
  paths: z.array(z.string()),
  others: z.record(z.string(), z.string()),
  unknown: z.string().exactOptional(),
});

const diagnostic = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  trouble: z.enum(['invalid', 'failed', 'unreachable', 'stale', 'refused']),
  message: z.string(),
  at: z.strictObject({ file: z.string(), line: z.number(), column: z.number() }).exactOptional(),
  host: z.string().exactOptional(),
  hint: z.string().exactOptional(),
});

const savedIndex = z.strictObject({
  pvefleet: z.literal(1),
  clusters: z.array(savedCluster),
  unreachable: z.array(diagnostic),
});

/** A cluster of a saved survey. */
export type SavedCluster = Omit<Snapshot, 'files'> & {
  /** Where its files are, below the survey's own directory. */
  readonly directory: string;
  /** Those that are there. */
  readonly paths: readonly string[];
  /** Text of those whose paths no directory can hold. */
  readonly others: Readonly<Record<string, string>>;
  /** Why there are no files. */
  readonly unknown?: string;
};

/** Reads survey.json, which holds all of a saved survey but its files; gives what is wrong with it as a phrase. */
export function parseIndex(
  text: string,
): { readonly clusters: readonly SavedCluster[]; readonly unreachable: readonly Diagnostic[] } | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'there is no JSON';
  }
  const index = savedIndex.safeParse(json);
  if (index.success) return index.data;
  const issue = index.error.issues[0];
  return `"${issue?.path.join('.') ?? ''}" is wrong (${issue?.message ?? ''})`;
}
