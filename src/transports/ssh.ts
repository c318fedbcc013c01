import type { Duplex } from 'node:stream';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { algorithmsFor } from './algorithms.ts';
import { installFastVerify } from './fast-keys.ts';
import { createHandshakePace } from './handshake-pace.ts';
import { createKeyring } from './identities.ts';
import { jumpLoop } from './hops.ts';
import { joinWrites } from './join-writes.ts';
import { linesFor } from './known-hosts.ts';
import { createKnownHostsReader } from './known-hosts-files.ts';
import { type LoggedInClient, logIn } from './log-in.ts';
import { type Hop, openWay } from './open-way.ts';
import { oddName } from './odd-names.ts';
import { createPasswords, type FindPassword, oneAtATime } from './passwords.ts';
import { createRouter, type Route } from './route.ts';
import { runCommand } from './run-command.ts';
import { createSharedHops } from './shared-hops.ts';
import { createStartups } from './startups.ts';
import { runOnTerminal, type Terminal } from './ssh-terminal.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import type { Connection, ConnectOptions, Ending, Transport } from './transport.ts';
import { unfinished, unreachable } from './trouble.ts';

/** A client that is logged in, and the stream under it. */
interface LoggedIn extends LoggedInClient {
  readonly stream: Duplex;
  readonly close: () => Promise<void>;
}

/** A connection on which a shell for a person can be opened, too. */
export interface SshConnection extends Connection {
  /** Runs a command on a terminal, or the login shell. */
  readonly onTerminal: (terminal: Terminal, command?: string) => Promise<Result<Ending>>;
}

interface SshTransport extends Transport {
  connect(node: Node, options: ConnectOptions): Promise<Result<SshConnection>>;
}

/** SSH in this process. Reads each known_hosts, key and configuration file, and asks each agent, once in its life. */
export function createSshTransport(given: Surroundings = ownSurroundings()): SshTransport {
  const surroundings = given.ask === undefined ? given : { ...given, ask: oneAtATime(given.ask) };
  const { seeHostKey } = surroundings;
  installFastVerify();
  const findRoute = createRouter(surroundings);
  const keys = createKeyring(surroundings);
  const passwords = createPasswords(surroundings.ask);
  const knownHosts = createKnownHostsReader();
  const handshakes = createHandshakePace();
  const startups = createStartups();
  const hops = createSharedHops();
  return {
    connect: async (node, options) => {
      const reached = await reach(node, options, passwords.ofNode);
      return reached.ok ? ok(toConnection(node, reached.value), reached.warnings) : reached;
    },
  };

  async function reach(
    node: Node,
    options: ConnectOptions,
    password: FindPassword,
  ): Promise<Result<LoggedIn>> {
    const route = await findRoute(node);
    if (!route.ok) return route;
    const loop = await jumpLoop(route.value, findRoute);
    if (loop !== undefined) return fail(loop);
    const { timeoutSeconds = options.timeoutSeconds } = route.value;
    const reached = await logInOver(route.value, { ...options, timeoutSeconds }, password);
    if (reached.ok || route.value.notOurs.length === 0) return reached;
    return fail(...reached.diagnostics.map((diagnostic) => tellNotOurs(diagnostic, route.value)));
  }

  async function logInOver(
    route: Route,
    options: ConnectOptions,
    password: FindPassword,
  ): Promise<Result<LoggedIn>> {
    const odd = oddName(route);
    if (odd !== undefined) return fail(odd);
    const [known, identities] = await Promise.all([knownHosts(route.node), keys(route)]);
    if (!known.ok) return known;
    if (!identities.ok) return identities;
    const lines = linesFor(known.value, route.knownAs.host, route.knownAs.port);
    const algorithms = algorithmsFor(route, lines);
    if (!algorithms.ok) return algorithms;
    const needs = { lines, algorithms: algorithms.value, identities: identities.value, password, seeHostKey };
    return startups(route, async () => {
      const way = await openWay(route, options, (hop) => enter(hop, options));
      if (!way.ok) return way;
      const { stream, said, leave } = way.value;
      joinWrites(stream);
      const client = await handshakes(() => logIn(route, { ...needs, stream }, options));
      if (client.ok) return ok(loggedIn(client.value, stream, leave));
      await leave();
      const words = said?.() ?? '';
      const wasClosed = client.diagnostics.some(({ code }) => code === 'transport/reset');
      return wasClosed && words !== '' ? fail(proxyEnded(route.node, words)) : client;
    });
  }

  /** Logs in to a jump host; a first command is not for it. */
  function enter(node: Node, wanted: ConnectOptions): Promise<Result<Hop>> {
    const { timeoutSeconds, signal } = wanted;
    const options = { timeoutSeconds, ...(signal !== undefined && { signal }) };
    const key = JSON.stringify(node.connection);
    return hops.enter(key, () => reach(node, options, passwords.ofJumpHost));
  }
}

/** The client with what closes it and gives back the way to it. */
function loggedIn(
  { client, gone, first }: LoggedInClient,
  stream: Duplex,
  leave: () => Promise<void>,
): LoggedIn {
  let closing: Promise<void> | undefined;
  const close = async () => {
    client.end();
    stream.destroy();
    await gone;
    await leave();
  };
  void gone.then(() => {
    closing ??= leave();
  });
  return { client, gone, ...(first !== undefined && { first }), stream, close: () => (closing ??= close()) };
}

/** What a ProxyCommand complained of is why it closed. */
function proxyEnded(node: Node, said: string): Diagnostic {
  return unreachable(
    node,
    'proxy-command',
    `its ProxyCommand ended, and said ${JSON.stringify(said)}`,
    'run it by hand as it stands in ssh_config or in the inventory, with %h and %p filled in',
  );
}

function tellNotOurs(diagnostic: Diagnostic, { notOurs }: Route): Diagnostic {
  if (!/login-refused|no-key|key-locked|host-key-unknown/u.test(diagnostic.code)) return diagnostic;
  const note = `the ssh configuration also asks for ${notOurs.join(', ')}, which only the system's ssh can do: "pvefleet_transport: openssh"`;
  // A jump host's refusal comes with its own note.
  if (diagnostic.hint?.includes(note) === true) return diagnostic;
  return { ...diagnostic, hint: diagnostic.hint === undefined ? note : `${diagnostic.hint}; ${note}` };
}

function toConnection(node: Node, { client, stream, first, close }: LoggedIn): SshConnection {
  let open = true;
  const onEnd = () => {
    open = false;
  };
  client.setMaxListeners(0);
  client.once('error', onEnd);
  client.once('end', onEnd);
  client.once('close', onEnd);
  return {
    ...(first !== undefined && { first }),
    exec: async (command, options = {}) => {
      if (!open || !stream.writable)
        return fail(unfinished(node, 'not-connected', command, 'the connection was lost before it was sent'));
      return runCommand(node, client, command, options);
    },
    onTerminal: (terminal, command) => runOnTerminal(node, client, terminal, command),
    close: () => {
      open = false;
      return close();
    },
  };
}
