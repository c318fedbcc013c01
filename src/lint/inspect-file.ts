import type { FileKind, Finding, Inspected, Mention } from '../pve/file-kind.ts';
import { withoutSecretOf, withoutSecrets } from '../pve/secret-lines.ts';
import { maskText } from '../text/mask.ts';
import type { Encoding } from './text-bytes.ts';
import { bytesOf, textOf } from './text-bytes.ts';
import { kindAt, kindByPath, kindsByContent } from './tell-kind.ts';

/** A file to look at. */
export interface Source {
  /** As it is named in messages. */
  readonly file: string;
  /** Below the argument that it came with; where --rewrite -o puts it. */
  readonly relative: string;
  readonly bytes: Uint8Array;
  /** Where PVE has it, if it is of a copy of /etc/pve. */
  readonly path?: string;
  /** The node whose own file it is. */
  readonly node?: string;
  /** Named on the command line: a kind that can't be told is an error. */
  readonly named: boolean;
}

/** What its kind says of a file. */
export interface Linted {
  readonly source: Source;
  readonly kind: string;
  /** Decoded, secrets masked. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  readonly refs: readonly Mention[];
  readonly defines: readonly Mention[];
  /** The decoded value, encoded again. */
  readonly rewritten: Uint8Array;
}

/** Looks at a file as one of `as`, else of the kind that its path tells, else its content; a text says why none can be told. */
export function inspectFile(source: Source, as: FileKind | undefined): Linted | string {
  const { text, encoding } = textOf(source.bytes);
  const kind = as ?? tellKind(source, text);
  return typeof kind === 'string' ? kind : linted(source, kind, text, encoding);
}

function linted(source: Source, kind: FileKind, text: string, encoding: Encoding): Linted {
  const { value, findings, refs, defines, encoded } = kind.inspect(text) satisfies Inspected;
  const open = withoutSecrets(text, maskText);
  const lines = text.split('\n');
  return {
    source,
    kind: kind.kind,
    value: open === text ? value : kind.inspect(open).value,
    findings: findings.map((finding) => ({
      ...finding,
      message: withoutSecretOf(lines[finding.line - 1] ?? '', finding.message),
    })),
    refs,
    defines,
    rewritten: bytesOf(encoded, encoding),
  };
}

/** In a copy of /etc/pve the path alone tells: what PVE has no kind for there is none. What lies loose in its top may be anything. */
function tellKind({ file, path, named }: Source, text: string): FileKind | string {
  const isLoose = path === undefined || /^\/etc\/pve\/[^/]+$/u.test(path);
  const byPath = (path !== undefined && kindAt(path)) || (isLoose && kindByPath(path ?? file));
  if (byPath) return byPath;
  if (!isLoose) return 'PVE keeps no configuration of a known kind there';
  const { certain, kinds } = kindsByContent(text);
  const [only, ...others] = certain || named ? kinds : [];
  if (only === undefined) return 'neither its path nor its content tells';
  if (others.length === 0) return only;
  return `its content may be ${kinds.map(({ kind }) => kind).join(' or ')}`;
}
