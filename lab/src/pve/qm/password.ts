import type { Machine } from '../../machine.ts';
import { cryptSha256 } from './crypt.ts';

/**
 * A password as `qm set --cipassword` stores it: `$5$SALT$HASH`, with a fresh salt each time; one that is hashed already stays as it is
 * (PVE::Tools::encrypt_pw).
 */
export function encryptPassword(machine: Machine, password: string): string {
  if (/^\$(?:[156]|2[ay])(?:\$.+){2}/.test(password)) return password;
  const salt = machine.random.hex(8);
  return `$5$${salt}$${cryptSha256(password, salt)}`;
}
