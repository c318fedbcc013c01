import * as z from 'zod';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Frames } from './frames.ts';
import { parseFrames } from './frames.ts';
import type { NodeState, NodeSystem, Unknown, Versions } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** The cluster as one of its nodes sees it: `.members`. */
export interface Membership {
  readonly quorate: boolean;
  /** By PVE's node name. */
  readonly nodes: Readonly<
    Record<string, { readonly id: number; readonly online: boolean; readonly ip?: string }>
  >;
}

/** What one node said of itself. */
export interface NodeAnswer {
  readonly host: string;
  /** PVE's node name. */
  readonly node: string;
  readonly state: NodeState;
  /** The cluster's name by PVE; absent for a lone node. */
  readonly clusterName?: string;
  /** Absent for a lone node, and when /etc/pve could not be read. */
  readonly membership?: Membership;
  /** Whether /etc/pve could be read, or why not. */
  readonly etcPve: 'read' | Unknown;
  /** The node's own files by absolute path. */
  readonly ownFiles: Readonly<Record<string, string>>;
  /** The cluster's tree, when this node sent it. */
  readonly tree?: {
    readonly files: Readonly<Record<string, string>>;
    readonly digests: Readonly<Record<string, string>>;
  };
}

const membersFile = z.object({
  nodename: z.string(),
  cluster: z.object({ name: z.string(), quorate: z.number() }).optional(),
  nodelist: z
    .record(z.string(), z.object({ id: z.number(), online: z.number(), ip: z.string().optional() }))
    .optional(),
});

const versionFile = z.object({ starttime: z.number() });

/**
 * Reads the probe's answer. One that was cut after the node's own facts is an answer whose /etc/pve is unknown;
 * cut before that, or no answer at all, it is a Diagnostic `probe/no-answer`.
 */
export function readAnswer(host: string, output: Buffer, nonce: string): Result<NodeAnswer> {
  const frames = parseFrames(output, nonce);
  const state = frames && readState(host, frames);
  const node = frames && valueOf(frames, 'node');
  if (frames === undefined || state === undefined || node === undefined || node === '')
    return fail(noAnswer(host, output));
  const members = parsed(membersFile, frames.files['/etc/pve/.members']?.text);
  const etcPve = readable(frames, members !== undefined);
  const clusterName =
    (isUnknown(etcPve) ? undefined : members?.cluster?.name) ??
    (isUnknown(etcPve) ? valueOf(frames, 'cluster') : undefined);
  return ok({
    host,
    node,
    state,
    ...(clusterName !== undefined && { clusterName }),
    ...(!isUnknown(etcPve) && members?.cluster !== undefined && { membership: membershipOf(members) }),
    etcPve,
    ownFiles: ownFilesOf(frames),
    ...(!isUnknown(etcPve) && valueOf(frames, 'tree') !== undefined && { tree: treeOf(frames) }),
  });
}

function noAnswer(host: string, output: Buffer) {
  const words = output.toString('utf8').trim().split('\n')[0]?.slice(0, 120) ?? '';
  return {
    code: 'probe/no-answer',
    severity: 'error',
    trouble: 'failed',
    message: `Cannot read what ${host} is: it answered ${words === '' ? 'nothing' : JSON.stringify(words)}; wanted is the whole output of the probe`,
    host,
    hint: `It needs a POSIX login shell and Debian's tools; try "pvefleet exec ${host} -- true".`,
  } as const;
}

function valueOf(frames: Frames, word: string): string | undefined {
  return frames.facts.find(([each]) => each === word)?.[1];
}

function valuesOf(frames: Frames, word: string): readonly string[] {
  return frames.facts.filter(([each]) => each === word).map(([, value]) => value);
}

/** Undefined when the answer ended before the facts did. */
function readState(host: string, frames: Frames): NodeState | undefined {
  const power = valueOf(frames, 'power');
  const number = (word: string): number => {
    const value = Number(valueOf(frames, word));
    return Number.isFinite(value) && value >= 0 ? value : 0;
  };
  if (power === undefined) return undefined;
  return {
    host,
    versions: readVersions(valuesOf(frames, 'version')),
    kernel: valueOf(frames, 'kernel') ?? '',
    cpus: number('cpus'),
    memory: number('memory'),
    uptime: number('uptime'),
    bootId: valueOf(frames, 'boot-id') ?? '',
    running: readRunning(frames) ?? { unknown: `which guests run on ${host} could not be read` },
    interfaces: [...new Set([...valuesOf(frames, 'interface'), ...valuesOf(frames, 'bridge')])],
    bridges: [...new Set(valuesOf(frames, 'bridge'))],
    system: readSystem(frames),
  };
}

function readSystem(frames: Frames): NodeSystem {
  const debian = valueOf(frames, 'debian');
  const fqdn = valueOf(frames, 'fqdn');
  const [seconds = '', offset = '', zone = ''] = valueOf(frames, 'time')?.split(' ') ?? [];
  const [gateway] = linkAddresses(frames, 'gateway');
  return {
    machine: valueOf(frames, 'machine') ?? '',
    ...(debian !== undefined && { debian }),
    ...(fqdn !== undefined && { fqdn }),
    ...(/^\d+$/u.test(seconds) && { clock: { seconds: Number(seconds), offset, zone } }),
    addresses: linkAddresses(frames, 'address'),
    ...(gateway !== undefined && { gateway }),
  };
}

const linkAddresses = (frames: Frames, word: string): NodeSystem['addresses'] =>
  valuesOf(frames, word).flatMap((value) => {
    const [link, address] = value.split(' ');
    return link === undefined || address === undefined ? [] : [{ link, address }];
  });

/** VMIDs of the guests that run; undefined when the probe did not come to say. */
export function readRunning(frames: Frames): NodeState['running'] | undefined {
  const power = valueOf(frames, 'power');
  if (power === undefined) return undefined;
  if (power !== 'ok') return { unknown: power };
  const vmids = (word: string): readonly number[] =>
    valuesOf(frames, word)
      .filter((value) => /^[1-9]\d*$/u.test(value))
      .map(Number);
  return { vms: vmids('vm'), containers: vmids('container') };
}

function readVersions(lines: readonly string[]): Versions | Unknown {
  const versions = new Map(lines.map((line) => [line.split(' ')[0], line.split(' ')[1]]));
  const manager = versions.get('pve-manager');
  if (manager === undefined) return { unknown: 'no pve-manager is installed (/var/lib/dpkg/status)' };
  const others = (['qemu-server', 'pve-container', 'pve-ha-manager', 'pve-cluster'] as const).flatMap(
    (name) => {
      const version = versions.get(name);
      return version === undefined ? [] : [[name, version] as const];
    },
  );
  return { 'pve-manager': manager, ...Object.fromEntries(others) };
}

/** /etc/pve was read when the probe says so and `.version` and `.members` are what pmxcfs makes: a stopped pve-cluster leaves an empty directory. */
function readable(frames: Frames, membersParsed: boolean): NodeAnswer['etcPve'] {
  const said = readEtcPve(frames);
  if (isUnknown(said)) return said;
  if (parsed(versionFile, frames.files['/etc/pve/.version']?.text) === undefined)
    return { unknown: 'its .version is not what pmxcfs writes' };
  return membersParsed ? said : { unknown: 'its .members is not what pmxcfs writes' };
}

/** What the probe itself says of /etc/pve. */
export function readEtcPve(frames: Frames): NodeAnswer['etcPve'] {
  const said = frames.complete
    ? (valueOf(frames, 'unread') ?? valueOf(frames, 'etc-pve'))
    : 'the answer was cut';
  return said === 'ok' ? 'read' : { unknown: said ?? 'the answer does not speak of it' };
}

function parsed<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

function membershipOf({ cluster, nodelist = {} }: z.infer<typeof membersFile>): Membership {
  const nodes = Object.entries(nodelist).map(
    ([name, { id, online, ip }]) =>
      [name, { id, online: online === 1, ...(ip !== undefined && { ip }) }] as const,
  );
  return { quorate: cluster?.quorate === 1, nodes: Object.fromEntries(nodes) };
}

function ownFilesOf(frames: Frames): NodeAnswer['ownFiles'] {
  const own = Object.entries(frames.files).filter(([path]) => !path.startsWith('/etc/pve/'));
  return Object.fromEntries(own.map(([path, { text }]) => [path, text]));
}

function treeOf(frames: Frames): NonNullable<NodeAnswer['tree']> {
  const files = Object.entries(frames.files).filter(([path]) => path.startsWith('/etc/pve/'));
  return {
    files: Object.fromEntries(files.map(([path, { text }]) => [path, text])),
    digests: Object.fromEntries(
      files.flatMap(([path, { sha1 }]) => (sha1 === undefined ? [] : [[path, sha1]])),
    ),
  };
}
