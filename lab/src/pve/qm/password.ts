import type { Machine } from '../../machine.ts';
import { createHash } from 'node:crypto';

/**
 * A password as `qm set --cipassword` stores it: `$5$SALT$HASH`, with a fresh salt each time; one that is hashed already stays as it is.
 * The shape is crypt(3)'s, the hash is not: nothing in the lab logs in with it.
 */
export function encryptPassword(machine: Machine, password: string): string {
  if (/^\$(?:[156]|2[ay])(?:\$.+){2}/.test(password)) return password;
  const salt = machine.random.hex(8);
  const hash = createHash('sha256')
    .update(`${salt}${password}`)
    .digest('base64')
    .replaceAll('+', '.')
    .replace(/=+$/, '');
  return `$5$${salt}$${hash.slice(0, 43)}`;
}
