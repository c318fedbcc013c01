import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The paths that exist and match an absolute pattern, as glob(7) has it: "*", "?" and "[…]" within a name, not a leading dot. In order. */
export async function findFiles(pattern: string): Promise<readonly string[]> {
  let found = ['/'];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    const next = await Promise.all(found.map((directory) => inDirectory(directory, part)));
    found = next.flat();
  }
  return found;
}

async function inDirectory(directory: string, part: string): Promise<readonly string[]> {
  if (!/[*?[]/u.test(part)) return [join(directory, part)];
  const shape = toRegExp(part);
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => shape.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .sort()
    .map((name) => join(directory, name));
}

function toRegExp(part: string): RegExp {
  const source = part.replaceAll(
    /\[(?<not>[!^]?)(?<set>\]?[^\]]*)\]|[*?]|[^*?[]|\[/gu,
    (piece: string, not: string | undefined, set: string | undefined) => {
      if (set !== undefined)
        return `[${not === '' ? '' : '^'}${set.replaceAll(/[\\\]^]/gu, String.raw`\$&`)}]`;
      if (piece === '*') return '.*';
      return piece === '?' ? '.' : piece.replaceAll(/[\\^$.|+()[\]{}/-]/gu, String.raw`\$&`);
    },
  );
  return new RegExp(`^${source}$`, 's');
}
