import type { KeyObject } from 'node:crypto';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Position, Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import type { HostAct, Local } from './host-task.ts';
import { findLocal, readLocal } from './local-file.ts';
import { taskFailed } from './task-failed.ts';

/** A certificate of the user's own for PVE's interface, with its key. */
export interface OwnCertificate {
  /** PEM: it, and those between it and its root. */
  readonly chain: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** Reads both where they are named: each as PEM text, or as a file of the controller, which ansible-vault may have encrypted. */
export async function readOwnCertificate(
  { certificate, key }: { readonly certificate: string | undefined; readonly key: string | undefined },
  local: Local,
): Promise<Result<OwnCertificate | undefined>> {
  if (certificate === undefined || key === undefined) return ok(undefined);
  const texts = [
    await pemOf(certificate, local, local.positions['certificate']),
    await pemOf(key, local, local.positions['key']),
  ] as const;
  const [chainText, keyText] = texts;
  if (!chainText.ok) return chainText;
  if (!keyText.ok) return keyText;
  const chain = certificatesIn(chainText.value);
  const read = leafOf(chain);
  const secret = privateKeyOf(keyText.value);
  const what =
    read === undefined
      ? '"certificate" is no certificate that can be read; PEM is wanted'
      : secret === undefined
        ? '"key" is no private key that can be read; PEM without a password is wanted'
        : read.checkPrivateKey(secret)
          ? undefined
          : '"key" is not the key of that certificate; its own is wanted';
  if (what !== undefined || secret === undefined)
    return fail(taskFailed(local.context, `Cannot set a certificate of one's own: ${what ?? ''}`));
  return ok({ chain, key: secret.export({ type: 'pkcs8', format: 'pem' }).toString() });
}

async function pemOf(given: string, { context }: Local, at: Position | undefined): Promise<Result<string>> {
  if (given.includes('-----BEGIN ')) return ok(given);
  const path = await findLocal(given, 'files', context.directories, at);
  const content = path.ok ? await readLocal(path.value, at) : path;
  if (!content.ok) return content;
  const text = content.value.toString();
  if (!text.startsWith('$ANSIBLE_VAULT;') || context.openVault === undefined || at === undefined)
    return ok(text);
  return context.openVault(text, given, at);
}

/** The certificates of a text without what stands between them, as PVE compares and keeps them. */
export function certificatesIn(text: string): string {
  const all = text
    .replaceAll('\r', '')
    .match(/-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----/gu);
  return (all ?? []).map((each) => `${each}\n`).join('');
}

function leafOf(chain: string): X509Certificate | undefined {
  try {
    return new X509Certificate(chain);
  } catch {
    return undefined;
  }
}

function privateKeyOf(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

/** The key comes by the input, and is on the node's disk no longer than PVE reads it: /run is memory. */
const SCRIPT = `umask 077
d=/run/pvefleet-certificate
rm -rf $d && mkdir $d && cat > $d/both || exit 1
sed -n '/BEGIN CERT/,/END CERT/p' $d/both > $d/chain.pem
sed -n '/BEGIN PRIV/,/END PRIV/p' $d/both > $d/key.pem
pvenode cert set $d/chain.pem $d/key.pem --force 1 --restart 1
code=$?
rm -rf $d
exit $code`;

/** Puts it in the place of the one that is there, and lets the interface show it. */
export function setCertificate({ chain, key }: OwnCertificate): HostAct {
  return {
    argv: ['sh', '-c', SCRIPT],
    stdin: `${key}${chain}`,
    title: 'pvenode cert set (certificate and key by the input) --force 1 --restart 1',
  };
}
