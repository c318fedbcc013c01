import { shJoin } from '../../text/sh-quote.ts';
import type { Answer, Answers } from './answers.ts';
import { plain, valueOf } from './answers.ts';
import type { Facts, HostRead, PackageFacts, PathFacts, Status } from './facts.ts';

/** What a host answered to these reads. */
export function factsOf(reads: readonly HostRead[], { now, answers }: Answers): Facts {
  const answer = (isIt: (read: HostRead) => boolean): Answer => {
    const found = answers[reads.findIndex(isIt)];
    if (found === undefined) throw new Error('a task asks for what it did not read');
    return found;
  };
  return {
    now,
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
    output: (argv) => {
      const lines = answer((read) => read.read === 'output' && shJoin(read.argv) === shJoin(argv));
      return { exit: Number(valueOf(lines, 'exit')), text: plain(valueOf(lines, 'said') ?? '') };
    },
    unit: (name) =>
      Object.fromEntries(
        answer((read) => read.read === 'unit' && read.name === name).map(([, value]) => {
          const equals = value.indexOf('=');
          return [value.slice(0, equals), value.slice(equals + 1)];
        }),
      ),
  };
}

function pathFacts(asked: string, lines: Answer): PathFacts {
  const [path, is, target, followed, real, hash, content] = [
    'path',
    'is',
    'target',
    'followed',
    'real',
    'hash',
    'content',
  ].map((word) => valueOf(lines, word));
  const at = path === undefined ? asked : plain(path);
  return {
    path: at,
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

/** Takes apart what stat(1) prints in STATUS_FORMAT. */
export function statusOf(line: string): Status {
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

function treeFacts(lines: Answer): readonly (Status & { readonly path: string })[] {
  return lines.flatMap(([word, value], index) => {
    const name = lines[index + 1];
    return word === 'entry' && name?.[0] === 'name' ? [{ ...statusOf(value), path: plain(name[1]) }] : [];
  });
}

function packageFacts(lines: Answer): PackageFacts {
  const installed = lines.flatMap(([word, value]) => (word === 'package' ? [value.split(' ')] : []));
  const version = installed.find(([status]) => status === 'installed')?.[1];
  const candidate = valueOf(lines, 'candidate');
  return {
    ...(version !== undefined && { version }),
    ...(candidate !== undefined && candidate !== '(none)' && { candidate }),
    configurationOnly: installed.some(([status]) => status === 'config-files'),
  };
}
