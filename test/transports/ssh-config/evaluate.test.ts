import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitWords } from '../../../src/transports/ssh-config/config-line.ts';
import { evaluateConfig, type Settings } from '../../../src/transports/ssh-config/evaluate.ts';
import { readSshConfig } from '../../../src/transports/ssh-config/read-config.ts';

const ssh = '/usr/bin/ssh';
const localUser = userInfo().username;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pvefleet-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Writes files, the first being the configuration; `DIR` in them is their directory. */
async function write(files: Readonly<Record<string, string>>): Promise<string> {
  const place = await mkdtemp(join(directory, 'c-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(place, name, '..'), { recursive: true });
    await writeFile(join(place, name), text.replaceAll('DIR', place), { mode: 0o600 });
  }
  return join(place, 'config');
}

async function evaluate(path: string, host: string): Promise<Settings> {
  const { file, problems } = await readSshConfig({
    path,
    directory: join(path, '..'),
    home: '/nonexistent',
    mustBePrivate: false,
  });
  const settings = evaluateConfig([file], { host, localUser, defaultUser: localUser });
  return { ...settings, problems: [...problems, ...settings.problems] };
}

const single = [
  'hostkeyalias',
  'identitiesonly',
  'identityagent',
  'proxycommand',
  'proxyjump',
  'userknownhostsfile',
  'globalknownhostsfile',
  'kexalgorithms',
  'ciphers',
  'macs',
];

/** What we say of a host, in the words of `ssh -G`; only what the configuration gives. */
function ours({
  hostname,
  first,
  identityFiles,
  certificateFiles,
}: Settings): Readonly<Record<string, readonly string[]>> {
  const said: Record<string, readonly string[]> = {
    hostname: [hostname],
    user: [first.get('user')?.words[0] ?? localUser],
    port: [first.get('port')?.words[0] ?? '22'],
  };
  for (const keyword of single) {
    const line = first.get(keyword);
    if (line !== undefined) said[keyword] = [keyword === 'proxycommand' ? line.rest : line.words.join(' ')];
  }
  if (identityFiles.length > 0) said['identityfile'] = identityFiles.map((line) => line.words[0] ?? '');
  if (certificateFiles.length > 0)
    said['certificatefile'] = certificateFiles.map((line) => line.words[0] ?? '');
  return said;
}

/** What the system's ssh says of the same keywords. */
function theirs(
  path: string,
  host: string,
  keywords: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const said: Record<string, string[]> = {};
  for (const line of execFileSync(ssh, ['-G', '-F', path, host], { encoding: 'utf8', stdio: 'pipe' }).split(
    '\n',
  )) {
    const [, keyword = '', value = ''] = /^(\S+) (.*)$/u.exec(line) ?? [];
    if (keywords.includes(keyword)) (said[keyword] ??= []).push(value);
  }
  return said;
}

const table: readonly [string, string, Readonly<Record<string, string>>][] = [
  ['an alias', 'pve1', { config: 'Host pve1\n HostName 10.0.0.1\n User fleet\n Port 2222\n' }],
  ['the first value wins', 'a', { config: 'Port 1\nHost a\nPort 2\nUser x\nHost *\nUser y\n' }],
  [
    'all identity files',
    'a',
    { config: 'Host a\nIdentityFile ~/one\nHost *\nIdentityFile ~/two\nIdentityFile ~/one\n' },
  ],
  ['all certificates', 'a', { config: 'CertificateFile /one\nHost a\nCertificateFile /two\n' }],
  ['a negated pattern', 'b1', { config: 'Host b* !b1\nPort 3\nHost !c* b1\nPort 4\n' }],
  ['only a negated pattern', 'x', { config: 'Host !y\nPort 5\n' }],
  ['"=" and quotes', 'a', { config: 'Host="a" "b c"\nPort=22\nUser = "x y"\nIdentityFile="/a b"\n' }],
  ['single quotes and comments', 'a', { config: "# c\n  Host a # b\n\tUser 'x y' # z\n#Port 5\n" }],
  ['CRLF and blanks at the end', 'a', { config: 'Host a\r\n  Port 7  \t\r\n' }],
  ['keywords in any case', 'a', { config: 'hOST a\npORT 8\nhostNAME h\n' }],
  ['%h in HostName', 'pve1', { config: 'Host pve1\nHostName %h.example.org\n' }],
  [
    'Match host after HostName',
    'a',
    { config: 'Host a\nHostName b\nMatch host b\nPort 9\nMatch host a\nUser no\n' },
  ],
  [
    'Match originalhost',
    'a',
    { config: 'HostName b\nMatch originalhost a,c\nPort 10\nMatch originalhost b\nUser no\n' },
  ],
  ['Match user', 'a', { config: 'User x\nMatch user y,x\nPort 11\n' }],
  [
    'Match of several',
    'a',
    { config: 'Match host a !user nobody\nPort 12\nMatch !host a\nUser no\nMatch all\nUser yes\n' },
  ],
  ['Match with "="', 'a', { config: 'Match host=a user="*"\nPort 13\n' }],
  ['Match localuser', 'a', { config: `Match localuser ${localUser}\nPort 14\n` }],
  [
    'Match final',
    'a',
    { config: 'Match final host b\nPort 15\nHost a\nHostName b\nMatch !final\nUser first\n' },
  ],
  ['HostName in Match final comes too late', 'a', { config: 'Match final all\nHostName c\nPort 3\n' }],
  [
    'Include',
    'a',
    {
      config: 'Include DIR/d/*.conf\nHost *\nPort 16\n',
      'd/2.conf': 'User two\n',
      'd/1.conf': 'Host a\nUser one\n',
      'd/.x.conf': 'User hidden\n',
    },
  ],
  [
    'Include in a block that does not apply',
    'a',
    { config: 'Host b\nInclude DIR/x\nHost a\nPort 17\n', x: 'Host a\nUser no\nHost *\nUser no\n' },
  ],
  [
    'Include does not end a block',
    'a',
    { config: 'Host a\nInclude DIR/x\nPort 18\n', x: 'Host b\nUser no\n' },
  ],
  [
    'Include of classes and nothing',
    'a',
    {
      config: 'Include DIR/[b-d]?.conf DIR/none DIR/[!a]*.x\nPort 19\n',
      'c1.conf': 'User c\n',
      'e1.conf': 'User e\n',
    },
  ],
  ['ProxyJump before ProxyCommand', 'a', { config: 'ProxyJump u@b:2\nProxyCommand nc %h %p\n' }],
  ['ProxyCommand before ProxyJump', 'a', { config: 'ProxyCommand nc  "%h" %p # x\nProxyJump b\n' }],
  [
    'known hosts',
    'a',
    { config: 'UserKnownHostsFile /a "/b c"\nGlobalKnownHostsFile none\nHostKeyAlias k\n' },
  ],
  [
    'algorithms',
    'a',
    { config: 'KexAlgorithms curve25519-sha256\nCiphers aes128-ctr,aes256-ctr\nMACs hmac-sha2-256\n' },
  ],
  [
    'Host is asked the second time for what HostName made of it',
    'b',
    { config: 'HostName a\nHost a\nPort 20\nMatch final all\n' },
  ],
  ['agent', 'a', { config: 'IdentityAgent none\nIdentitiesOnly yes\n' }],
];

describe.skipIf(!existsSync(ssh))('as ssh -G says it', () => {
  test.each(table)('%s', async (_, host, files) => {
    const path = await write(files);
    const said = ours(await evaluate(path, host));
    expect(said).toEqual(theirs(path, host, Object.keys(said)));
  });

  test('of any configuration', async () => {
    const host = fc.constantFrom('a', 'b', 'ab');
    const pattern = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '?', '!a', '!b', '!*b');
    const condition = fc.oneof(
      fc.array(pattern, { minLength: 1, maxLength: 3 }).map((words) => `Host ${words.join(' ')}`),
      fc
        .array(
          fc.tuple(
            fc.constantFrom('host', 'originalhost', 'user', '!host', '!user', '!originalhost'),
            fc.array(pattern, { minLength: 1, maxLength: 2 }),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((criteria) => `Match ${criteria.map(([name, list]) => `${name} ${list.join(',')}`).join(' ')}`),
      fc.constantFrom('Match all', 'Match final all', 'Match final host b', 'Match canonical all'),
    );
    const setting = fc.oneof(
      fc.constantFrom('a', 'b', '%h.b', 'ab').map((name) => `HostName ${name}`),
      fc.constantFrom('a', 'b', 'c').map((name) => `User ${name}`),
      fc.integer({ min: 1, max: 9 }).map((port) => `Port ${port}`),
      fc.constantFrom('/x', '/y', '"/z z"').map((file) => `IdentityFile ${file}`),
      fc.constant('Include DIR/included'),
    );
    const lines = fc
      .array(fc.oneof(condition, setting), { maxLength: 8 })
      .map((all) => `${all.join('\n')}\n`);
    const plain = lines.map((text) => text.replaceAll('Include DIR/included\n', ''));
    await fc.assert(
      fc.asyncProperty(host, lines, plain, async (name, config, included) => {
        const path = await write({ config, included });
        const said = ours(await evaluate(path, name));
        expect(said).toEqual(theirs(path, name, Object.keys(said)));
      }),
      { numRuns: 40 },
    );
  });
});

test.each([
  ['Match exec that could matter', 'Match exec "true"\nPort 5\n', 1],
  ['Match exec of another host', 'Match host b exec "true"\nPort 5\n', 0],
  ['Match exec around what is not used', 'Match exec true\nSetEnv A=b\nForwardAgent yes\n', 0],
  ['Match exec after the value is known', 'Port 4\nMatch exec true\nPort 5\n', 0],
  ['a criterion that is newer', 'Match tagged x\nUser u\n', 1],
])('%s', async (_, config, count) => {
  const { problems } = await evaluate(await write({ config }), 'a');
  expect(problems).toHaveLength(count);
  if (count > 0)
    expect(problems[0]?.whatIs).toMatch(/"Match .*" \(.*config:1\), which pvefleet's own ssh does not/u);
});

test.each([
  ['an open quote', 'User "x\n', /quotation mark of user is not closed/u],
  ['a keyword alone', 'Port\n', /port has no argument/u],
  ['files in a circle', 'Include DIR/config\n', /include each other more than 16 deep/u],
])('%s is a problem with its line', async (_, config, whatIs) => {
  const path = await write({ config });
  const [problem] = (await evaluate(path, 'a')).problems;
  expect(problem?.whatIs).toMatch(whatIs);
  expect(problem?.place).toEqual({ file: path, line: 1 });
});

test('a file that others can write is a problem', async () => {
  const path = join(directory, 'open');
  await writeFile(path, 'Port 1\n', { mode: 0o600 });
  const source = { path, directory, home: directory, mustBePrivate: true };
  expect((await readSshConfig(source)).problems).toEqual([]);
  await chmod(path, 0o620);
  expect((await readSshConfig(source)).problems).toMatchObject([
    { whatIs: expect.stringContaining('chmod 600') },
  ]);
});

test('a file that is not there is empty', async () => {
  expect(await evaluate('/nonexistent/config', 'a')).toMatchObject({ hostname: 'a', problems: [] });
});

test('words are split as OpenSSH splits them', () => {
  expect(splitWords(String.raw`a "b c" d\ e 'f"g' "h\"i" j#k #l`)).toEqual([
    'a',
    'b c',
    'd e',
    'f"g',
    'h"i',
    'j#k',
  ]);
  expect(splitWords('"a')).toBeUndefined();
});
