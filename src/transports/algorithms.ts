import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import { type HostLines, knownTypes } from './known-hosts.ts';

/** AES-GCM and curve25519 first; of host keys only the types that known_hosts has for the server, all when it has none. */
export function algorithmsFor(lines: HostLines): Algorithms {
  const types = knownTypes(lines).flatMap(hostKeyAlgorithms);
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
    ],
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'chacha20-poly1305@openssh.com',
      'aes128-ctr',
      'aes256-ctr',
    ],
    compress: ['none'],
    serverHostKey: types.length > 0 ? types : allTypes.flatMap(hostKeyAlgorithms),
  };
}

const allTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
];

/** The signature algorithms of a key type; RSA with SHA-1 is not among them. */
function hostKeyAlgorithms(type: string): ServerHostKeyAlgorithm[] {
  switch (type) {
    case 'ssh-ed25519':
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return [type];
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256'];
    default:
      return [];
  }
}
