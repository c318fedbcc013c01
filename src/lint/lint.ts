import type { FileKind, Finding } from '../pve/file-kind.ts';
import { checkTree } from './check-tree.ts';
import type { Linted, Source } from './inspect-file.ts';
import { inspectFile } from './inspect-file.ts';
import type { Tree } from './tree.ts';

/** What there is to look at: files by themselves, and copies of /etc/pve. */
export interface Sources {
  readonly files: readonly Source[];
  readonly trees: readonly (Pick<Tree, 'bridges' | 'nodes'> & { readonly files: readonly Source[] })[];
}

export interface Report {
  /** With all findings of each, in the order of its lines. */
  readonly files: readonly Linted[];
  /** Files whose kind can't be told, and why. */
  readonly untold: readonly { readonly source: Source; readonly why: string }[];
}

/** Looks at every file, and at each copy as a whole. Pure. */
export function lint({ files, trees }: Sources, as: FileKind | undefined): Report {
  const untold: { source: Source; why: string }[] = [];
  const look = (sources: readonly Source[]): readonly Linted[] =>
    sources.flatMap((source) => {
      const result = inspectFile(source, as);
      if (typeof result !== 'string') return [result];
      untold.push({ source, why: result });
      return [];
    });
  const alone = look(files);
  const inTrees = trees.flatMap((tree) => {
    const linted = look(tree.files);
    const more = new Map<Linted, Finding[]>();
    for (const [file, finding] of checkTree({ ...tree, files: linted })) {
      const before = more.get(file);
      if (before === undefined) more.set(file, [finding]);
      else before.push(finding);
    }
    return linted.map((file) => withFindings(file, more.get(file) ?? []));
  });
  return {
    files: [...alone, ...inTrees].toSorted((a, b) => (a.source.file < b.source.file ? -1 : 1)),
    untold,
  };
}

function withFindings(file: Linted, more: readonly Finding[]): Linted {
  return { ...file, findings: [...file.findings, ...more].toSorted((a, b) => a.line - b.line) };
}
