import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fingerprint,
  judgeHostKey,
  knownHostName,
  knownTypes,
  linesFor,
  parseKnownHosts,
} from '../../src/transports/known-hosts.ts';
import { hashedName } from '../ssh-keys.ts';

/** A key blob of that type; the body is no real key, which nothing here looks at. */
function blob(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
}

const key = blob('ssh-ed25519', 'the key');
const otherKey = blob('ssh-ed25519', 'another key');
const rsaKey = blob('ssh-rsa', 'rsa key');
const text = (of: Buffer) => `${of.toString('latin1', 4, 4 + of.readUInt32BE(0))} ${of.toString('base64')}`;

function judge(knownHosts: string, host = 'pve1', port = 22, shown = key): string {
  return judgeHostKey(linesFor(parseKnownHosts(knownHosts, 'known_hosts'), host, port), shown).kind;
}

describe('a name', () => {
  test.each([
    ['pve1', 'known'],
    ['PVE1', 'known'],
    ['pve2', 'unknown'],
    ['pve1.example', 'unknown'],
    ['other,pve1,10.0.0.1', 'known'],
    ['pve*', 'known'],
    ['*', 'known'],
    ['pve?', 'known'],
    ['pve??', 'unknown'],
    ['*1', 'known'],
    ['p*e*1', 'known'],
    ['p*2*1', 'unknown'],
    ['pve*,!pve1', 'unknown'],
    ['!pve1,pve*', 'unknown'],
    ['!pve2,pve*', 'known'],
    ['!pve2', 'unknown'],
    ['[pve1]:2222', 'unknown'],
    [hashedName('pve1'), 'known'],
    [hashedName('pve2'), 'unknown'],
    ['|1|broken', 'unknown'],
    ['|2|c2FsdA==|aGFzaA==', 'unknown'],
  ])('%s makes pve1 %s', (hosts, verdict) => {
    expect(judge(`${hosts} ${text(key)}`)).toBe(verdict);
  });

  test.each([
    ['[pve1]:2222', 'known'],
    ['[pve1]:*', 'known'],
    ['[PVE1]:2222', 'known'],
    [hashedName('[pve1]:2222'), 'known'],
    ['[pve1]:2223', 'unknown'],
    ['pve1', 'known'],
    [hashedName('pve1'), 'known'],
    ['*', 'known'],
  ])('%s makes pve1 on port 2222 %s', (hosts, verdict) => {
    expect(judge(`${hosts} ${text(key)}`, 'pve1', 2222)).toBe(verdict);
  });

  test('has its port in brackets but for 22', () => {
    expect([knownHostName('PVE1', 22), knownHostName('fd00::1', 2222)]).toEqual(['pve1', '[fd00::1]:2222']);
  });
});

describe('a key', () => {
  test.each([
    ['one of several', `pve1 ${text(otherKey)}\npve1 ${text(key)}`, 'known'],
    ['another', `pve1 ${text(otherKey)}`, 'changed'],
    ['of another type', `pve1 ${text(rsaKey)}`, 'changed'],
    ['revoked', `pve1 ${text(key)}\n@revoked pve1 ${text(key)}`, 'revoked'],
    ['revoked for others', `pve1 ${text(key)}\n@revoked pve2 ${text(key)}`, 'known'],
    ['beside a revoked one', `pve1 ${text(key)}\n@revoked pve1 ${text(otherKey)}`, 'known'],
    ['of a certificate authority', `@cert-authority * ${text(key)}`, 'unknown'],
    ['with an unknown marker', `@trusted pve1 ${text(key)}`, 'unknown'],
  ])('%s', (_, knownHosts, verdict) => {
    expect(judge(knownHosts)).toBe(verdict);
  });

  test('of the host alone is no change for another port, and vouches only where none has the port', () => {
    expect(judge(`pve1 ${text(otherKey)}`, 'pve1', 2222)).toBe('unknown');
    expect(judge(`pve1 ${text(key)}\n[pve1]:2222 ${text(otherKey)}`, 'pve1', 2222)).toBe('changed');
  });

  test('that has changed is told by the line of its own type', () => {
    const lines = linesFor(
      parseKnownHosts(`pve1 ${text(rsaKey)}\npve1 ${text(otherKey)}`, 'known_hosts'),
      'pve1',
      22,
    );
    expect(judgeHostKey(lines, key)).toMatchObject({
      kind: 'changed',
      known: { file: 'known_hosts', line: 2, type: 'ssh-ed25519' },
    });
  });

  test('types are those that vouch, each once', () => {
    const lines = linesFor(
      parseKnownHosts(
        `pve1 ${text(key)}\npve* ${text(otherKey)}\n@revoked pve1 ${text(rsaKey)}\npve2 ${text(rsaKey)}`,
        'known_hosts',
      ),
      'pve1',
      22,
    );
    expect(knownTypes(lines)).toEqual(['ssh-ed25519']);
  });

  test('has the fingerprint that ssh-keygen prints', () => {
    const github = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    expect(fingerprint(Buffer.from(github, 'base64'))).toBe(
      'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    );
  });
});

describe('a line', () => {
  test.each([
    ['a comment', `# pve1 ${text(key)}`],
    ['too short', 'pve1 ssh-ed25519'],
    ['of another type than its key', `pve1 ssh-rsa ${key.toString('base64')}`],
    ['no base64', 'pve1 ssh-ed25519 !!!'],
    ['cut off', `pve1 ssh-ed25519 ${key.toString('base64').slice(0, 8)}`],
    ['of SSH 1', 'pve1 1024 35 1234567890'],
  ])('%s is passed over, and those around it are not', (_, line) => {
    const parsed = parseKnownHosts(`other ${text(key)}\n${line}\npve1 ${text(key)}`, 'known_hosts');
    expect(parsed.map(({ line: number }) => number)).toEqual([1, 3]);
  });

  test('may have spaces, tabs, a comment, and Windows line ends', () => {
    expect(judge(`  pve1\t${text(key)} root@pve1 # made\r\n`)).toBe('known');
  });

  test('of any text never throws and never vouches for a key it does not hold', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '|1|',
        '@revoked ',
        '@cert-authority ',
        '!',
        '*',
        '?',
        ',',
        ' ',
        '\n',
        '[pve1]:22',
        text(rsaKey),
        text(otherKey),
        'AAAA',
        '|',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        fc.string(),
        fc.nat(65535),
        (knownHosts, host, port) => {
          expect(judge(knownHosts, host, port)).not.toBe('known');
        },
      ),
    );
  });

  test('of many stars takes no time to speak of', () => {
    expect(judge(`${'*a'.repeat(5000)} ${text(key)}`, 'a'.repeat(4999))).toBe('unknown');
  });
});
