import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** Encrypts as ansible-vault does, 1.2 with a label and 1.1 without. */
export function encryptVault(text: string, password: string, label?: string): string {
  const salt = randomBytes(32);
  const keys = pbkdf2Sync(password, salt, 10_000, 80, 'sha256');
  const plain = Buffer.from(text);
  const padding = 16 - (plain.length % 16);
  const cipher = createCipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
  const sealed = cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)]));
  const mac = createHmac('sha256', keys.subarray(32, 64)).update(sealed).digest();
  const body = [salt, mac, sealed].map((part) => part.toString('hex')).join('\n');
  const lines =
    Buffer.from(body)
      .toString('hex')
      .match(/.{1,80}/gu) ?? [];
  const header = `$ANSIBLE_VAULT;${label === undefined ? '1.1;AES256' : `1.2;AES256;${label}`}`;
  return `${[header, ...lines].join('\n')}\n`;
}
