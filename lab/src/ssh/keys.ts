import ssh2 from 'ssh2';

/** A key pair in OpenSSH's forms. */
export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 BASE64 comment` */
  readonly publicKey: string;
}

/** Makes an ed25519 key pair. About one in 256 of ssh2's is broken (it drops a leading zero byte); those are made again. */
export function makeKeyPair(comment: string): KeyPair {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(made.private) instanceof Error))
      return { privateKey: made.private, publicKey: made.public };
  }
}

/** A line of known_hosts for a server on another port than 22. */
export function knownHostsLine(host: string, port: number, key: KeyPair): string {
  const [type = '', data = ''] = key.publicKey.split(' ');
  return `[${host}]:${port} ${type} ${data}\n`;
}
