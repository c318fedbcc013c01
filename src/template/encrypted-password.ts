import { sha512Crypt, shaCrypt } from '../pve/sha-crypt.ts';

/** Rounds of Python's passlib, which Ansible takes where nothing is said. */
const ROUNDS: Readonly<Record<string, number>> = { sha256_crypt: 535_000, sha512_crypt: 656_000 };
/** The cost that crypt(3) does not write down. */
const UNWRITTEN = 5000;

const made = new Map<string, string>();

/** A password as crypt(3) has it. It takes seconds, on purpose, so it is made once a run. */
export function encrypted(plain: string, method: string, salt: string, rounds = ROUNDS[method]): string {
  const key = JSON.stringify([plain, method, salt, rounds]);
  const known = made.get(key) ?? make(plain, method, salt, rounds === UNWRITTEN ? '' : `rounds=${rounds}$`);
  made.set(key, known);
  return known;
}

function make(plain: string, method: string, salt: string, cost: string): string {
  if (!/^[./0-9A-Za-z]{1,16}$/u.test(salt)) throw new Error('wants a salt of up to 16 letters and digits');
  const found =
    method === 'sha256_crypt'
      ? shaCrypt(plain, `$5$${cost}${salt}$`)
      : method === 'sha512_crypt'
        ? sha512Crypt(plain, `$6$${cost}${salt}$`)
        : undefined;
  if (found === undefined) throw new Error(`knows no "${method}"; sha512_crypt and sha256_crypt are there`);
  return found;
}
