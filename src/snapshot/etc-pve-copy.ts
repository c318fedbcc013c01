import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { corosyncNodes, decodeCorosync, findSection, optionValue } from '../pve/corosync.ts';
import { withoutSecrets } from '../pve/secret-lines.ts';
import { fileError } from '../text/file-error.ts';
import type { Copy } from './find-copies.ts';
import { findCopies } from './find-copies.ts';
import { parseGuestConfigPath } from './guests.ts';
import type { Snapshot } from './snapshot.ts';
import type { Survey } from './survey.ts';

/**
 * A survey of plain copies of /etc/pve in a directory, such as a backup has: what the files say, and nothing of what runs.
 * Keys are left out and secrets blanked, as the probe does. Of two copies of one cluster the first counts, with a warning.
 */
export async function surveyOfCopy(directory: string): Promise<Result<Survey>> {
  try {
    const { copies } = await findCopies(directory);
    const all = await Promise.all(copies.map(snapshotOf));
    const first = (index: number): number => all.findIndex(({ cluster }) => cluster === all[index]?.cluster);
    const clusters = all
      .filter((_, index) => first(index) === index)
      .map((snapshot) =>
        withNodeFiles(
          snapshot,
          all.filter(({ cluster }) => cluster === snapshot.cluster),
        ),
      );
    const doubles = copies.flatMap((copy, index) =>
      first(index) === index
        ? []
        : [double(copy.directory, all[index]?.cluster ?? '', copies[first(index)]?.directory ?? '')],
    );
    return clusters.length > 0
      ? ok({ clusters: clusters.sort((a, b) => (a.cluster < b.cluster ? -1 : 1)), unreachable: [] }, doubles)
      : fail(unreadable(directory, 'there is no survey.json and no file of /etc/pve in it'));
  } catch (error) {
    return fail(unreadable(directory, fileError(error)));
  }
}

function unreadable(directory: string, what: string) {
  return {
    code: 'survey/read',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read the survey ${directory}: ${what}; wanted is what "pvefleet survey -o ${directory}" wrote, or a copy of /etc/pve`,
    hint: 'Save one with: pvefleet survey -o DIR',
  } as const;
}

/** Each node of a cluster may have been copied apart: its own files are taken from each. */
function withNodeFiles(snapshot: Snapshot, copies: readonly Snapshot[]): Snapshot {
  const nodeFiles = Object.fromEntries(
    copies.toReversed().flatMap((copy) => Object.entries(copy.nodeFiles ?? {})),
  );
  return Object.keys(nodeFiles).length === 0 ? snapshot : { ...snapshot, nodeFiles };
}

function double(directory: string, cluster: string, first: string): Diagnostic {
  return {
    code: 'survey/same-name',
    severity: 'warning',
    trouble: 'invalid',
    message: `Cannot take ${directory} as well: it is a copy of "${cluster}", as is ${first}; one of each cluster is wanted`,
    hint: `It is left out. To read it, name it alone: --from ${directory}`,
  };
}

async function snapshotOf(copy: Copy): Promise<Snapshot> {
  const read = await Promise.all(
    copy.files
      .filter(({ path }) => isSent(path))
      .map(async (file) => ({ ...file, bytes: await readFile(file.file) })),
  );
  const shared = read.filter(({ node }) => node === undefined);
  const files: Record<string, string> = Object.fromEntries(
    shared.map(({ path, bytes }) => [path, withoutSecrets(bytes.toString('utf8'), '<secret>')]),
  );
  files['/etc/pve/.vmlist'] ??= guestList(Object.keys(files));
  const nodes = nodesOf(
    files,
    read.flatMap(({ node }) => node ?? []),
  );
  return {
    cluster: clusterName(files) ?? nodes[0] ?? 'copy',
    copied: true,
    nodes: Object.fromEntries(nodes.map((name) => [name, { unknown: notLive }])),
    files,
    ...nodeFilesOf(read),
    digests: Object.fromEntries(
      shared.map(({ path, bytes }) => [path, createHash('sha1').update(bytes).digest('hex')]),
    ),
  };
}

const notLive = 'a copy of /etc/pve does not say what its nodes are doing';

/** What the probe would send of /etc/pve (probe.sh), and of a node. */
function isSent(path: string): boolean {
  if (!path.startsWith('/etc/pve/'))
    return /^\/(?:etc\/network\/interfaces|var\/log\/pve\/tasks\/)/u.test(path);
  if (/^\/etc\/pve\/\.(?:vmlist|members|version|rrd)$/u.test(path)) return true;
  return !/\/priv\/|\/\.[^/]*$|\.key[^/]*$|\.pem[^/]*$/u.test(path);
}

/** As pmxcfs would list them: it has no file of its own for that. */
function guestList(paths: readonly string[]): string {
  const ids = paths.flatMap((path) => {
    const guest = parseGuestConfigPath(path);
    return guest === undefined
      ? []
      : [[guest.vmid, { node: guest.node, type: guest.type === 'vm' ? 'qemu' : 'lxc', version: 1 }]];
  });
  return JSON.stringify({ version: 1, ids: Object.fromEntries(ids) as unknown });
}

/** The members by corosync.conf; else those that have a directory or files of their own. */
function nodesOf(files: Readonly<Record<string, string>>, own: readonly string[]): readonly string[] {
  const listed = corosyncNodes(decodeCorosync(files['/etc/pve/corosync.conf'] ?? '')).map(({ name }) => name);
  const folders = Object.keys(files).flatMap(
    (path) => /^\/etc\/pve\/nodes\/([^/]+)\//u.exec(path)?.[1] ?? [],
  );
  return [...new Set(listed.length > 0 ? listed : [...folders, ...own])].sort();
}

function clusterName(files: Readonly<Record<string, string>>): string | undefined {
  const config = decodeCorosync(files['/etc/pve/corosync.conf'] ?? '');
  return optionValue(findSection(config, 'totem'), 'cluster_name');
}

function nodeFilesOf(
  read: readonly { readonly path: string; readonly node?: string; readonly bytes: Buffer }[],
): Pick<Snapshot, 'nodeFiles'> {
  const byNode = new Map<string, Record<string, string>>();
  for (const { path, node, bytes } of read) {
    if (node === undefined) continue;
    const text = withoutSecrets(bytes.toString('utf8'), '<secret>');
    byNode.set(node, { ...byNode.get(node), [path]: text });
  }
  return byNode.size === 0 ? {} : { nodeFiles: Object.fromEntries(byNode) };
}
