import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../src/transports/transport.ts';
import { error, value } from './outcome.ts';

/** A way to run commands, to be held to its promises. */
export interface Subject {
  /** Makes a new connection. */
  readonly open: () => Promise<Connection>;
  /** Cuts every connection, where there is something to cut. */
  readonly cut?: () => void;
  /** False where the name of a signal that killed a command is lost on the way. */
  readonly namesSignals: boolean;
}

/** What every transport does with a command. */
export function commandsConform({ open, cut, namesSignals }: Subject): void {
  let connection: Connection;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pvefleet-commands-'));
    connection = await open();
  });
  afterAll(async () => {
    await connection.close();
    await rm(directory, { recursive: true, maxRetries: 10 });
  });

  describe('a command', () => {
    test.each([0, 1, 3, 255])('ends with exit code %i', async (code) => {
      expect(value(await connection.exec(`exit ${code}`))).toEqual({
        exit: code,
        stdout: Buffer.alloc(0),
        stderr: Buffer.alloc(0),
      });
    });

    test('killed by a signal has no exit code', async () => {
      expect(value(await connection.exec('kill -KILL $$'))).toMatchObject({
        exit: null,
        ...(namesSignals && { signal: 'SIGKILL' }),
      });
    });

    test('has its output and errors apart, also as they come', async () => {
      const seen = { stdout: '', stderr: '' };
      const finished = value(
        await connection.exec('echo out; echo err >&2; echo grüße', {
          onOutput: (stream, chunk) => (seen[stream] += chunk.toString()),
        }),
      );
      expect([finished.stdout.toString(), finished.stderr.toString()]).toEqual(['out\ngrüße\n', 'err\n']);
      expect(seen).toEqual({ stdout: 'out\ngrüße\n', stderr: 'err\n' });
    });

    test('gets its standard input, of any bytes and longer than a window, then the end of it', async () => {
      const input = randomBytes(3_000_000);
      const finished = value(await connection.exec('cat', { stdin: input }));
      expect(finished.stdout.equals(input)).toBe(true);
    });

    test('gets its standard input in pieces, and a sink all of its output', async () => {
      const pieces = Array.from({ length: 40 }, () => randomBytes(100_000));
      const taken: Buffer[] = [];
      const finished = value(
        await connection.exec('cat', {
          stdin: (async function* () {
            yield* pieces;
          })(),
          sink: async (_, chunk) => void taken.push(chunk),
        }),
      );
      expect(finished.stdout).toHaveLength(0);
      expect(Buffer.concat(taken).equals(Buffer.concat(pieces))).toBe(true);
    });

    test('is held back while its output is not taken: of 256 MB, 32 at most are on the way', async () => {
      const progress = join(directory, 'progress');
      const abort = new AbortController();
      let taken = 0;
      const command = `i=0; while [ $i -lt 256 ]; do head -c 1048576 /dev/zero; i=$((i+1)); echo $i >>${progress}; done`;
      const running = connection.exec(command, {
        signal: abort.signal,
        sink: (_, chunk) => {
          taken += chunk.length;
          return new Promise(() => undefined);
        },
      });
      await vi.waitFor(() => expect(taken).toBeGreaterThan(0), 10_000);
      for (let round = 0; round < 10; round++) value(await connection.exec('true'));
      const printed = (await readFile(progress, 'utf8').catch(() => '')).split('\n').length;
      expect(printed).toBeLessThanOrEqual(32);
      expect(taken).toBeLessThan(4_000_000);
      abort.abort();
      expect(error(await running)).toMatchObject({ code: 'transport/aborted' });
    });

    test('has an empty standard input when none is given', async () => {
      expect(value(await connection.exec('cat; echo end')).stdout.toString()).toBe('end\n');
    });

    test('may leave its input unread', async () => {
      expect(value(await connection.exec('exit 4', { stdin: Buffer.alloc(3_000_000) })).exit).toBe(4);
    });

    test('runs beside others on one connection', async () => {
      const finished = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map((number) =>
          connection.exec(`cat; echo ${number}`, { stdin: `in ${number}\n` }),
        ),
      );
      expect(finished.map((result) => value(result).stdout.toString())).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `in ${number}\n${number}\n`),
      );
    });

    test('that is too long is a diagnostic; the connection serves on', async () => {
      const result = await connection.exec('while :; do echo .; sleep 0.02; done', { timeoutSeconds: 0.2 });
      expect(error(result)).toMatchObject({ code: 'transport/timeout', trouble: 'failed', host: 'pve1' });
      expect(value(await connection.exec('echo on')).stdout.toString()).toBe('on\n');
    });

    test('is given up and stopped when the signal fires', async () => {
      const abort = new AbortController();
      let pid = 0;
      const result = await connection.exec('echo $$; while :; do echo .; sleep 0.02; done', {
        signal: abort.signal,
        onOutput: (_, chunk) => {
          pid ||= Number.parseInt(chunk.toString(), 10);
          abort.abort();
        },
      });
      expect(error(result)).toMatchObject({ code: 'transport/aborted', trouble: 'failed', host: 'pve1' });
      expect(pid).toBeGreaterThan(0);
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
    });

    test('is not sent when the signal has fired', async () => {
      const result = await connection.exec('true', { signal: AbortSignal.abort() });
      expect(error(result)).toMatchObject({ code: 'transport/aborted', host: 'pve1' });
    });

    test.runIf(cut)('whose connection is cut is a diagnostic; the next was not sent', async () => {
      const doomed = await open();
      const result = await doomed.exec('while :; do echo .; sleep 0.02; done', { onOutput: () => cut?.() });
      expect(error(result)).toMatchObject({
        code: 'transport/connection-lost',
        trouble: 'failed',
        host: 'pve1',
      });
      expect(error(await doomed.exec('true'))).toMatchObject({ code: 'transport/not-connected' });
      await Promise.all([doomed.close(), connection.close()]);
      connection = await open();
    });

    test('is cut off by close, and none is sent after it', async () => {
      const closed = await open();
      let closing: Promise<void> | undefined;
      const result = await closed.exec('while :; do echo .; sleep 0.02; done', {
        onOutput: () => {
          closing ??= closed.close();
        },
      });
      expect(error(result)).toMatchObject({ code: 'transport/connection-lost' });
      await closing;
      expect(error(await closed.exec('true'))).toMatchObject({ code: 'transport/not-connected' });
    });
  });
}
