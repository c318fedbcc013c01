import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Command } from '../cli/tool.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/**
 * `pvenode cert set`: keeps a certificate of one's own for the interface, and prints what it is (pve-manager,
 * PVE/API2/Certificates.pm and PVE/CertHelpers.pm; only `pvenode cert info`'s table was recorded, in pvesh-07). A pair
 * that does not go together is taken away again, and the old one put back. Throws Failure.
 */
function setCertificate(session: Session, { certificates = '', key, force, restart }: Parameters): void {
  const { files, name } = session.machine;
  const at = `/etc/pve/nodes/${name}/pveproxy-ssl`;
  if (key === undefined && !files.exists(`${at}.key`))
    die(
      '400 Parameter verification failed.\nkey: Attempted to upload custom certificate without (existing) key.',
    );
  session.print('Setting custom certificate files\n');
  const old = { pem: files.read(`${at}.pem`), key: files.read(`${at}.key`) };
  if (force !== '1' && old.pem !== undefined)
    die('Custom certificate file exists but force flag is not set.');
  if (force !== '1' && old.key !== undefined)
    die('Custom certificate key file exists but force flag is not set.');
  const kept = key === undefined ? old.key : withoutLead(key);
  const read = readPair(withoutLead(certificates), kept ?? '');
  if (typeof read === 'string') {
    if (old.pem === undefined || old.key === undefined) {
      files.remove(`${at}.pem`);
      files.remove(`${at}.key`);
    } else session.warn('Attempting to restore old certificate files..\n');
    die(`Setting certificate files failed - ${read}\n`);
  }
  files.write(`${at}.pem`, withoutLead(certificates));
  if (key !== undefined) files.write(`${at}.key`, withoutLead(key));
  if (restart === '1') session.print('Restarting pveproxy\n');
  session.print(table(read));
}

/** What stands before the first block is dropped (PVE::Certificate::strip_leading_text). */
const withoutLead = (text: string): string => text.slice(Math.max(0, text.indexOf('-----BEGIN ')));

function readPair(certificate: string, key: string): X509Certificate | string {
  let read: X509Certificate;
  try {
    read = new X509Certificate(certificate);
  } catch {
    return 'could not load certificate (chain) ()';
  }
  try {
    return read.checkPrivateKey(createPrivateKey(key))
      ? read
      : 'key does not match the certificate (chain) ()';
  } catch {
    return 'key does not match the certificate (chain) ()';
  }
}

/** As PVE's text tables are: each row between rules. */
function table(read: X509Certificate): string {
  const name = (text: string): string => `/${text.replaceAll('\n', '/')}`;
  const day = (text: string): string => new Date(text).toISOString().slice(0, 19).replace('T', ' ');
  const type = read.publicKey.asymmetricKeyType === 'rsa' ? 'rsaEncryption' : 'id-ecPublicKey';
  const { modulusLength = 256 } = read.publicKey.asymmetricKeyDetails ?? {};
  const rows = [
    ['filename', 'pveproxy-ssl.pem'],
    ['fingerprint', read.fingerprint256],
    ['subject', name(read.subject)],
    ['issuer', name(read.issuer)],
    ['notbefore', day(read.validFrom)],
    ['notafter', day(read.validTo)],
    ['public-key-type', type],
    ['public-key-bits', String(modulusLength)],
    ['san', '[]'],
  ] as const;
  const width = Math.max(...rows.map(([, value]) => value.length));
  const rule = `+-${'-'.repeat(15)}-+-${'-'.repeat(width)}-+\n`;
  return (
    rule + rows.map(([key, value]) => `| ${key.padEnd(15)} | ${value.padEnd(width)} |\n${rule}`).join('')
  );
}

/** `pvenode cert set`, whose certificate and key are files. */
export const SET_CERTIFICATE: Command = {
  parameters: {
    certificates: { type: 'string' },
    key: { type: 'string', optional: 1 },
    force: { type: 'boolean', optional: 1 },
    restart: { type: 'boolean', optional: 1 },
  },
  positional: ['certificates', 'key'],
  files: [
    { name: 'certificates', encode: false },
    { name: 'key', encode: false },
  ],
  run: setCertificate,
};
