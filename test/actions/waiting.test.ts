import { createServer } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { assert } from '../../src/actions/assert.ts';
import { asyncStatus } from '../../src/actions/async-status.ts';
import { fail } from '../../src/actions/fail.ts';
import { fetch } from '../../src/actions/fetch.ts';
import { getUrl } from '../../src/actions/get-url.ts';
import { factsOf } from '../../src/actions/host/parse-facts.ts';
import { pause } from '../../src/actions/pause.ts';
import { reboot } from '../../src/actions/reboot.ts';
import { waitForConnection } from '../../src/actions/wait-for-connection.ts';
import { waitFor } from '../../src/actions/wait-for.ts';
import { fail as failing, ok } from '../../src/diagnostic.ts';
import { readFile } from 'node:fs/promises';
import { runOn } from './fake-host.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

const answer = (stdout: string, exit = 0) =>
  ok({ exit, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) });
const silence = failing({ code: 'x', severity: 'error', trouble: 'unreachable', message: 'no answer' });

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A host that says these one after the other. */
function saying(...answers: readonly ReturnType<typeof answer | (() => typeof silence)>[]) {
  const left = [...answers];
  return { read: () => Promise.resolve(left.shift() ?? silence) };
}

test('how a job is: what has ended stays so, what runs is asked for now', async () => {
  const run = async (said: string) => {
    const looks: string[] = [];
    const host = { now: 1 };
    const ran = await runOn(
      host,
      asyncStatus,
      { jid: 'job-1' },
      {
        look: (reads, how) => {
          looks.push(how);
          return Promise.resolve(
            ok(
              factsOf(reads, {
                now: 1,
                answers: [
                  [
                    ['exit', '0'],
                    ['said', base64(said)],
                  ],
                ],
              }),
            ),
          );
        },
      },
    );
    return { looks, ...ran };
  };
  const ended = `ended\n0\n${base64('out\n')}\n${base64('')}`;
  expect(await run(ended)).toMatchObject({
    looks: ['known'],
    outcome: 'changed',
    stdout: 'out',
    result: { finished: 1, rc: 0 },
  });
  expect(await run('running')).toMatchObject({
    looks: ['known', 'now'],
    outcome: 'ok',
    result: { finished: 0 },
  });
  expect(await run('unknown')).toMatchObject({
    looks: ['known', 'now'],
    outcome: 'failed',
    result: { finished: 1 },
  });
  expect(asyncStatus.foresee?.({ jid: 'job-1' }, {}, false)).toMatchObject([{ read: 'output' }]);
});

test('reboot goes on when another boot answers, not while the old one does', async () => {
  const read = saying(answer('a\n'), answer('b\n'));
  const ran = await runOn({}, reboot, { msg: 'patched' }, read);
  expect(ran).toMatchObject({
    outcome: 'changed',
    commands: ['shutdown -r now patched'],
    result: { rebooted: true },
  });
  expect(await runOn({}, reboot, null, { ...saying(answer('a\n')), check: true })).toMatchObject({
    outcome: 'changed',
    commands: [],
  });
});

test.each([
  ['the old boot answers', answer('a\n'), 'pve1 has not gone down'],
  ['nobody answers', silence, 'pve1 does not answer'],
  ['the test does not succeed', answer('b\n', 1), 'pve1 is up, and "true" does not succeed'],
])('reboot says what it waits for, and fails in the end when %s', async (_, last, missing) => {
  const said: string[] = [];
  const ran = await runOn(
    {},
    reboot,
    { reboot_timeout: 0 },
    { ...saying(answer('a\n'), last), waitsFor: (what) => void said.push(what) },
  );
  expect(said).toEqual(['pve1 has not gone down', missing]);
  expect(ran.diagnostics[0]?.message).toBe(
    `Cannot see the end of the reboot: ${missing} after 0 s; an answer of another boot is wanted`,
  );
  expect(ran.diagnostics[0]?.hint).toContain('when pve1 is back, go on with the same command');
});

test('wait_for sees a port, a path and what is in it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => void server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const at = join(await temporary(), 'log');
  await writeFile(at, 'starting\nready in 3 s\n');
  expect((await runHere(waitFor, { port, timeout: 0 })).outcome).toBe('ok');
  expect((await runHere(waitFor, { path: at, search_regex: '^ready', timeout: 0 })).outcome).toBe('ok');
  expect((await runHere(waitFor, { path: `${at}.pid`, state: 'absent', timeout: 0 })).outcome).toBe('ok');
  expect(messagesOf(await runHere(waitFor, { path: at, search_regex: '^done', timeout: 0 }))).toEqual([
    `Cannot wait any longer: ${at} is not started after 0 s`,
  ]);
  expect(messagesOf(await runHere(waitFor, { port: 1, timeout: 0, msg: 'no service' }))).toEqual([
    'Cannot wait any longer: no service',
  ]);
  expect(messagesOf(await runHere(waitFor, { port: 1, path: '/x' }))).toEqual([
    'Cannot read "wait_for": it has both "port" and "path"; one is wanted',
  ]);
});

test('wait_for_connection and pause end in time', async () => {
  expect((await runOn({}, waitForConnection, { sleep: 0 }, saying(silence, answer('')))).outcome).toBe('ok');
  const lost = await runOn({}, waitForConnection, { timeout: 0 }, saying(silence));
  expect(lost.diagnostics[0]?.message).toBe('Cannot connect: there was no answer for 0 s');
  expect(messagesOf(await runHere(pause, {}))).toEqual([
    'Cannot read "pause": "seconds" or "minutes" is wanted; nobody is asked in a run',
  ]);
});

test('assert and fail say why', async () => {
  const variables = { n: 3, list: ['a'] };
  expect(await runHere(assert, { that: ['n == 3', "'a' in list"] }, { variables })).toMatchObject({
    outcome: 'ok',
    message: 'All assertions passed',
  });
  expect(await runHere(assert, { that: ['n == 3', 'n > 5'] }, { variables })).toMatchObject({
    outcome: 'failed',
    result: { assertion: 'n > 5', evaluated_to: false },
    diagnostics: [{ message: 'Cannot go on: "n > 5" does not hold' }],
  });
  expect(messagesOf(await runHere(assert, { that: 'n > 5', fail_msg: 'too few' }, { variables }))).toEqual([
    'too few',
  ]);
  expect(messagesOf(await runHere(assert, { that: 'm > 5' }, { variables }))[0]).toContain(
    '"m" is not defined',
  );
  expect(messagesOf(await runHere(fail, { msg: 'stop here' }))).toEqual(['stop here']);
});

test('fetch brings a file once, and a missing one is an error or not', async () => {
  const [from, to] = [await temporary(), await temporary()];
  const src = join(from, 'a.bin');
  const bytes = Buffer.from([0, 255, 10]);
  await writeFile(src, bytes);
  const options = { directories: [to] };
  expect(await runHere(fetch, { src, dest: 'got' }, { ...options, check: true })).toMatchObject({
    outcome: 'skipped',
  });
  expect(await runHere(fetch, { src, dest: 'got' }, options)).toMatchObject({
    outcome: 'changed',
    result: { dest: join(to, 'got', 'pve1', src) },
  });
  expect(await readFile(join(to, 'got', 'pve1', src))).toEqual(bytes);
  expect((await runHere(fetch, { src, dest: 'got' }, options)).outcome).toBe('ok');
  expect(await runHere(fetch, { src, dest: 'x/', flat: true }, options)).toMatchObject({
    result: { dest: join(to, 'x/a.bin') },
  });
  expect(messagesOf(await runHere(fetch, { src: `${src}2`, dest: 'got' }, options))).toEqual([
    `Cannot fetch ${src}2: it is not there; a file is wanted`,
  ]);
  expect(
    (await runHere(fetch, { src: `${src}2`, dest: 'got', fail_on_missing: false }, options)).outcome,
  ).toBe('ok');
});

test('get_url fetches what is new, checks it, and no secret is in a command line', async () => {
  const sum = 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const args = {
    url: 'https://u.example/a.iso',
    dest: '/iso',
    url_username: 'u',
    url_password: 'p"w',
    headers: { 'X-Y': 'z' },
  };
  const ran = await runOn({ files: { '/iso': null } }, getUrl, args);
  expect(ran.commands).toEqual(['fetch https://u.example/a.iso to /iso/a.iso']);
  expect(ran.argv.flat().join(' ')).not.toContain('p"w');
  expect(ran.inputs[0]).toContain('user = "u:p\\"w"\nheader = "X-Y: z"\n');
  expect((await runOn({}, getUrl, { ...args, checksum: 'md4:1' })).diagnostics[0]?.message).toContain(
    'sha256: and its digits or a URL are wanted',
  );
  const directory = await temporary();
  await writeFile(join(directory, 'from'), 'abc');
  const here = { url: `file://${directory}/from`, dest: join(directory, 'to'), mode: '0640', checksum: sum };
  expect((await runHere(getUrl, here)).outcome).toBe('changed');
  expect(await runHere(getUrl, here)).toMatchObject({ outcome: 'ok', commands: [] });
  expect((await runHere(getUrl, { ...here, checksum: undefined, force: true })).outcome).toBe('ok');
  const wrong = await runHere(getUrl, { ...here, dest: `${here.dest}2`, checksum: sum.replace('ba', 'bb') });
  expect(messagesOf(wrong)[0]).toContain('what came has another checksum: ba7816bf');
});
