import { describe, expect, test } from 'vitest';
import { fail, ok, type Result } from '../../src/diagnostic.ts';
import type { Node } from '../../src/inventory/node.ts';
import { createPool } from '../../src/transports/pool.ts';
import type { Connection, ExecOptions, Finished, Transport } from '../../src/transports/transport.ts';
import { unfinished, unreachable } from '../../src/transports/trouble.ts';

function node(name: string): Node {
  return {
    name,
    groups: ['all'],
    variables: {},
    connection: { host: name, port: 22, user: 'root', knownHosts: [] },
  };
}

const done = (text: string): Result<Finished> =>
  ok({ exit: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) });

interface Fake extends Transport {
  /** What happened, in order: "connect pve1", "pve1: command", "close pve1". */
  readonly log: string[];
  /** Nodes that refuse connections. */
  readonly down: Set<string>;
  /** Ends every connection that is open, unnoticed. */
  lose(): void;
  readonly most: () => number;
}

/** A transport whose commands answer after a turn of the event loop, with their own text. */
function fake(
  run: (command: string, options: ExecOptions) => Promise<Result<Finished>> = async (command) =>
    done(command),
): Fake {
  const log: string[] = [];
  const down = new Set<string>();
  let generation = 0;
  let running = 0;
  let most = 0;
  const connect = async (to: Node): Promise<Result<Connection>> => {
    log.push(`connect ${to.name}`);
    await turn();
    if (down.has(to.name)) return fail(unreachable(to, 'refused', 'nothing listens'));
    const born = generation;
    const exec = async (command: string, options: ExecOptions = {}): Promise<Result<Finished>> => {
      if (born !== generation)
        return fail(unfinished(to, 'not-connected', command, 'the connection was lost before it was sent'));
      log.push(`${to.name}: ${command}`);
      most = Math.max(most, ++running);
      await turn();
      running--;
      return run(command, options);
    };
    return ok({ exec, close: async () => void log.push(`close ${to.name}`) });
  };
  return { connect, log, down, lose: () => void generation++, most: () => most };
}

async function afterTurns<T>(turns: number, value: T): Promise<T> {
  for (let count = 0; count < turns; count++) await turn();
  return value;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const options = { forks: 5, connectTimeoutSeconds: 1 };

describe('the pool', () => {
  test('makes one connection a node, when it is first used', async () => {
    const transport = fake();
    const pool = createPool(transport, options);
    expect(transport.log).toEqual([]);
    await Promise.all([
      pool.exec(node('pve1'), 'a'),
      pool.exec(node('pve1'), 'b'),
      pool.exec(node('pve2'), 'c'),
    ]);
    await pool.exec(node('pve1'), 'd');
    expect(transport.log.filter((line) => line.startsWith('connect'))).toEqual([
      'connect pve1',
      'connect pve2',
    ]);
    expect(transport.log).toContain('pve1: d');
  });

  test('runs at most as many commands at once as it has forks', async () => {
    const transport = fake();
    const pool = createPool(transport, { ...options, forks: 3 });
    await Promise.all(Array.from({ length: 20 }, (_, number) => pool.exec(node(`pve${number}`), 'a')));
    expect(transport.most()).toBe(3);
  });

  test('leaves a node the sessions that its sshd allows a connection', async () => {
    const transport = fake();
    const pool = createPool(transport, { ...options, forks: 50 });
    await Promise.all(Array.from({ length: 30 }, () => pool.exec(node('pve1'), 'a')));
    expect(transport.most()).toBeLessThanOrEqual(10);
  });

  test('keeps the diagnostic of a node that is down, until it is asked to reconnect', async () => {
    const transport = fake();
    transport.down.add('pve1');
    const pool = createPool(transport, options);
    for (const command of ['a', 'b']) {
      expect(await pool.exec(node('pve1'), command)).toMatchObject({
        ok: false,
        diagnostics: [{ code: 'transport/refused', host: 'pve1' }],
      });
    }
    expect(transport.log).toEqual(['connect pve1']);
    expect((await pool.reconnect(node('pve1'))).ok).toBe(false);
    transport.down.clear();
    expect((await pool.exec(node('pve1'), 'c')).ok).toBe(false);
    expect((await pool.reconnect(node('pve1'))).ok).toBe(true);
    expect(await pool.exec(node('pve1'), 'd')).toEqual(done('d'));
    expect(transport.log).toEqual(['connect pve1', 'connect pve1', 'connect pve1', 'pve1: d']);
  });

  test('connects to it anew for a command that asks for that', async () => {
    const transport = fake();
    transport.down.add('pve1');
    const pool = createPool(transport, { forks: 4, connectTimeoutSeconds: 1 });
    const exec = async (given: ExecOptions = {}) => (await pool.exec(node('pve1'), 'a', given)).ok;
    expect(await exec()).toBe(false);
    transport.down.delete('pve1');
    expect([await exec(), await exec({ connectsAnew: true }), await exec()]).toEqual([false, true, true]);
    await pool.close();
  });

  test('a node that is down costs the others nothing', async () => {
    const transport = fake();
    transport.down.add('pve1');
    const pool = createPool(transport, { ...options, forks: 1 });
    const [first, second] = await Promise.all([pool.exec(node('pve1'), 'a'), pool.exec(node('pve2'), 'b')]);
    expect([first.ok, second.ok]).toEqual([false, true]);
  });

  test('makes a connection anew that was lost while idle, once for all who wait', async () => {
    const transport = fake();
    const pool = createPool(transport, options);
    await pool.exec(node('pve1'), 'a');
    transport.lose();
    const results = await Promise.all([pool.exec(node('pve1'), 'b'), pool.exec(node('pve1'), 'c')]);
    expect(results).toEqual([done('b'), done('c')]);
    expect(transport.log).toEqual(['connect pve1', 'pve1: a', 'connect pve1', 'pve1: b', 'pve1: c']);
  });

  test('never runs a command twice that was under way when its connection was lost', async () => {
    const transport = fake(async (command) =>
      fail(unfinished(node('pve1'), 'connection-lost', command, 'lost')),
    );
    const pool = createPool(transport, options);
    expect(await pool.exec(node('pve1'), 'a')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'transport/connection-lost', host: 'pve1' }],
    });
    expect(transport.log).toEqual(['connect pve1', 'pve1: a']);
  });

  test('reconnects with a new connection and closes the old one', async () => {
    const transport = fake();
    const pool = createPool(transport, options);
    await pool.exec(node('pve1'), 'a');
    await pool.reconnect(node('pve1'));
    await pool.close();
    expect(transport.log).toEqual(['connect pve1', 'pve1: a', 'connect pve1', 'close pve1', 'close pve1']);
  });

  test('sends nothing more after close', async () => {
    const transport = fake();
    const pool = createPool(transport, { ...options, forks: 1 });
    await pool.exec(node('pve1'), 'a');
    await pool.close();
    expect(await pool.exec(node('pve1'), 'b')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'transport/not-connected' }],
    });
    expect(transport.log).toEqual(['connect pve1', 'pve1: a', 'close pve1']);
  });

  test('sends nothing more once its signal has fired, and tells commands under way', async () => {
    const abort = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const transport = fake(async (command, { signal }) => {
      signals.push(signal);
      abort.abort();
      return done(command);
    });
    const pool = createPool(transport, { ...options, forks: 1, signal: abort.signal });
    const results = await Promise.all(
      ['a', 'b'].map((command) => pool.exec(node('pve1'), command, { signal: new AbortController().signal })),
    );
    expect(results[1]).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'transport/not-sent', host: 'pve1' }],
    });
    expect(transport.log).toEqual(['connect pve1', 'pve1: a']);
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('a server that opens fewer channels than asked for', () => {
  /** As sshd does beyond MaxSessions. */
  function narrow(sessions: number) {
    let open = 0;
    const sent: string[] = [];
    const transport = fake();
    const connect = async (to: Node): Promise<Result<Connection>> =>
      ok({
        exec: async (command) => {
          sent.push(command);
          if (open >= sessions)
            return fail(unfinished(to, 'channel-refused', command, 'the server opens no channel for it'));
          open++;
          await turn();
          open--;
          return done(command);
        },
        close: async () => undefined,
      });
    return { transport: { ...transport, connect }, sent };
  }

  test('has all commands run in the end, fewer at once', async () => {
    const { transport, sent } = narrow(2);
    const pool = createPool(transport, { ...options, forks: 50 });
    const commands = Array.from({ length: 20 }, (_, number) => `${number}`);
    const results = await Promise.all(commands.map((command) => pool.exec(node('pve1'), command)));
    expect(results).toEqual(commands.map(done));
    const before = sent.length;
    await Promise.all(commands.map((command) => pool.exec(node('pve1'), command)));
    expect(sent.length - before).toBe(20);
  });

  test('and whose only session is held, is cleaned up over a second connection, also once interrupted', async () => {
    const closed: number[] = [];
    let connections = 0;
    const connect: Transport['connect'] = async (to, { signal }) => {
      const number = ++connections;
      return signal?.aborted === true
        ? fail(unfinished(to, 'aborted', 'connect', 'interrupted'))
        : ok({
            exec: async (command) =>
              number === 1 ? fail(unfinished(to, 'channel-refused', command, 'no channel')) : done(command),
            close: async () => void closed.push(number),
          });
    };
    const interrupted = new AbortController();
    const pool = createPool({ connect }, { ...options, forks: 50, signal: interrupted.signal });
    await pool.exec(node('pve1'), 'refused');
    interrupted.abort();
    expect(await pool.exec(node('pve1'), 'kill', { cleansUp: true })).toEqual(done('kill'));
    expect([connections, closed]).toEqual([2, [2]]);
  });

  test('and opens none at all, is told', async () => {
    const { transport } = narrow(0);
    const pool = createPool(transport, { ...options, forks: 50 });
    const results = await Promise.all(['a', 'b', 'c'].map((command) => pool.exec(node('pve1'), command)));
    for (const result of results)
      expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/channel-refused' }] });
  });
});

describe('the command that a connection is made for', () => {
  /** Sends the first command with every log-in, and keeps what it was told. */
  function eager() {
    const log: string[] = [];
    const connect: Transport['connect'] = async (to, { first }) => {
      await turn();
      const sent = first?.mayStart() === true;
      log.push(`${to.name}: ${sent ? `with ${first.command}` : 'without'}`);
      return ok({
        ...(sent && { first: afterTurns(5, done(`first ${first.command}`)) }),
        exec: async (command) => {
          log.push(`${to.name}: ${command}`);
          await turn();
          return done(command);
        },
        close: async () => undefined,
      });
    };
    return { transport: { connect }, log };
  }

  test('runs with the log-in, once; others of the node wait for it', async () => {
    const { transport, log } = eager();
    const pool = createPool(transport, options);
    const results = await Promise.all(['a', 'b'].map((command) => pool.exec(node('pve1'), command)));
    expect(results).toEqual([done('first a'), done('b')]);
    expect(log).toEqual(['pve1: with a', 'pve1: b']);
  });

  test('waits its turn where as many run as there are forks', async () => {
    const { transport, log } = eager();
    const pool = createPool(transport, { ...options, forks: 1 });
    const results = await Promise.all(['pve1', 'pve2'].map((name) => pool.exec(node(name), 'a')));
    expect(results).toEqual([done('first a'), done('a')]);
    expect(log).toEqual(['pve1: with a', 'pve2: without', 'pve2: a']);
  });

  test('is not sent when it was interrupted before', async () => {
    const { transport, log } = eager();
    const pool = createPool(transport, options);
    const result = await pool.exec(node('pve1'), 'a', { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/not-sent' }] });
    expect(log).toEqual(['pve1: without']);
  });
});
