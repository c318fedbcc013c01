import { createHash } from 'node:crypto';
import { STRERROR } from '../machine.ts';
import type { Entry } from '../files/entry.ts';
import { ensureDirectory, lookup, putAt } from '../files/walk.ts';
import { textToBytes } from './escape.ts';
import { absolute, onFiles, operands } from './operands.ts';
import type { Call, Program } from './program.ts';
import { done, failed } from './ran.ts';

/** Programs on files. */
export const filePrograms: Readonly<Record<string, Program>> = {
  chown: () => done(),
  install: (call) => onFiles('install', () => installFile(call)),
  mktemp: (call) => onFiles('mktemp', () => makeTemporary(call)),
  sha1sum: (call) => checksums('sha1', call),
  sha256sum: (call) => checksums('sha256', call),
  stat: (call) => stat(call),
  sync: () => done(),
};

/** just-bash has these, over its own text: here they are of the true bytes. */
function checksums(algorithm: 'sha1' | 'sha256', call: Call): ReturnType<typeof done> {
  const paths = operands(call);
  const digest = (bytes: Buffer): string => createHash(algorithm).update(bytes).digest('hex');
  if (paths.length === 0) return done(`${digest(textToBytes(call.stdin))}  -\n`);
  const rows = paths.map((path) => {
    if (path === '-') return { out: `${digest(textToBytes(call.stdin))}  -\n`, error: '' };
    const entry = lookup(call.node.root, absolute(call, path));
    if (entry?.kind === 'file') return { out: `${digest(entry.content())}  ${path}\n`, error: '' };
    const words = entry === undefined ? STRERROR.ENOENT : STRERROR.EISDIR;
    return { out: '', error: `${algorithm}sum: ${path}: ${words}\n` };
  });
  const stderr = rows.map((row) => row.error).join('');
  return { stdout: rows.map((row) => row.out).join(''), stderr, exit: stderr === '' ? 0 : 1 };
}

const KINDS = { file: 'regular file', directory: 'directory', link: 'symbolic link' } as const;
const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000 } as const;
const TYPE_LETTERS = { file: '-', directory: 'd', link: 'l' } as const;

function stat(call: Call): ReturnType<typeof done> {
  const at = call.argv.findIndex(
    (word) => ['-c', '--format', '--printf'].includes(word) || /^(-c.|--format=|--printf=)/.test(word),
  );
  const word = call.argv[at] ?? '';
  const isJoined = /^(-c.|--format=|--printf=)/.test(word);
  const format = isJoined ? word.replace(/^(-c|--format=|--printf=)/, '') : call.argv[at + 1];
  if (at < 0 || format === undefined)
    return failed('stat: the lab simulates only stat -c FORMAT and --printf');
  const paths = call.argv.filter((each, index) => !each.startsWith('-') && (isJoined || index !== at + 1));
  const follow = call.argv.some((each) => ['-L', '-Lc', '--dereference'].includes(each));
  const isPrintf = word.startsWith('--printf');
  const line = isPrintf
    ? format.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\0', '\0')
    : `${format}\n`;
  const rows = paths.map((path) => {
    const entry = lookup(call.node.root, absolute(call, path), follow || path.endsWith('/'));
    if (entry === undefined) return { out: '', error: `stat: cannot statx '${path}': ${STRERROR.ENOENT}\n` };
    return {
      // Times may be wanted with their fractions: files here have none.
      out: line
        .replace(/%\.([XYZ])/g, '%$1.000000000')
        .replace(/%([a-zA-Z%])/g, (_all, letter: string) => statField(letter, entry, path)),
      error: '',
    };
  });
  const stderr = rows.map((row) => row.error).join('');
  return { stdout: rows.map((row) => row.out).join(''), stderr, exit: stderr === '' ? 0 : 1 };
}

function statField(letter: string, entry: Entry, path: string): string {
  const size = entry.kind === 'file' ? entry.size : entry.kind === 'link' ? entry.target.length : 0;
  const letters = ['r', 'w', 'x', 'r', 'w', 'x', 'r', 'w', 'x'].map((char, bit) =>
    (entry.mode >> (8 - bit)) & 1 ? char : '-',
  );
  const fields: Readonly<Record<string, string>> = {
    '%': '%',
    a: entry.mode.toString(8),
    A: TYPE_LETTERS[entry.kind] + letters.join(''),
    f: (TYPE_BITS[entry.kind] | entry.mode).toString(16),
    F: entry.kind === 'file' && size === 0 ? 'regular empty file' : KINDS[entry.kind],
    g: entry.group === 'root' ? '0' : '33',
    G: entry.group,
    h: '1',
    n: path,
    s: String(size),
    u: '0',
    U: entry.owner,
    Y: String(entry.mtime),
    X: String(entry.mtime),
    Z: String(entry.mtime),
  };
  return fields[letter] ?? '?';
}

function makeTemporary(call: Call): ReturnType<typeof done> {
  const isDirectory = call.argv.some((word) => /^-[a-z]*d/.test(word) || word === '--directory');
  const parent = call.argv.find((_word, at) => call.argv[at - 1] === '-p') ?? '/tmp';
  const template = operands(call).find((word) => /X{3,}/.test(word)) ?? `${parent}/tmp.XXXXXXXXXX`;
  const name = template.replace(/X{3,}(?!.*X{3})/, (run) => call.node.machine.random.hex(run.length));
  const path = name.startsWith('/')
    ? name
    : call.argv.includes('-p')
      ? `${parent}/${name}`
      : `${call.cwd}/${name}`;
  putAt(
    call.node.root,
    path,
    isDirectory ? { kind: 'directory', mode: 0o700 } : { kind: 'file', bytes: Buffer.alloc(0), mode: 0o600 },
  );
  return done(`${path}\n`);
}

function installFile(call: Call): ReturnType<typeof done> {
  const { root } = call.node;
  const valued = new Set(['-m', '-o', '-g', '--mode', '--owner', '--group']);
  const words = call.argv.filter((word, at) => !word.startsWith('-') && !valued.has(call.argv[at - 1] ?? ''));
  const joined = call.argv
    .map((word) => /^(?:-m|--mode=)(\d+)$/.exec(word)?.[1])
    .find((each) => each !== undefined);
  const mode = Number.parseInt(
    joined ?? call.argv.find((_word, at) => ['-m', '--mode'].includes(call.argv[at - 1] ?? '')) ?? '755',
    8,
  );
  if (call.argv.some((word) => /^-[a-zA-Z]*d/.test(word))) {
    for (const path of words) makeMode(call, absolute(call, path), mode);
    return done();
  }
  const [from = '', to = ''] = words;
  const target = absolute(call, to);
  const isInto = lookup(root, target)?.kind === 'directory';
  const source = from === '/dev/stdin' ? undefined : lookup(root, absolute(call, from));
  if (from !== '/dev/stdin' && source?.kind !== 'file')
    return failed(`install: cannot stat '${from}': ${STRERROR.ENOENT}`);
  const bytes = source?.kind === 'file' ? source.content() : textToBytes(call.stdin);
  if (call.argv.some((word) => /^-[a-zA-Z]*D/.test(word)))
    ensureDirectory(root, target.slice(0, target.lastIndexOf('/')));
  putAt(root, isInto ? `${target}/${from.split('/').pop() ?? ''}` : target, { kind: 'file', bytes, mode });
  return done();
}

function makeMode({ node }: Call, path: string, mode: number): void {
  ensureDirectory(node.root, path).setMode(mode);
}
