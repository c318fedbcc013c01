import type { HostRead } from './facts.ts';

const CANDIDATES = ['never', 'missing', 'always'] as const;

/** What a read is of: two of the same may be joined. */
export function subjectOf(read: HostRead): string {
  switch (read.read) {
    case 'path':
    case 'tree':
      return `${read.read} ${read.path}`;
    case 'glob':
      return `glob ${read.pattern}`;
    case 'package':
    case 'unit':
      return `${read.read} ${read.name}`;
    case 'upgrades':
      return `upgrades ${read.how}`;
    case 'port':
      return `port ${read.address} ${read.port}`;
    case 'output':
      return `output ${read.argv.join(' ')}`;
  }
}

/** Whether the answer to one read has all that another one of the same subject asks for. */
export function covers(read: HostRead, wanted: HostRead): boolean {
  if (read.read === 'path' && wanted.read === 'path')
    return (
      (wanted.hash === undefined || wanted.hash === read.hash) &&
      (wanted.content === undefined || read.content === true)
    );
  if (read.read === 'package' && wanted.read === 'package')
    return CANDIDATES.indexOf(read.candidate) >= CANDIDATES.indexOf(wanted.candidate);
  return true;
}

/** The same reads, those of one subject made one where that can be. */
export function joinReads(reads: readonly HostRead[]): readonly HostRead[] {
  const joined = new Map<string, HostRead[]>();
  for (const read of reads) {
    const subject = subjectOf(read);
    const own = joined.get(subject) ?? [];
    joined.set(subject, own);
    const at = own.findIndex((other) => join(other, read) !== undefined);
    const both = own[at] && join(own[at], read);
    if (both === undefined) own.push(read);
    else own[at] = both;
  }
  return [...joined.values()].flat();
}

/** One read for both; undefined for two kinds of checksum. */
function join(one: HostRead, other: HostRead): HostRead | undefined {
  if (one.read === 'path' && other.read === 'path') {
    if (one.hash !== undefined && other.hash !== undefined && one.hash !== other.hash) return undefined;
    const { path } = one;
    const hash = one.hash ?? other.hash;
    const content = one.content ?? other.content;
    return { read: 'path', path, ...(hash !== undefined && { hash }), ...(content && { content }) };
  }
  return covers(one, other) ? one : other;
}
