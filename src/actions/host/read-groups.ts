import type { HostRead } from './facts.ts';

type PathRead = Extract<HostRead, { readonly read: 'path' }>;

/** Whether a path stands for itself, and may stand in a line: all others are read one by one. */
export function isPlainPath(path: string): boolean {
  return /^\/[^\n\\]*$/u.test(path);
}

/** Reads of plain paths, which are read together. */
export function pathsOf(reads: readonly HostRead[]): readonly PathRead[] {
  return reads.filter((read) => read.read === 'path').filter(({ path }) => isPlainPath(path));
}
