import { expect, test } from 'vitest';
import type { Node } from '../../src/inventory/node.ts';
import { hostKeyRefusal } from '../../src/transports/host-key.ts';
import { parseKnownHosts } from '../../src/transports/known-hosts.ts';

const publicKey = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const key = Buffer.from(publicKey, 'base64');
const connection = { host: 'fd00::1', port: 22, user: 'root', knownHosts: ["/home/o'neill/known hosts"] };
const node: Node = { name: 'pve1', groups: ['all'], variables: {}, connection };
const route = { node, knownAs: { host: 'fd00::1', port: 22 }, through: { kind: 'direct' } } as const;

test('the commands of a hint can be copied, whatever the names are', () => {
  expect(hostKeyRefusal(route, { kind: 'unknown' }, key)?.hint).toBe(
    'compare the fingerprint first ("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the node\'s console), and if it is the same: ' +
      String.raw`ssh-keyscan -t ed25519 -p 22 fd00::1 >> '/home/o'\''neill/known hosts'`,
  );
});

test('a host that only a certificate authority vouches for is told so', () => {
  const [authority] = parseKnownHosts(
    `@cert-authority * ssh-ed25519 ${publicKey}`,
    '/etc/ssh/ssh_known_hosts',
  );
  expect(authority).toBeDefined();
  expect(authority && hostKeyRefusal(route, { kind: 'unknown', authority }, key)?.message).toContain(
    '(only a @cert-authority, /etc/ssh/ssh_known_hosts:1, and of host certificates only the system\'s ssh knows: "pvefleet_transport: openssh")',
  );
});

test('a key that is known is no refusal', () => {
  expect(hostKeyRefusal(route, { kind: 'known' }, key)).toBeUndefined();
});
