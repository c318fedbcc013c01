import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uri } from '../../src/actions/uri.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

/** What the server was asked last. */
let asked: Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { readonly body: string };

const web = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { method, url, headers } = request;
    asked = { method, url, headers, body: Buffer.concat(parts).toString() };
    if (url === '/json')
      response
        .writeHead(200, {
          'Content-Type': 'application/json; charset=utf-8',
          'Set-Cookie': ['a=1; Path=/', 'b=x=y'],
        })
        .end('{"name": "grün", "list": [1]}\n');
    else if (url === '/moved') response.writeHead(302, { Location: '/there' }).end('moved');
    else if (url === '/none') response.writeHead(404).end('no such page');
    else response.end('one\ntwo\n');
  });
});
let at = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  at = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterAll(() => new Promise((resolve) => web.close(resolve)));

test('uri has what was answered by the names that Ansible has for it', async () => {
  expect(await runHere(uri, { url: `${at}/json` })).toMatchObject({
    outcome: 'ok',
    commands: [],
    result: {
      status: 200,
      url: `${at}/json`,
      redirected: false,
      json: { name: 'grün', list: [1] },
      content_type: 'application/json; charset=utf-8',
      cookies: { a: '1', b: 'x=y' },
      cookies_string: 'a=1; b=x=y',
      elapsed: 0,
      msg: 'OK (unknown bytes)',
    },
  });
  expect(asked).toMatchObject({
    method: 'GET',
    body: '',
    headers: { 'user-agent': 'ansible-httpget', connection: 'close' },
  });
  const plain = await runHere(uri, { url: `${at}/x`, return_content: true });
  expect(plain.result).toMatchObject({ content: 'one\ntwo\n' });
  expect(plain.result).not.toHaveProperty('json');
  expect((await runHere(uri, { url: `${at}/x`, method: 'HEAD' })).result).toMatchObject({ status: 200 });
});

test('uri sends a POST without a body as one of no length', async () => {
  expect((await runHere(uri, { url: `${at}/x`, method: 'post' })).outcome).toBe('ok');
  expect(asked).toMatchObject({ method: 'POST', body: '', headers: { 'content-length': '0' } });
  expect(asked.headers).not.toHaveProperty('content-type');
});

test.each<[object, string, string]>([
  [{ body: '@x "y"\n\\' }, 'application/x-www-form-urlencoded', '@x "y"\n\\'],
  [
    { body: { a: [1, 'zwölf'] }, body_format: 'json' },
    'application/json',
    String.raw`{"a": [1, "zw\u00f6lf"]}`,
  ],
  [
    { body: { a: ['1', 2], b: null, c: 'x y&' }, body_format: 'form-urlencoded' },
    'application/x-www-form-urlencoded',
    'a=1&a=2&c=x+y%26',
  ],
  [{ body: '{}', body_format: 'json', headers: { 'content-type': 'text/x' } }, 'text/x', '{}'],
])('uri sends %j as %s', async (args, type, body) => {
  for (const method of ['POST', 'PUT']) {
    const { outcome, commands } = await runHere(uri, { url: `${at}/x`, method, ...args });
    expect([outcome, commands]).toEqual(['ok', [`ask ${method} ${at}/x`]]);
    expect(asked).toMatchObject({ method, body, headers: { 'content-type': type } });
  }
});

test('uri sends name and password, and goes where it is sent on', async () => {
  const args = { url: `${at}/moved`, url_username: 'me', url_password: 'se"cret', headers: { 'X-A': '' } };
  const { result } = await runHere(uri, args);
  expect(result).toMatchObject({ status: 200, url: `${at}/there`, redirected: true });
  expect(asked.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('me:se"cret').toString('base64')}`,
    'x-a': '',
  });
  const stays = { ...args, status_code: '302', follow_redirects: 'none' };
  expect((await runHere(uri, stays)).result).toMatchObject({
    status: 302,
    redirected: false,
    location: `${at}/there`,
    msg: 'HTTP Error 302: Found',
  });
  const posted = await runHere(uri, { ...args, method: 'POST', body: 'x' });
  expect([posted.outcome, posted.result?.['status']]).toEqual(['failed', 302]);
});

test('uri fails with what it was answered, and keeps it', async () => {
  const ran = await runHere(uri, { url: `${at}/none`, return_content: true, status_code: [200, 201] });
  const why = 'Status code was 404 and not [200, 201]: HTTP Error 404: Not Found';
  expect(messagesOf(ran)).toEqual([`Cannot ask GET ${at}/none: ${why}`]);
  expect(ran).toMatchObject({
    outcome: 'failed',
    result: { status: 404, content: 'no such page', msg: why },
  });
  expect((await runHere(uri, { url: `${at}/none`, status_code: 404 })).outcome).toBe('ok');
  const nobody = await runHere(uri, { url: 'http://127.0.0.1:1/' });
  expect(messagesOf(nobody)[0]).toMatch(
    /^Cannot ask GET http:\/\/127\.0\.0\.1:1\/: exit code 7; it said: curl: \(7\) /u,
  );
  expect(nobody.result).toMatchObject({ status: -1, redirected: false, url: 'http://127.0.0.1:1/' });
});

test('uri says that there is no curl, and asks nobody where that need not be or in check mode', async () => {
  const programs = await temporary();
  await writeFile(join(programs, 'curl'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
  const none = { url: 'https://me:pw@x/y' };
  expect(messagesOf(await runHere(uri, none, { path: programs }))).toEqual([
    'Cannot ask GET https://x/y: there is no curl on the node; a task with "apt: name=curl" installs it',
  ]);
  expect(await runHere(uri, none, { check: true })).toMatchObject({
    outcome: 'skipped',
    message: 'check mode: would ask GET https://x/y',
  });
  expect(await runHere(uri, { ...none, creates: programs })).toMatchObject({
    outcome: 'ok',
    result: { stdout: `skipped, since '${programs}' exists` },
  });
});

test.each<[object, string]>([
  [{}, '"url" is missing'],
  [{ url: 'ftp://x' }, '"url" is wrong: it is "ftp://x"; http:// or https:// is wanted'],
  [{ url: 'http://x', method: 'A B' }, '"method" is wrong: it is "A B"; one word, as GET or POST, is wanted'],
  [{ url: 'http://x', status_code: 'ok' }, '"status_code" is wrong: whole numbers are wanted'],
  [{ url: 'http://x', headers: 'a: b' }, '"headers" is no mapping'],
  [
    { url: 'http://x', body: { a: 1 } },
    '"body" is no text; with "body_format": json or form-urlencoded it need not be one',
  ],
  [{ url: 'http://x', src: '/x' }, '"src" can\'t be used: it is not supported yet'],
])('uri refuses %j', async (args, what) => {
  expect(messagesOf(await runHere(uri, args))).toEqual([`Cannot read "uri": ${what}`]);
});
