import type { Snapshot } from './snapshot.ts';

/**
 * Files of a node's own in a snapshot: /etc/network/interfaces and interfaces.d, and what /var/log/pve/tasks says of its
 * tasks (probe.sh sends them). A saved survey has them as /hosts/NODE/... beside /etc/pve/...
 */
type NodeFiles = NonNullable<Snapshot['nodeFiles']>;
type Files = Readonly<Record<string, string>>;

/** As a saved survey names them. */
export function hostFiles(nodeFiles: NodeFiles): readonly (readonly [path: string, text: string])[] {
  return Object.entries(nodeFiles).flatMap(([node, files]) =>
    Object.entries(files).map(([path, text]) => [`/hosts/${node}${path}`, text] as const),
  );
}

/** What hostFiles named, taken out of the files of a saved survey. */
export function nodeFilesIn(all: Files): { readonly files: Files; readonly nodeFiles: NodeFiles } {
  const files: [string, string][] = [];
  const nodes = new Map<string, [string, string][]>();
  for (const [path, text] of Object.entries(all)) {
    const { node, own } = /^\/hosts\/(?<node>[^/]+)(?<own>\/.+)$/su.exec(path)?.groups ?? {};
    if (node === undefined || own === undefined) files.push([path, text]);
    else nodes.set(node, [...(nodes.get(node) ?? []), [own, text]]);
  }
  return {
    files: Object.fromEntries(files),
    nodeFiles: Object.fromEntries([...nodes].map(([node, own]) => [node, Object.fromEntries(own)])),
  };
}
