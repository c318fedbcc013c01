import { homedir } from 'node:os';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import { localUser } from '../files/local-user.ts';
import type { Node } from '../inventory/node.ts';
import { type JumpHost, parseJumpHosts } from './jump-hosts.ts';
import {
  type ConfigLine,
  type ConfigProblem,
  formatPlace,
  isProblem,
  parseConfigLine,
} from './ssh-config/config-line.ts';
import { evaluateConfig, type Settings } from './ssh-config/evaluate.ts';
import { expandPath, expandTokens, type NotExpanded, type TokenValues } from './ssh-config/expand.ts';
import { type ConfigFile, readSshConfig, type ReadConfig } from './ssh-config/read-config.ts';
import { notOurs } from './ssh-config/not-ours.ts';
import type { Surroundings } from './surroundings.ts';
import { unreachable } from './trouble.ts';

/** How to reach a node and log in: the inventory's variables, and OpenSSH's configuration where they say nothing. */
export interface Route {
  /** The node with the address, port and user that it is reached by. */
  readonly node: Node;
  /** The name of its host key in known_hosts. */
  readonly knownAs: { readonly host: string; readonly port: number };
  readonly through: Through;
  /** Of the addresses of a name; 0 for any. */
  readonly family: 0 | 4 | 6;
  readonly keys: KeyChoice;
  /** Ways to log in that are allowed. */
  readonly methods: readonly Method[];
  /** As ssh_config has them: KexAlgorithms, Ciphers, MACs, HostKeyAlgorithms. */
  readonly algorithms: Readonly<Record<AlgorithmList, string | undefined>>;
  readonly timeoutSeconds?: number;
  readonly keepalive: Keepalive;
  /** What the configuration asks for and only OpenSSH does; told when the connection fails. */
  readonly notOurs: readonly string[];
}

/** What this process can do of RFC 4252. */
export type Method = 'publickey' | 'password' | 'keyboard-interactive';

/** What ssh_config forbids with "no". */
const methods: ReadonlyMap<Method, string> = new Map<Method, string>([
  ['publickey', 'pubkeyauthentication'],
  ['password', 'passwordauthentication'],
  ['keyboard-interactive', 'kbdinteractiveauthentication'],
]);

/** After how many seconds without a word a server is asked for one, and how many questions it may leave unanswered. */
export interface Keepalive {
  readonly seconds: number;
  readonly unanswered: number;
}

/** Where ssh_config gives none; OpenSSH itself then waits for ever. */
const ownKeepalive: Keepalive = { seconds: 15, unanswered: 3 };

const families: Readonly<Record<string, 4 | 6>> = { inet: 4, inet6: 6 };

export type AlgorithmList = 'kexalgorithms' | 'ciphers' | 'macs' | 'hostkeyalgorithms';

export type Through =
  | { readonly kind: 'direct' }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'jump'; readonly hosts: readonly JumpHost[] };

export interface KeyChoice {
  /** Key files in place of OpenSSH's default ones. */
  readonly files?: readonly string[];
  /** No key of the agent but those whose files are named. */
  readonly only: boolean;
  readonly agentSocket: string | undefined;
  /** Certificates of users beside those whose files are named after a key's. */
  readonly certificateFiles: readonly string[];
}

/** Makes the function that finds the route to a node; OpenSSH's configuration is read once. */
export function createRouter(surroundings: Surroundings): (node: Node) => Promise<Result<Route>> {
  let reading: Promise<readonly ReadConfig[]> | undefined;
  return async (node) => {
    reading ??= Promise.all((surroundings.configFiles ?? []).map(readSshConfig));
    const read = await reading;
    const given = readOptions(node);
    const { user } = node.connection;
    const settings = evaluateConfig([given.file, ...read.map(({ file }) => file)], {
      host: node.connection.host,
      ...(!isAssumed(node, 'user') && { user }),
      defaultUser: user,
      localUser: localUser(),
    });
    const problems = [...given.problems, ...read.flatMap((config) => config.problems), ...settings.problems];
    return makeRoute(node, settings, problems, surroundings);
  };
}

function isAssumed(node: Node, what: 'port' | 'user' | 'knownHosts'): boolean {
  return node.connection.assumed?.includes(what) === true;
}

/** The inventory's own lines of ssh_config. */
function readOptions(node: Node): ReadConfig {
  const lines: ConfigLine[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, text] of (node.connection.sshOptions ?? []).entries()) {
    const parsed = parseConfigLine(text, { file: 'the SSH options of the inventory', line: index + 1 });
    if (parsed === undefined) continue;
    if (isProblem(parsed)) problems.push(parsed);
    else lines.push(parsed);
  }
  const file: ConfigFile = { lines };
  return { file, problems };
}

function makeRoute(
  node: Node,
  settings: Settings,
  found: readonly ConfigProblem[],
  { agentSocket }: Surroundings,
): Result<Route> {
  const problems = [...found];
  const { first, hostname } = settings;
  const text = (keyword: string): string | undefined => first.get(keyword)?.words[0];
  const number = (keyword: string): number | undefined => {
    const line = first.get(keyword);
    const value = line?.words[0];
    if (line === undefined || value === undefined || value === 'none') return undefined;
    if (/^\d{1,5}$/u.test(value) && Number(value) > 0 && Number(value) <= 65_535) return Number(value);
    problems.push({ place: line.place, whatIs: `${keyword} is ${value}; a number is wanted` });
    return undefined;
  };
  const port = (isAssumed(node, 'port') ? number('port') : undefined) ?? node.connection.port;
  const user = (isAssumed(node, 'user') ? text('user') : undefined) ?? node.connection.user;
  const alias = text('hostkeyalias');
  const values: TokenValues = {
    hostname,
    host: node.connection.host,
    port,
    user,
    hostKeyAlias: alias ?? node.connection.host,
    home: homedir(),
    localUser: localUser(),
    environment: process.env,
  };
  const expanded = (line: ConfigLine, value: string | NotExpanded): readonly string[] => {
    if (typeof value === 'string') return [value];
    problems.push({ place: line.place, ...value });
    return [];
  };
  const paths = (line: ConfigLine | undefined): readonly string[] | undefined =>
    line?.words
      .filter((path) => path.toLowerCase() !== 'none')
      .flatMap((path) => expanded(line, expandPath(path, values)));

  const knownHosts = (): readonly string[] => {
    if (!isAssumed(node, 'knownHosts')) return node.connection.knownHosts;
    // OpenSSH has a second file of each kind, which few know of.
    const [own = [], ...system] = node.connection.knownHosts.map((path) => [path, `${path}2`]);
    return [
      ...(paths(first.get('userknownhostsfile')) ?? own),
      ...(paths(first.get('globalknownhostsfile')) ?? system.flat()),
    ];
  };
  const through = (): Through => {
    const jump = first.get('proxyjump');
    if (jump !== undefined && jump.rest.toLowerCase() !== 'none') {
      const written = expanded(jump, expandTokens(jump.rest, values)).join('');
      const hosts = parseJumpHosts(written);
      if (hosts !== undefined) return { kind: 'jump', hosts };
      problems.push({ place: jump.place, whatIs: `ProxyJump is ${jump.rest}; [user@]host[:port] is wanted` });
    }
    const command = first.get('proxycommand');
    if (command === undefined || command.rest.toLowerCase() === 'none') return { kind: 'direct' };
    return { kind: 'command', command: expanded(command, expandTokens(command.rest, values)).join('') };
  };
  const agent = (): string | undefined => {
    const line = first.get('identityagent');
    const [word = ''] = line?.words ?? [];
    if (line === undefined || word === 'SSH_AUTH_SOCK') return agentSocket;
    if (word.startsWith('$') && !word.startsWith('${')) return process.env[word.slice(1)];
    return paths(line)?.[0];
  };
  const { keyFile } = node.connection;
  const files =
    keyFile === undefined
      ? settings.identityFiles.length === 0
        ? undefined
        : settings.identityFiles.flatMap((line) => paths(line) ?? [])
      : [keyFile];
  const timeoutSeconds = number('connecttimeout');
  const preferred = text('preferredauthentications')?.split(',');
  const isAllowed = (method: Method, keyword: string): boolean =>
    text(keyword)?.toLowerCase() !== 'no' && preferred?.includes(method) !== false;
  const connection = { ...node.connection, host: hostname, port, user, knownHosts: knownHosts() };
  const beyond = notOurs(first);
  const route: Route = {
    node: { ...node, connection },
    knownAs: alias === undefined ? { host: hostname, port } : { host: alias, port: 22 },
    through: through(),
    family: families[text('addressfamily')?.toLowerCase() ?? ''] ?? 0,
    keys: {
      ...(files !== undefined && { files }),
      only: keyFile !== undefined || text('identitiesonly')?.toLowerCase() === 'yes',
      agentSocket: agent(),
      certificateFiles: settings.certificateFiles.flatMap((line) => paths(line) ?? []),
    },
    methods: [...methods].flatMap(([method, keyword]) => (isAllowed(method, keyword) ? [method] : [])),
    algorithms: {
      kexalgorithms: text('kexalgorithms'),
      ciphers: text('ciphers'),
      macs: text('macs'),
      hostkeyalgorithms: text('hostkeyalgorithms'),
    },
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    keepalive: {
      seconds: number('serveraliveinterval') ?? ownKeepalive.seconds,
      unanswered: number('serveralivecountmax') ?? ownKeepalive.unanswered,
    },
    notOurs: beyond.told,
  };
  const blocking = [...problems, ...beyond.blocking];
  return blocking.length === 0 ? ok(route) : fail(...blocking.map((problem) => unusable(node, problem)));
}

function unusable(node: Node, { place, whatIs }: ConfigProblem): Diagnostic {
  return unreachable(
    node,
    'ssh-config',
    `its ssh configuration cannot be used as it is: ${formatPlace(place)}: ${whatIs}`,
    'mend that line, or let the system\'s ssh connect, with "pvefleet_transport: openssh" in the inventory',
  );
}
