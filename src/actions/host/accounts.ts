import type { Facts, HostRead } from './facts.ts';

/** The files that accounts of the node itself are in. */
export type AccountFile = 'passwd' | 'group' | 'shadow';

export function accountFiles(files: readonly AccountFile[]): readonly HostRead[] {
  return files.map((file) => ({ read: 'path', path: `/etc/${file}`, content: true }));
}

/** All rows of such a file, each split at its colons. */
export function accountRows(facts: Facts, file: AccountFile): readonly (readonly string[])[] {
  const text = facts.path(`/etc/${file}`).content?.toString() ?? '';
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(':')]));
}

export function accountOf(facts: Facts, file: AccountFile, name: string): readonly string[] | undefined {
  return accountRows(facts, file).find(([first]) => first === name);
}
