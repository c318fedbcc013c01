import {
  corosyncNodes,
  findSection,
  optionValue,
  type CorosyncConfig,
  type CorosyncNode,
} from './corosync.ts';
import type { Finding } from './file-kind.ts';

/**
 * Errors are what PVE cannot read or refuses when a node joins (Corosync.pm parse_conf and verify_conf, called by
 * API2/ClusterConfig.pm addnode), and what corosync does not start with; warnings what is odd.
 */
export function checkCorosync(config: CorosyncConfig): readonly Finding[] {
  const nodes = corosyncNodes(config);
  const first = firstOwners(nodes);
  return [
    ...config.problems.map(({ line, message }) => error(line, 'syntax', message)),
    ...lineFindings(config),
    ...totemFindings(config),
    ...quorumFindings(config, nodes),
    ...nodes.flatMap((node) => nodeFindings(node, first)),
    ...linkFindings(config, nodes),
  ].toSorted((a, b) => a.line - b.line);
}

const error = (line: number, code: string, message: string): Finding => ({
  line,
  severity: 'error',
  code: `corosync/${code}`,
  message,
});

const warning = (line: number, code: string, message: string): Finding => ({
  ...error(line, code, message),
  severity: 'warning',
});

/** corosync itself reads one thing a line, and a comment only on a line of its own (coroparse.c). */
function lineFindings(config: CorosyncConfig): readonly Finding[] {
  return config.text.split('\n').flatMap((text, index) => {
    const bare = text.replace(/#.*$/su, '').trim();
    if (bare === '') return [];
    if (text.includes('#'))
      return [
        warning(
          index + 1,
          'comment',
          'a comment stands behind a value, of which corosync makes it a part; a line of its own is wanted',
        ),
      ];
    const isPlain = /^(?:\}|\S+\s*\{|[^\s{}]+\s*:\s*[^{}]*)$/u.test(bare);
    const message = 'corosync reads one "key: value", "section {" or "}" a line; a line for each is wanted';
    return isPlain ? [] : [warning(index + 1, 'crowded-line', message)];
  });
}

function totemFindings(config: CorosyncConfig): readonly Finding[] {
  const totem = findSection(config, 'totem');
  if (totem === undefined) return [warning(1, 'no-totem', 'there is no section "totem"; one is wanted')];
  const version = totem.options.findLast(({ key }) => key === 'config_version');
  const cipher = optionValue(totem, 'crypto_cipher') ?? 'none';
  return [
    ...(version !== undefined && /^\d+$/u.test(version.value)
      ? []
      : [
          warning(
            version?.line ?? totem.line,
            'config-version',
            'config_version is no number; PVE wants one to change the cluster',
          ),
        ]),
    ...(optionValue(totem, 'secauth') === 'on' || cipher !== 'none'
      ? []
      : [
          warning(
            totem.line,
            'no-encryption',
            'neither secauth nor crypto_cipher is on; "secauth: on" is wanted',
          ),
        ]),
  ];
}

function quorumFindings(config: CorosyncConfig, nodes: readonly CorosyncNode[]): readonly Finding[] {
  const list = findSection(config, 'nodelist');
  const two = findSection(config, 'quorum')?.options.findLast(
    ({ key, value }) => key === 'two_node' && value === '1',
  );
  const none = warning(
    list?.line ?? 1,
    'no-nodes',
    'the list of nodes is empty; one "node {" for each is wanted',
  );
  const message = `two_node is on with ${nodes.length} nodes; 2 are wanted`;
  return [
    ...(nodes.length === 0 ? [none] : []),
    ...(two === undefined || nodes.length === 2 || nodes.length === 0
      ? []
      : [warning(two.line, 'two-node', message)]),
  ];
}

/** The first node that has a name, an id, an address. */
interface Owners {
  readonly names: ReadonlyMap<string, CorosyncNode>;
  readonly ids: ReadonlyMap<string, CorosyncNode>;
  readonly addresses: ReadonlyMap<string, CorosyncNode>;
}

function firstOwners(nodes: readonly CorosyncNode[]): Owners {
  const last = nodes.toReversed();
  return {
    names: new Map(last.map((node) => [node.name, node])),
    ids: new Map(last.flatMap((node) => (node.id === undefined ? [] : [[node.id, node] as const]))),
    addresses: new Map(
      last.flatMap((node) => [...node.addresses.values()].map((address) => [address, node] as const)),
    ),
  };
}

function nodeFindings(node: CorosyncNode, first: Owners): readonly Finding[] {
  const { name, line, id, addresses } = node;
  const taken = [...addresses.values()].filter((address) => first.addresses.get(address) !== node);
  const sameId = id === undefined ? node : (first.ids.get(id) ?? node);
  return [
    ...(name !== '' && first.names.get(name) !== node
      ? [
          error(
            line,
            'node-twice',
            `node "${name}" is there twice, and PVE takes the last; a name of its own is wanted`,
          ),
        ]
      : []),
    ...(name === '' ? [warning(line, 'node-name', 'a node has no name; "name: NODE" is wanted')] : []),
    ...(id !== undefined && /^[1-9]\d*$/u.test(id)
      ? []
      : [warning(line, 'node-id', `node "${name}" has no number for nodeid; one from 1 is wanted`)]),
    ...(sameId === node
      ? []
      : [
          warning(
            line,
            'node-id',
            `node "${name}" has nodeid ${id ?? ''}, as has ${sameId.name}; one of its own is wanted`,
          ),
        ]),
    ...taken.map((address) =>
      warning(
        line,
        'address-twice',
        `address ${address} of node "${name}" is another node's; one of its own is wanted`,
      ),
    ),
    ...(addresses.size === 0
      ? [warning(line, 'no-address', `node "${name}" has no address; "ring0_addr: IP" is wanted`)]
      : []),
  ];
}

/** PVE knows links 0 to 7; every node has those that an interface section, or else another node, has. */
function linkFindings(config: CorosyncConfig, nodes: readonly CorosyncNode[]): readonly Finding[] {
  const sections = (findSection(config, 'totem')?.sections ?? []).filter(({ name }) => name === 'interface');
  const declared = new Set(
    sections.map((section) =>
      Number(optionValue(section, 'linknumber') ?? optionValue(section, 'ringnumber')),
    ),
  );
  const used = new Set(nodes.flatMap((node) => [...node.addresses.keys()]));
  const wanted = (sections.length > 0 ? [...declared] : [...used])
    .filter((link) => link <= 7)
    .toSorted((a, b) => a - b);
  return nodes.flatMap((node) => {
    const missing = wanted.filter((link) => !node.addresses.has(link));
    const extra =
      sections.length === 0
        ? []
        : [...node.addresses.keys()].filter((link) => link <= 7 && !declared.has(link));
    return [
      ...missing.map((link) =>
        error(
          node.line,
          'link',
          `node "${node.name}" has no address for link ${link}; "ring${link}_addr: IP" is wanted`,
        ),
      ),
      ...extra.map((link) =>
        error(
          node.line,
          'link',
          `node "${node.name}" has an address for link ${link}, which totem does not have; an interface section with "linknumber: ${link}" is wanted`,
        ),
      ),
    ];
  });
}
