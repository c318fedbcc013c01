import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import { createSshTransport, type SshConnection } from '../../src/transports/ssh.ts';
import type { TestServer } from '../openssh-server.ts';
import { noOpensshServer, startOpensshServer } from '../openssh-server.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

describe.skipIf(noOpensshServer !== undefined)('a terminal on a node', () => {
  let server: TestServer;
  let node: Node;
  let connection: SshConnection;
  beforeAll(async () => {
    server = await startOpensshServer();
    const knownHosts = join(server.directory, 'known_hosts');
    await writeFile(knownHosts, `[${server.host}]:${server.port} ${server.hostKeys[0]}\n`);
    const { host, port, user, keyFile } = server;
    node = {
      name: 'pve1',
      groups: [],
      variables: {},
      connection: { host, port, user, keyFile, knownHosts: [knownHosts] },
    };
    const connected = await createSshTransport().connect(node, { timeoutSeconds: 20 });
    if (!connected.ok) throw new Error(connected.diagnostics[0]?.message);
    connection = connected.value;
  });
  let resized: () => void = () => undefined;
  afterEach(() => {
    resized = () => undefined;
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  /** A terminal whose keys the test presses. */
  function fakeTerminal() {
    const input = new PassThrough();
    const output = new PassThrough().setEncoding('utf8');
    let shown = '';
    let columns = 90;
    output.on('data', (text: string) => (shown += text));
    return {
      terminal: {
        input,
        output,
        kind: 'xterm',
        size: () => ({ rows: 30, columns }),
        onResize: (listener: () => void) => {
          resized = listener;
          return () => undefined;
        },
      },
      type: (text: string) => input.write(text),
      shown: () => shown,
      widen: () => {
        columns = 120;
        resized();
      },
    };
  }

  test('is one: a command sees its size and kind, Ctrl-C interrupts it, and its exit code comes back', async () => {
    const { terminal, type, shown } = fakeTerminal();
    const ended = connection.onTerminal(
      terminal,
      'tty; stty size; echo $TERM; trap "exit 7" INT; echo ready; cat',
    );
    await vi.waitUntil(() => shown().includes('ready'), 20_000);
    expect(shown()).toMatch(/^\/dev\/pts\/\d+\r\n30 90\r\nxterm\r\nready\r\n/u);
    type('\u0003');
    expect(await ended).toMatchObject({ ok: true, value: { exit: 7 } });
  });

  test('opens the log-in shell, which takes what is typed and learns of a new size', async () => {
    const { terminal, type, shown, widen } = fakeTerminal();
    const ended = connection.onTerminal(terminal);
    type('echo si""ze; stty size\n');
    await vi.waitUntil(() => shown().includes('size\r\n30 90'), 20_000);
    widen();
    type('stty size; exit 3\n');
    expect(await ended).toMatchObject({ ok: true, value: { exit: 3 } });
    expect(shown()).toContain('30 120\r\n');
  });

  test('that is cut off is told, and does not hang', async () => {
    const cutOff = await createSshTransport().connect(node, { timeoutSeconds: 20 });
    if (!cutOff.ok) throw new Error(cutOff.diagnostics[0]?.message);
    const { terminal, shown } = fakeTerminal();
    const ended = cutOff.value.onTerminal(terminal, 'echo on; cat');
    await vi.waitUntil(() => shown().includes('on'), 20_000);
    server.cut();
    expect(await ended).toMatchObject({ ok: false, diagnostics: [{ code: 'transport/connection-lost' }] });
  });
});
