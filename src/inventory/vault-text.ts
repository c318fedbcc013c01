import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/** The text format of ansible-vault, 1.1 and 1.2, as its documentation has it ("Format of files encrypted with Ansible Vault"). */

export interface VaultPassword {
  /** The label it was given with; "default" without one. */
  readonly id: string;
  readonly password: string;
}

/** The text, or the end of a sentence why there is none. */
export type Decrypted = { readonly text: string } | { readonly problem: string; readonly hint?: string };

interface Sealed {
  readonly id: string;
  readonly salt: Buffer;
  readonly mac: Buffer;
  readonly cipher: Buffer;
}

/**
 * Decrypts a text of ansible-vault. The password of its own label is tried first, then all others, as Ansible does.
 * The text's MAC says which is right, so a wrong password never gives garbage.
 */
export function decryptVault(text: string, passwords: readonly VaultPassword[]): Decrypted {
  const sealed = readSealed(text);
  if ('problem' in sealed) return sealed;
  const ofItsLabel = passwords.filter(({ id }) => id === sealed.id);
  for (const { password } of new Set([...ofItsLabel, ...passwords])) {
    const opened = openWith(sealed, password);
    if (opened !== undefined) return { text: opened };
  }
  const label = vaultLabel(text);
  const labelled = label === undefined ? '' : ` (its label is "${label}")`;
  return passwords.length === 0
    ? { problem: `no vault password is given; its password is wanted${labelled}`, hint: givePassword(label) }
    : {
        problem: `${passwords.length === 1 ? 'the vault password does not fit' : `none of the ${passwords.length} vault passwords fits`}, or the text is damaged; its password is wanted${labelled}`,
        hint: givePassword(label),
      };
}

/** The label in the first line of an encrypted text, if it has one. */
export function vaultLabel(text: string): string | undefined {
  return /^\$ANSIBLE_VAULT;1\.2;AES256;([^\s;]+)/u.exec(text.trim())?.[1];
}

function givePassword(label: string | undefined): string {
  return label === undefined
    ? 'Give it with --vault-password-file FILE'
    : `Give it with --vault-id ${label}@FILE, or --vault-password-file FILE`;
}

function readSealed(text: string): Sealed | { readonly problem: string } {
  const [header = '', ...lines] = text.trim().split(/\r?\n/u);
  const [sign, version, cipherName, id = 'default'] = header.trim().split(';');
  if (sign !== '$ANSIBLE_VAULT')
    return { problem: 'it does not begin with "$ANSIBLE_VAULT;"; the text of ansible-vault is wanted' };
  if (version !== '1.1' && version !== '1.2')
    return { problem: `it is of version ${version ?? ''}; 1.1 or 1.2 is wanted` };
  if (cipherName !== 'AES256')
    return { problem: `it is encrypted with ${cipherName ?? 'nothing'}; AES256 is wanted` };
  const parts = fromHex(lines.map((line) => line.trim()).join(''))
    ?.toString('latin1')
    .split('\n')
    .map(fromHex);
  const [salt, mac, cipher] = parts ?? [];
  if (salt === undefined || mac?.length !== 32 || cipher === undefined || parts?.length !== 3)
    return {
      problem: 'it is damaged or cut off; a salt, a checksum and the cipher text, all in hex, are wanted',
    };
  return { id, salt, mac, cipher };
}

function fromHex(text: string): Buffer | undefined {
  return text.length % 2 === 0 && /^[\da-f]+$/iu.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** PBKDF2 (SHA-256, 10000 rounds) gives both keys and the counter; then AES-256 in counter mode, padded as PKCS#7. */
function openWith({ salt, mac, cipher }: Sealed, password: string): string | undefined {
  const derived = pbkdf2Sync(password, salt, 10_000, 80, 'sha256');
  const found = createHmac('sha256', derived.subarray(32, 64)).update(cipher).digest();
  if (!timingSafeEqual(found, mac)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', derived.subarray(0, 32), derived.subarray(64, 80));
  const padded = Buffer.concat([decipher.update(cipher), decipher.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0)).toString('utf8');
}
