import type { Linted } from './inspect-file.ts';
import type { FoundAt, Tree } from './tree.ts';
import { nodeOf, vmidOf } from './tree.ts';

/**
 * What files name and no file defines. PVE takes such a file, and trips over it when it uses it: warnings. What can't be
 * known is not checked: a storage where there is no storage.cfg, a bridge where nothing tells the node's interfaces.
 */
export function findMissing(tree: Tree): readonly FoundAt[] {
  const things = thingsOf(tree);
  const bridges = bridgesOf(tree);
  return tree.files.flatMap((file) =>
    file.refs.flatMap(({ kind, name, line }): readonly FoundAt[] => {
      const there = kind === 'bridge' ? bridges(file) : things.get(kind);
      if (there === undefined || there.has(name)) return [];
      const called = definedByFile[kind]?.called ?? kind;
      return [
        [
          file,
          {
            line,
            severity: 'warning',
            code: `tree/no-${kind}`,
            message: `there is no ${called} "${name}"; ${wanted(there)}`,
          },
        ],
      ];
    }),
  );
}

/** Kinds of things that one file of the cluster defines, and what they are called. */
const definedByFile: Readonly<Record<string, { readonly by: string; readonly called: string }>> = {
  storage: { by: 'storage', called: 'storage' },
  pool: { by: 'user', called: 'pool' },
  zone: { by: 'sdn-zones', called: 'SDN zone' },
  vnet: { by: 'sdn-vnets', called: 'SDN VNet' },
  'ha-group': { by: 'ha-groups', called: 'HA group' },
  'security-group': { by: 'firewall-cluster', called: 'security group' },
};

/** Names by kind; a kind that is not in it can't be checked. */
function thingsOf({ files, nodes }: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const things = new Map<string, ReadonlySet<string>>();
  for (const [kind, { by }] of Object.entries(definedByFile))
    if (files.some((file) => file.kind === by)) things.set(kind, namesOf(files, kind));
  // Directories of nodes that have left stay, those of nodes without files may be missing: they alone don't tell the members.
  const members = new Set([...nodes, ...namesOf(files, 'node')]);
  if (members.size > 0)
    things.set('node', new Set([...members, ...files.flatMap((file) => nodeOf(file) ?? [])]));
  const guests = new Set([...namesOf(files, 'guest'), ...files.flatMap((file) => vmidOf(file) ?? [])]);
  if (guests.size > 0) things.set('guest', guests);
  return things;
}

/** What a guest's card can be put on: bridges of its node, live or in its interfaces, and VNets. */
function bridgesOf({ files, bridges }: Tree): (file: Linted) => ReadonlySet<string> | undefined {
  const vnets = namesOf(files, 'vnet');
  const known = new Map<string, ReadonlySet<string>>();
  for (const node of new Set([
    ...bridges.keys(),
    ...files.flatMap(({ source: { node: own } }) => own ?? []),
  ])) {
    const own = files.filter((file) => file.source.node === node);
    if (bridges.has(node) || own.some(({ source: { path } }) => path === '/etc/network/interfaces'))
      known.set(node, new Set([...(bridges.get(node) ?? []), ...namesOf(own, 'bridge'), ...vnets]));
  }
  return (file) => (vmidOf(file) === undefined ? undefined : known.get(nodeOf(file) ?? ''));
}

const namesOf = (files: readonly Linted[], kind: string): ReadonlySet<string> =>
  new Set(files.flatMap(({ defines }) => defines.flatMap((each) => (each.kind === kind ? [each.name] : []))));

function wanted(there: ReadonlySet<string>): string {
  const names = [...there].slice(0, 8);
  if (names.length === 0) return 'none is defined';
  return `${names.join(', ')}${there.size > names.length ? ' …' : ''} ${there.size === 1 ? 'is' : 'are'} there`;
}
