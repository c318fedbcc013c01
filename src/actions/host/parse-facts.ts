import type { Facts, HostRead, PackageFacts, PathFacts, Status } from './facts.ts';

type Line = readonly [word: string, value: string];

/** Reads what readScript printed; undefined when it is not whole. */
export function parseFacts(reads: readonly HostRead[], output: string): Facts | undefined {
  const sections = output.split(/^@(?:\d+|end)\n/mu);
  if (sections.length < reads.length + 2) return undefined;
  const answers = sections.map((section): readonly Line[] =>
    section
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const space = line.indexOf(' ');
        return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
      }),
  );
  const answer = (isIt: (read: HostRead) => boolean): readonly Line[] => {
    const found = answers[reads.findIndex(isIt) + 1];
    if (found === undefined || !reads.some(isIt)) throw new Error('a task asks for what it did not read');
    return found;
  };
  return {
    now: Number(valueOf(answers[0] ?? [], 'now') ?? 0),
    path: (path) =>
      pathFacts(
        path,
        answer((read) => read.read === 'path' && read.path === path),
      ),
    tree: (path) => treeFacts(answer((read) => read.read === 'tree' && read.path === path)),
    glob: (pattern) =>
      answer((read) => read.read === 'glob' && read.pattern === pattern).map(([, value]) => plain(value)),
    package: (name) => packageFacts(answer((read) => read.read === 'package' && read.name === name)),
    upgrades: (how) =>
      answer((read) => read.read === 'upgrades' && read.how === how).map(([, value]) => value),
    isOpen: (address, port) =>
      answer((read) => read.read === 'port' && read.address === address && read.port === port).some(
        ([word]) => word === 'open',
      ),
    unit: (name) =>
      Object.fromEntries(
        answer((read) => read.read === 'unit' && read.name === name).map(([, value]) => {
          const equals = value.indexOf('=');
          return [value.slice(0, equals), value.slice(equals + 1)];
        }),
      ),
  };
}

const plain = (base64: string): string => Buffer.from(base64, 'base64').toString();

function valueOf(lines: readonly Line[], word: string): string | undefined {
  return lines.find(([first]) => first === word)?.[1];
}

function pathFacts(asked: string, lines: readonly Line[]): PathFacts {
  const [path, is, target, followed, may = '', real, hash, content] = [
    'path',
    'is',
    'target',
    'followed',
    'may',
    'real',
    'hash',
    'content',
  ].map((word) => valueOf(lines, word));
  const at = path === undefined ? asked : plain(path);
  return {
    path: at,
    may,
    real: real === undefined ? at : plain(real),
    ...(is !== undefined && { status: statusOf(is) }),
    ...(target !== undefined && { target: plain(target) }),
    ...(followed !== undefined && { followed: statusOf(followed) }),
    ...(hash !== undefined && { hash }),
    ...(content !== undefined && { content: Buffer.from(content, 'base64') }),
  };
}

const KINDS: Readonly<Record<number, Status['kind']>> = {
  0o100000: 'file',
  0o040000: 'directory',
  0o120000: 'link',
};

function statusOf(line: string): Status {
  const [
    raw = '',
    uid,
    gid,
    size,
    inode,
    device,
    links,
    accessed,
    modified,
    changed,
    owner = '',
    group = '',
  ] = line.split(' ');
  const rawMode = Number.parseInt(raw, 16);
  return {
    kind: KINDS[rawMode & 0o170000] ?? 'other',
    mode: rawMode & 0o7777,
    rawMode,
    uid: Number(uid),
    gid: Number(gid),
    owner,
    group,
    size: Number(size),
    inode: Number(inode),
    device: Number(device),
    links: Number(links),
    accessed: Number(accessed),
    modified: Number(modified),
    changed: Number(changed),
  };
}

function treeFacts(lines: readonly Line[]): readonly (Status & { readonly path: string })[] {
  return lines.flatMap(([word, value], index) => {
    const name = lines[index + 1];
    return word === 'entry' && name?.[0] === 'name' ? [{ ...statusOf(value), path: plain(name[1]) }] : [];
  });
}

function packageFacts(lines: readonly Line[]): PackageFacts {
  const installed = lines.flatMap(([word, value]) => (word === 'package' ? [value.split(' ')] : []));
  const version = installed.find(([status]) => status === 'installed')?.[1];
  const candidate = valueOf(lines, 'candidate');
  return {
    ...(version !== undefined && { version }),
    ...(candidate !== undefined && candidate !== '(none)' && { candidate }),
    configurationOnly: installed.some(([status]) => status === 'config-files'),
  };
}
