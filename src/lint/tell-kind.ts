import type { FileKind } from '../pve/file-kind.ts';
import { fileKinds } from '../pve/file-kinds.ts';

/** Where PVE keeps files: the end of a path is tried below each, the first that fits counts. */
const folders = [
  '/',
  '/etc/',
  '/etc/pve/',
  '/etc/pve/nodes/any/',
  '/etc/pve/ha/',
  '/etc/pve/sdn/',
  '/etc/pve/sdn/fabrics/',
  '/etc/pve/firewall/',
  '/etc/pve/mapping/',
  '/etc/network/',
  '/etc/corosync/',
  '/etc/cron.d/',
  '/etc/apt/',
  '/etc/apt/sources.list.d/',
];

/** The kind of the file that PVE keeps at an absolute path. */
export function kindAt(path: string): FileKind | undefined {
  return fileKinds.find((kind) => kind.path.test(path));
}

/** The kind by a path that ends as PVE's do: "backup/etc/pve/storage.cfg", "qemu-server/100.conf", "storage.cfg". */
export function kindByPath(path: string): FileKind | undefined {
  const parts = path.split(/[/\\]+/u).filter((part) => part !== '' && part !== '.');
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join('/');
    for (const folder of folders) {
      const kind = kindAt(`${folder}${end}`);
      if (kind !== undefined) return kind;
    }
  }
  return undefined;
}

/** The kinds that a text may be of, the certain ones alone if there are any. */
export function kindsByContent(text: string): {
  readonly certain: boolean;
  readonly kinds: readonly FileKind[];
} {
  const looks = fileKinds.map((kind) => ({ kind, look: kind.looksLike(text) }));
  const of = (look: string): readonly FileKind[] =>
    looks.filter((each) => each.look === look).map(({ kind }) => kind);
  const certain = of('certain');
  return certain.length > 0 ? { certain: true, kinds: certain } : { certain: false, kinds: of('likely') };
}
