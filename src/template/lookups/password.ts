import { list, text } from '../filter-values.ts';
import { encrypted } from '../encrypted-password.ts';
import type { Draw } from '../python-random.ts';
import { seededDraw } from '../python-random.ts';
import { keyValues } from './key-values.ts';
import type { Lookup, Surroundings } from './lookup.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Names of characters, as Python's module "string" has them. */
const NAMED: Readonly<Record<string, string>> = {
  ascii_letters: LETTERS + LETTERS.toUpperCase(),
  ascii_lowercase: LETTERS,
  ascii_uppercase: LETTERS.toUpperCase(),
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  whitespace: ' \t\n\r\u000B\f',
};
const WORDS = ['length', 'encrypt', 'chars', 'seed'];
const SALT = `${LETTERS.toUpperCase()}${LETTERS}0123456789./`;
/** Whose name is no secret is kept nowhere. */
const NOWHERE = '/dev/null';

/** A password that is made once and kept in a file of the controller: "path length=20 chars=ascii_letters,digits encrypt=sha512_crypt". */
export const password: Lookup = {
  options: WORDS,
  find: ({ terms, options }, { controller }) =>
    terms.map((term) => kept(readTerm(text(term), options), controller)),
};

interface Wanted {
  readonly path: string;
  readonly length: number;
  readonly encrypt?: string;
  /** The characters that it is made of. */
  readonly letters: string;
  readonly seed?: string | number;
}

function readTerm(term: string, options: Readonly<Record<string, unknown>>): Wanted {
  const [first = '', ...others] = term.split(' ');
  const { words, rest } = keyValues(others.join(' '));
  const path = [first, ...rest].join(' ');
  const unknown = Object.keys(words).find((word) => !WORDS.includes(word));
  if (unknown !== undefined) throw new Error(`knows no "${unknown}"; ${WORDS.join(', ')} are its words`);
  const given = { ...options, ...words };
  const length = Number(given['length'] ?? 20);
  if (!Number.isInteger(length))
    throw new Error(`wants a whole number as "length", not ${String(given['length'])}`);
  const { encrypt, seed } = given;
  return {
    path,
    length,
    letters: lettersOf(given['chars'] ?? ['ascii_letters', 'digits', '.,:-_']),
    ...(typeof encrypt === 'string' && encrypt !== '' && { encrypt }),
    ...((typeof seed === 'string' || typeof seed === 'number') && { seed }),
  };
}

/** "ascii_letters,digits,.,,": names and characters, a doubled comma being one. */
function lettersOf(chars: unknown): string {
  const specs =
    typeof chars === 'string'
      ? [...(chars.includes(',,') ? [','] : []), ...chars.replaceAll(',,', ',').split(',')]
      : list(chars).map(text);
  return specs
    .map((spec) => NAMED[spec] ?? spec)
    .join('')
    .replaceAll(/["']/gu, '');
}

function kept(wanted: Wanted, controller: Surroundings['controller']): string {
  const path = controller.resolve(wanted.path);
  const before =
    path === NOWHERE || controller.statusOf(path) === undefined ? undefined : controller.read(path);
  const { secret = '', salt } =
    /^(?<secret>.*?)(?: salt=(?<salt>\S*)(?: ident=\S*)?)?$/su.exec(before?.trimEnd() ?? '')?.groups ?? {};
  const drawSecret: Draw = wanted.seed === undefined ? controller.random : seededDraw(wanted.seed);
  const plain = before === undefined ? drawn(wanted.length, wanted.letters, drawSecret) : secret;
  if (wanted.encrypt === undefined) {
    if (before === undefined && path !== NOWHERE) controller.writeSecret(path, `${plain}\n`);
    return plain;
  }
  const grain = salt ?? drawn(wanted.encrypt.startsWith('md5') ? 8 : 16, SALT, controller.random);
  const made = encrypted(plain, wanted.encrypt, grain);
  if (salt === undefined && path !== NOWHERE) controller.writeSecret(path, `${plain} salt=${grain}\n`);
  return made;
}

const drawn = (length: number, letters: string, draw: Draw): string =>
  Array.from({ length }, () => letters[draw(letters.length)] ?? '').join('');
