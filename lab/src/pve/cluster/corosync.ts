import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';

interface Block {
  readonly name: string;
  readonly values: Map<string, string>;
  readonly blocks: Block[];
}

/** Reads corosync.conf: `name: value` lines, in blocks that may hold blocks. */
function readConf({ files }: Machine): Block {
  const root: Block = { name: '', values: new Map(), blocks: [] };
  const open = [root];
  for (const line of (files.read('/etc/pve/corosync.conf') ?? '').split('\n')) {
    const [, title] = /^\s*(\w+)\s*\{\s*$/.exec(line) ?? [];
    const [, name, value = ''] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (title !== undefined) {
      const block: Block = { name: title, values: new Map(), blocks: [] };
      open.at(-1)?.blocks.push(block);
      open.push(block);
    } else if (name !== undefined) open.at(-1)?.values.set(name, value);
    else if (/^\s*\}/.test(line) && open.length > 1) open.pop();
  }
  return root;
}

function blockOf(conf: Block, name: string): Block | undefined {
  return conf.blocks.find((block) => block.name === name);
}

const texts = ({ values }: Block): { readonly [key: string]: Json } => Object.fromEntries(values);

/** GET /cluster/config/nodes. */
export function configuredNodes({ machine }: Session): Json {
  const nodes = blockOf(readConf(machine), 'nodelist')?.blocks ?? [];
  return nodes.map((node) => ({ ...texts(node), node: node.values.get('name') ?? '' }));
}

/** GET /cluster/config/totem; nothing on a node that is in no cluster. */
export function totem({ machine }: Session): Json {
  const block = blockOf(readConf(machine), 'totem');
  if (block === undefined) return null;
  const links = block.blocks.filter(({ name }) => name === 'interface');
  return {
    ...texts(block),
    interface: Object.fromEntries(links.map((link) => [link.values.get('linknumber') ?? '0', texts(link)])),
  };
}

/** GET /cluster/config/join on a node that is in no cluster. Throws Failure. */
export function joinInformation({ machine }: Session): never {
  if (machine.files.exists('/etc/pve/corosync.conf'))
    die('pvefleet-lab: what a node needs to know to join is not modelled');
  die(
    '424 node is not in a cluster, no join info available! at /usr/share/perl5/PVE/API2/ClusterConfig.pm line 588',
  );
}
