import { named, numberOr } from '../filter-arguments.ts';
import { text } from '../filter-values.ts';
import { encrypted } from '../lookups/password.ts';

const METHODS: Readonly<Record<string, string>> = { sha256: 'sha256_crypt', sha512: 'sha512_crypt' };

/** What Ansible takes where nothing is said. */
const ROUNDS: Readonly<Record<string, number>> = { sha256_crypt: 535_000, sha512_crypt: 656_000 };
/** The cost that crypt(3) does not write down. */
const UNWRITTEN = 5000;

const made = new Map<string, string>();

/** A password as the system keeps it. It takes a second, on purpose, so it is made once a run. */
export function passwordHash(plain: string, args: readonly unknown[]): string {
  const {
    hashtype = 'sha512',
    salt,
    rounds,
    ...others
  } = named(args, ['hashtype', 'salt', 'salt_size', 'rounds', 'ident']);
  const given = Object.keys(others)[0];
  if (given !== undefined) throw new Error(`"${given}" is not supported yet`);
  if (typeof salt !== 'string')
    throw new Error('wants a salt, as in password_hash("sha512", salt): a plan must come out the same twice');
  if (!/^[./0-9A-Za-z]{1,16}$/u.test(salt)) throw new Error('wants a salt of up to 16 letters and digits');
  const method = METHODS[text(hashtype)] ?? text(hashtype);
  const cost = numberOr(rounds, ROUNDS[method] ?? UNWRITTEN);
  const key = JSON.stringify([plain, method, salt, cost]);
  const hash = made.get(key) ?? encrypted(plain, method, salt, cost === UNWRITTEN ? undefined : cost);
  made.set(key, hash);
  return hash;
}
