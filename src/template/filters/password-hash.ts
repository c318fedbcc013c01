import { encrypted } from '../encrypted-password.ts';
import { named, numberOr } from '../filter-arguments.ts';
import { text } from '../filter-values.ts';

const METHODS: Readonly<Record<string, string>> = { sha256: 'sha256_crypt', sha512: 'sha512_crypt' };
const NAMES = ['hashtype', 'salt', 'salt_size', 'rounds', 'ident'];

/** A password as the system keeps it. */
export function passwordHash(plain: string, args: readonly unknown[]): string {
  const { hashtype = 'sha512', salt, rounds, ...others } = named(args, NAMES);
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`"${other}" is not supported yet`);
  if (typeof salt !== 'string')
    throw new Error('wants a salt, as in password_hash("sha512", salt): a plan must come out the same twice');
  const method = METHODS[text(hashtype)] ?? text(hashtype);
  return encrypted(plain, method, salt, rounds === undefined ? undefined : numberOr(rounds, 0));
}
