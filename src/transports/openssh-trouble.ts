import type { Diagnostic } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { closedTrouble, logInTrouble, refusedLogin } from './log-in-trouble.ts';
import type { KeyRoute } from './host-key.ts';
import { socketTrouble } from './open-socket.ts';
import { opensshKeyTrouble } from './openssh-host-key.ts';
import { unreachable } from './trouble.ts';

/** Words of OpenSSH and of the C library, and the code of the operating system that they stand for. */
const socketWords: readonly (readonly [RegExp, string])[] = [
  [/Could not resolve hostname/u, 'ENOTFOUND'],
  [/: Connection refused$/mu, 'ECONNREFUSED'],
  [/: No route to host$/mu, 'EHOSTUNREACH'],
  [/: Network is unreachable$/mu, 'ENETUNREACH'],
  [/^(?:ssh: connect to .*|Connection to .*)(?:Connection|Operation)? timed out$/mu, 'ETIMEDOUT'],
  [/Connection reset by/u, 'ECONNRESET'],
];

/** Why ssh ended before it was logged in, from what it said, its debug lines among that. */
export async function opensshTrouble(node: Node, text: string, timeoutSeconds: number): Promise<Diagnostic> {
  const reached = withReached(node, text);
  const said = ownWords(text);
  if (/UNKNOWN port 65535|stdio forwarding failed/u.test(said)) return onTheWay(reached, said);
  if (/Host key verification failed/u.test(said)) {
    const found = await opensshKeyTrouble(reached, text);
    if (found !== undefined) return found;
  }
  if (/Too many authentication failures/u.test(said))
    return logInTrouble(
      straightTo(reached),
      new Error('Too many authentication failures'),
      noLines,
      seen(timeoutSeconds),
    );
  const methods = /Permission denied \(([^)]*)\)/u.exec(said)?.[1];
  if (methods !== undefined) return refused(reached, text, methods.split(','));
  if (/during banner exchange|authentication.*timed out/u.test(said))
    return lateTrouble(node, text, timeoutSeconds);
  const [, code] = socketWords.find(([words]) => words.test(said)) ?? [];
  if (code !== undefined) return socketTrouble(reached, Object.assign(new Error(said), { code }));
  const banner =
    /(?:banner line contains invalid characters|kex_exchange_identification: banner|Bad remote protocol version)/u;
  if (banner.test(said)) return quoted(reached, 'not-ssh', said, 'is the port the right one (ansible_port)?');
  if (/exchange_identification: Connection closed|Connection closed by/u.test(said))
    return closedTrouble(reached, greetingIn(text));
  if (/Bad configuration option|terminating, \d+ bad configuration|Bad owner or permissions/u.test(said))
    return quoted(reached, 'ssh-config', said, 'mend that line of the ssh configuration or of the inventory');
  return quoted(reached, 'failed', said);
}

/** The log-in took too long. */
export function lateTrouble(node: Node, text: string, timeoutSeconds: number): Diagnostic {
  const reached = withReached(node, text);
  return /Connection established/u.test(text)
    ? logInTrouble(
        straightTo(reached),
        Object.assign(new Error('time-out'), { level: 'client-timeout' }),
        noLines,
        seen(timeoutSeconds),
      )
    : socketTrouble(reached, Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' }));
}

/** As far as our own messages go: ssh's says itself what it went through. */
function straightTo(node: Node): KeyRoute {
  return { node, knownAs: node.connection, through: { kind: 'direct' } };
}

/** What the server said in place of the name of its SSH. */
function greetingIn(text: string): string {
  return /^debug1: kex_exchange_identification: banner line \d+: (.*)$/mu.exec(text)?.[1] ?? '';
}

const noLines = { own: [], otherPort: [] };

function seen(timeoutSeconds: number) {
  return { timeoutSeconds, greeting: '' };
}

/** The node with the host, port and user that ssh's configuration made of what the inventory gives. */
function withReached(node: Node, text: string): Node {
  const to = /^debug1: Connecting to (\S+) .*?port (\d+)\.$/mu.exec(text);
  const as = /^debug1: Authenticating to \S+ as '(.*)'$/mu.exec(text);
  const { host, port, user } = node.connection;
  const connection = {
    ...node.connection,
    host: to?.[1] ?? host,
    port: to?.[2] === undefined ? port : Number(to[2]),
    user: as?.[1] ?? user,
  };
  return { ...node, connection };
}

/** Without what is there for finding faults, and warnings of what was not asked for. */
function ownWords(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/^(?:debug\d: |Warning: |Pseudo-terminal )/u.test(line))
    .join('\n');
}

function refused(node: Node, text: string, accepted: readonly string[]): Diagnostic {
  const tried = [
    ...text.matchAll(/^debug1: Offering public key: (.*?) (?:ED|EC|RS|DS)\S* SHA256:\S+(.*)$/gmu),
  ];
  const usable = tried.map(([, path = '', from = '']) => ({
    label: from.includes('agent') ? `agent key ${path}` : path,
  }));
  const password =
    node.connection.password !== undefined &&
    /^debug1: Next authentication method: (?:password|keyboard-interactive)$/mu.test(text);
  return refusedLogin(node, { accepted, password, unsigned: new Map() }, { usable, passedOver: [] });
}

/** A jump host or ProxyCommand ended the way to the node. */
function onTheWay(node: Node, said: string): Diagnostic {
  return quoted(
    node,
    'jump-refused',
    said,
    'the way to it (ProxyJump, ProxyCommand) ends before the node: does "ssh" to the jump host work by itself?',
  );
}

function quoted(node: Node, code: string, said: string, hint?: string): Diagnostic {
  const words = said === '' ? 'nothing' : said.split('\n').slice(-6).join('\n');
  return unreachable(node, code, `ssh ended before it was logged in, and says\n${words}`, hint);
}
