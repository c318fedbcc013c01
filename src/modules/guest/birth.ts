import { didYouMean } from '../../text/did-you-mean.ts';
import type { Wanted } from '../module.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Problem } from './parse-option.ts';
import type { Word } from '../property.ts';

/** What a guest that is not there yet is made of; of one that is there it says nothing. */
export interface Birth {
  readonly by: 'clone' | 'archive';
  /** The VMID of a guest, once identifyBirths has looked its name up; or an archive: "nas:backup/vzdump-qemu-100-….vma.zst". */
  readonly from: string;
  /** How, as parameters of the call that makes it: full, snapname, storage, format, unique, bwlimit. */
  readonly how: Readonly<Record<string, string>>;
}

export const birthWords: readonly Word[] = [
  {
    name: 'clone',
    help: 'Only when it is made: the guest or template that it is a clone of, by name or VMID, or a mapping of `from`, `full`, `snapname`, `storage`, `format`, `bwlimit`.',
  },
  {
    name: 'archive',
    help: 'Only when it is made: the backup that it is restored from, or a mapping of `from`, `storage`, `unique`, `bwlimit`.',
  },
];

const YES = /^(?:1|on|yes|true)$/iu;
const NO = /^(?:0|off|no|false)$/iu;
const NAME = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/iu;

interface Part {
  readonly fits: RegExp;
  readonly wanted: string;
}

const flag: Part = { fits: new RegExp(`${YES.source}|${NO.source}`, 'iu'), wanted: 'yes or no' };
const storage: Part = { fits: NAME, wanted: 'the name of a storage' };
const bwlimit: Part = { fits: /^\d{1,9}$/u, wanted: 'KiB a second' };

/** The keys of each birth word, by their names in PVE's calls, and what they may be. */
const parts: Readonly<Record<string, Readonly<Record<string, Part>>>> = {
  clone: {
    from: { fits: /^[a-z0-9][a-z0-9.-]*$/iu, wanted: 'the name or the VMID of a guest' },
    full: flag,
    snapname: { fits: /^[a-z][a-z0-9_-]+$/iu, wanted: 'the name of a snapshot' },
    storage,
    format: { fits: /^(?:raw|qcow2|vmdk)$/u, wanted: 'raw, qcow2 or vmdk' },
    bwlimit,
  },
  archive: {
    from: { fits: /^(?:[^\s:/]+:|\/)\S*[^\s/]$/u, wanted: 'STORAGE:backup/NAME or a path' },
    storage,
    unique: flag,
    bwlimit,
  },
};

export const isBirthWord = (word: string): boolean => Object.hasOwn(parts, word);

/** A birth word as flat words, "clone.from", and what is wrong with it. */
export function parseBirth(
  kind: GuestKind,
  word: string,
  value: unknown,
): { readonly words: Readonly<Record<string, string>>; readonly problems: readonly Problem[] } {
  const all = Object.entries(parts[word] ?? {});
  const known = Object.fromEntries(all.filter(([key]) => key !== 'format' || kind.kind === 'vm'));
  const given: Readonly<Record<string, unknown>> = isMapping(value) ? value : { from: value };
  const words: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [key, each] of Object.entries(given)) {
    const part = Object.hasOwn(known, key) ? known[key] : undefined;
    const text = typeof each === 'string' ? each : isScalar(each) ? String(each) : undefined;
    const path = isMapping(value) ? [key] : [];
    if (part === undefined)
      problems.push({ path, message: `${word} has no "${key}"${nearestOf(key, Object.keys(known))}` });
    else if (text === undefined || !part.fits.test(text))
      problems.push({
        path,
        message: `${[word, ...path].join('.')} is ${shown(each)}; ${part.wanted} is wanted`,
      });
    else words[`${word}.${key}`] = part === flag ? (YES.test(text) ? '1' : '0') : text;
  }
  if (isMapping(value) && !('from' in value))
    problems.push({ path: [], message: `${word} has no "from"; ${known['from']?.wanted} is wanted` });
  return { words, problems };
}

/** What the spec says that a new guest is made of. */
export function birthOf({ words }: Pick<Wanted, 'words'>): Birth | undefined {
  for (const by of ['clone', 'archive'] as const) {
    const { [`${by}.from`]: from } = words;
    if (from === undefined) continue;
    const how = Object.entries(words).flatMap(([name, text]) =>
      name.startsWith(`${by}.`) && name !== `${by}.from` ? [[name.slice(by.length + 1), text] as const] : [],
    );
    return { by, from, how: Object.fromEntries(how) };
  }
  return undefined;
}

/** Two words that both say what it is made of: the second of them. */
export function secondBirth(args: Readonly<Record<string, unknown>>): readonly [string, string] | undefined {
  const [first, second] = ['clone', 'archive', 'ostemplate'].filter((word) => word in args);
  return first === undefined || second === undefined ? undefined : [first, second];
}

const nearestOf = (key: string, known: readonly string[]): string =>
  didYouMean(key, known) || `; ${known.join(', ')} are known`;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';

function shown(value: unknown): string {
  if (value === null) return 'empty';
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}
