import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sectionTables } from '../../src/pve/section-kinds/index.ts';
import type { SectionKind } from '../../src/pve/section-kind.ts';

export interface SectionSample {
  readonly table: SectionKind;
  readonly name: string;
  readonly text: string;
  /** PVE takes every line of it. */
  readonly accepted: boolean;
}

const own = fileURLToPath(new URL('samples', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/pve', import.meta.url));

/** Our own sample files; the name of a broken one begins so. */
export const ownSamples: readonly SectionSample[] = sectionTables.flatMap((table) =>
  filesUnder(path.join(own, table.kind)).map((file) => ({
    table,
    name: path.relative(own, file),
    text: readFileSync(file, 'utf8'),
    accepted: !path.basename(file).startsWith('broken'),
  })),
);

const foreign: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['ha-rules', /\/ha-rules\//u],
  ['ha-groups', /\/ha-groups\//u],
  ['sdn-fabrics', /\/fabrics\.cfg$/u],
];

/** Files of PVE's own test suites, where they lie beside the repository. */
export const foreignSamples: readonly SectionSample[] = filesUnder(path.join(shared, 'configs')).flatMap(
  (file) =>
    foreign
      .filter(([, pattern]) => pattern.test(file))
      .map(([kind]) => ({
        table: tableOf(kind),
        name: path.relative(shared, file),
        text: readFileSync(file, 'utf8'),
        accepted: true,
      })),
);

interface Recording {
  readonly start?: Readonly<Record<string, { readonly files?: Readonly<Record<string, string>> }>>;
  readonly steps: readonly { readonly files?: Readonly<Record<string, string | null>> }[];
}

export interface RecordedChange {
  readonly table: SectionKind;
  readonly recording: string;
  readonly before: string;
  readonly after: string;
}

/** Each change that real PVE made to a file of sections, where the recordings lie beside the repository. */
export function recordedChanges(): readonly RecordedChange[] {
  const folder = path.join(shared, 'recordings');
  return filesUnder(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => changesOf(path.basename(file), JSON.parse(readFileSync(file, 'utf8'))));
}

function changesOf(recording: string, { start, steps }: Recording): readonly RecordedChange[] {
  const texts = new Map<string, string>();
  for (const { files } of Object.values(start ?? {})) {
    for (const [file, text] of Object.entries(files ?? {})) texts.set(file, text);
  }
  return steps.flatMap((step) =>
    Object.entries(step.files ?? {}).flatMap(([file, after]) => {
      const table = sectionTables.find((kind) => kind.path.test(file));
      if (table === undefined || after === null) return [];
      const before = texts.get(file) ?? '';
      texts.set(file, after);
      return [{ table, recording, before, after }];
    }),
  );
}

function tableOf(kind: string): SectionKind {
  const table = sectionTables.find((candidate) => candidate.kind === kind);
  if (table === undefined) throw new Error(`no kind ${kind}`);
  return table;
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}
