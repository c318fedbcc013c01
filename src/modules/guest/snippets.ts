import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../diagnostic.ts';
import { secretName } from '../../plan/secrets.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { Wanted } from '../module.ts';
import { checkStorage } from './check-place.ts';
import type { Problem } from './parse-option.ts';
import type { DraftStep } from './power-step.ts';
import { storageLock } from './storage-lock.ts';

const PUT_SECONDS = 60;

/** Only root reads it: there may be passwords in it. */
const PUT_FILE = `mkdir -p "\${1%/*}" && : >"$1.tmp" && chmod 600 "$1.tmp" && cat >>"$1.tmp" && mv "$1.tmp" "$1"`;

/** Files whose text a spec holds, as the volumes that they will be. */
export interface Snippets {
  readonly value: unknown;
  /** Text by option and key: "cicustom.user". Nobody knows what is in it, so it is kept as secrets are. */
  readonly texts: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/**
 * An option like {storage: local, user: "#cloud-config\n…"}: each text of more than one line is a file of that storage. Its
 * name has a part of its SHA-256, so what changes gets another name, and what is there need not be read.
 */
export function readSnippets(option: string, value: unknown): Snippets {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('storage' in value))
    return { value, texts: {}, problems: [] };
  const { storage, ...rest }: Readonly<Record<string, unknown>> = { ...value };
  if (typeof storage !== 'string')
    return {
      value: rest,
      texts: {},
      problems: [{ path: ['storage'], message: 'it is no text; the name of a storage is wanted' }],
    };
  const texts: Record<string, string> = {};
  const named = Object.entries(rest).map(([key, text]): [string, unknown] => {
    if (typeof text !== 'string' || !text.includes('\n')) return [key, text];
    texts[`${option}.${key}`] = text;
    const sum = createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
    return [key, `${storage}:snippets/pvefleet-${key}-${sum}.yml`];
  });
  const problems =
    Object.keys(texts).length > 0
      ? []
      : [{ path: ['storage'], message: 'no file is given here by its text; storage is for those' }];
  return { value: Object.fromEntries(named), texts, problems };
}

interface Snippet {
  readonly secret: string;
  readonly option: string;
  readonly storage: string;
  readonly fileName: string;
}

/** The files that are to be there, and are not named by what is there already (texts by option). */
function newSnippets(
  { secrets, options }: Wanted,
  present: Readonly<Record<string, string>>,
): readonly Snippet[] {
  return Object.keys(secrets).flatMap((name) => {
    const [option = '', key] = name.split('.');
    const wish = options[option];
    const volume = key === undefined || typeof wish !== 'object' ? undefined : wish?.[key];
    const parsed = typeof volume === 'string' ? parseVolumeId(volume) : undefined;
    if (parsed?.kind !== 'volume' || typeof volume !== 'string') return [];
    if (present[option]?.includes(volume) === true) return [];
    return [
      { secret: name, option, storage: parsed.storage, fileName: parsed.volname.replace(/^snippets\//u, '') },
    ];
  });
}

export function checkSnippets(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  present: Readonly<Record<string, string>>,
): readonly Diagnostic[] {
  const all = newSnippets(wanted, present);
  return [...new Map(all.map((each) => [`${each.option} ${each.storage}`, each])).values()].flatMap(
    ({ option, storage }) => checkStorage(wanted, [option, 'storage'], snapshot, node, storage, 'snippets'),
  );
}

/** The steps that put the files there; their text goes by the command's input. */
export function snippetSteps(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  present: Readonly<Record<string, string>>,
): readonly DraftStep[] {
  return newSnippets(wanted, present).map(({ secret, storage, fileName }) => ({
    node,
    act: {
      run: 'exec',
      argv: ['sh', '-c', PUT_FILE, 'put-snippet', `${folderOf(snapshot, storage)}/${fileName}`],
      stdin: { secret: secretName(wanted.address, secret) },
    },
    guards: [],
    locks: [storageLock(snapshot, storage, node)],
    effects: [],
    undo: { impossible: 'a snippet that was put there stays', options: [] },
    detached: false,
    timeoutSeconds: PUT_SECONDS,
  }));
}

/** Where a storage has its snippets (PVE::Storage::Plugin get_subdir; what is mounted without a path is under /mnt/pve). */
function folderOf(snapshot: Snapshot, id: string): string {
  const all = storages(snapshot);
  const options = isUnknown(all) ? {} : (all.find((each) => each.id === id)?.options ?? {});
  const path = options['path'] ?? `/mnt/pve/${id}`;
  const own = /(?:^|,)\s*snippets=(?<folder>[^,]+)/u.exec(options['content-dirs'] ?? '')?.groups?.['folder'];
  return `${path}/${own ?? 'snippets'}`;
}
