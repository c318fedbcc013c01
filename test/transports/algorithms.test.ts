import { describe, expect, test } from 'vitest';
import { algorithmsFor } from '../../src/transports/algorithms.ts';
import { linesFor, parseKnownHosts } from '../../src/transports/known-hosts.ts';
import type { AlgorithmList, Route } from '../../src/transports/route.ts';
import { only } from './try-out.ts';

const node: Route['node'] = {
  name: 'pve1',
  groups: [],
  variables: {},
  connection: { host: 'pve1', port: 22, user: 'root', knownHosts: [] },
};
const nothing = {
  kexalgorithms: undefined,
  ciphers: undefined,
  macs: undefined,
  hostkeyalgorithms: undefined,
};

function offer(lists: Partial<Record<AlgorithmList, string>>, knownHosts = '') {
  const lines = linesFor(parseKnownHosts(knownHosts, 'known_hosts'), 'pve1', 22);
  return algorithmsFor({ node, algorithms: { ...nothing, ...lists } }, lines);
}

function offered(lists: Partial<Record<AlgorithmList, string>>, knownHosts = '') {
  const algorithms = offer(lists, knownHosts);
  if (!algorithms.ok) throw new Error('nothing to offer');
  return algorithms.value;
}

describe('a list of ssh_config', () => {
  const ours = offered({}).cipher;
  const list = Array.isArray(ours) ? ours : [];

  test('names all that is offered, in its order; what ssh2 does not have is left out', () => {
    expect(offered({ ciphers: 'aes256-ctr,aes128-ctr,aes-of-tomorrow' }).cipher).toEqual([
      'aes256-ctr',
      'aes128-ctr',
    ]);
  });

  test('with "+" adds at the end', () => {
    expect(offered({ ciphers: '+aes256-cbc,aes128-ctr' }).cipher).toEqual([...list, 'aes256-cbc']);
  });

  test('with "-" takes away, also by patterns', () => {
    expect(offered({ ciphers: '-*-gcm@openssh.com,aes128-ctr' }).cipher).toEqual(
      list.filter((name) => !name.endsWith('-gcm@openssh.com') && name !== 'aes128-ctr'),
    );
  });

  test('with "^" puts first', () => {
    expect(offered({ ciphers: '^aes256-ctr,3des-cbc' }).cipher).toEqual([
      'aes256-ctr',
      '3des-cbc',
      ...list.filter((name) => name !== 'aes256-ctr'),
    ]);
  });

  test('that leaves nothing is told', () => {
    expect(only(offer({ kexalgorithms: 'mlkem768x25519-sha256' }))).toMatchObject({
      code: 'transport/algorithms',
      trouble: 'unreachable',
      hint: expect.stringContaining('pvefleet_transport: openssh'),
    });
  });
});

test('nothing with SHA-1 is offered unasked', () => {
  expect(JSON.stringify(offered({}))).not.toMatch(/sha1|ssh-rsa|ssh-dss|cbc|md5/u);
});

test('of host keys only the types are asked for that the host is known by', () => {
  const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
  expect(offered({}, `pve1 ssh-ed25519 ${ed25519}`).serverHostKey).toEqual(['ssh-ed25519']);
});
