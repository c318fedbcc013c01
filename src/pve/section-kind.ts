import type { SectionDialect } from './section-dialect.ts';
import type { SectionTable } from './schema/sections/section-table.ts';
import { splitList } from './text-list.ts';

/**
 * What one file of sections may hold, as data: everything that section-check.ts, section-normal.ts, section-edit.ts and
 * section-file-kind.ts need to know of it. One file a kind in section-kinds/.
 */
export interface SectionKind {
  /** "storage", "ha-rules": what `lint --as` takes. */
  readonly kind: string;
  /** One line for help and docs. */
  readonly summary: string;
  /** Absolute path of the file on a node. */
  readonly path: RegExp;
  /** What a section is called in a sentence: "storage", "HA rule". */
  readonly noun: string;
  readonly dialect: SectionDialect;
  readonly types: Readonly<Record<string, SectionType>>;
  /** What PVE wants of an id, "a name of …"; undefined when it takes the id. */
  readonly refusedId?: (id: string) => string | undefined;
  /** Types that PVE learns from plugins are no error. */
  readonly hasPlugins?: true;
  /** Options that PVE 8 takes and 9 doesn't, each with what is wanted now. */
  readonly retired?: Readonly<Record<string, string>>;
  /** The order of the sections has a meaning. */
  readonly ordered?: true;
  /** Options of which several texts mean the same, beyond what their schema says: one form for all of them. */
  readonly forms?: Readonly<Record<string, (value: string) => string>>;
  /** Options that stand once for each value, in any order. */
  readonly unordered?: readonly string[];
  /** Options that are written with %XX (PVE::Tools encode_text). */
  readonly texts?: readonly string[];
  /** Options whose absence means the same as this value. */
  readonly absent?: Readonly<Record<string, string>>;
  /** Whatever else two texts of the same meaning may differ in; works on the normal form. */
  readonly imply?: (sections: readonly NormalSection[]) => readonly NormalSection[];
  /** What else PVE drops or finds odd in a section. */
  readonly check?: (type: string, options: Readonly<Record<string, string>>) => readonly OptionRefusal[];
  /** Options that name things of other files. */
  readonly mentions?: Readonly<Record<string, Mentioned>>;
  /** What the id of a section names. */
  readonly idMentions?: (id: string) => readonly { readonly kind: string; readonly name: string }[];
  /** Kinds of thing that each section defines by its id. */
  readonly defines?: readonly string[];
  /** Ids that PVE always has, whether the file says so or not. */
  readonly builtIn?: readonly string[];
}

export interface SectionType {
  readonly table: SectionTable;
  /** A section without one of these is dropped. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Those of the required ones that PVE fills in by itself. */
  readonly filledIn?: readonly string[];
  /** Its sections are part of another one, and define nothing by their ids. */
  readonly isPart?: true;
  /** In addition to the kind's. */
  readonly absent?: Readonly<Record<string, string>>;
}

export interface Mentioned {
  readonly kind: string;
  /** Names in a value; left out: its parts as a list. */
  readonly names?: (value: string) => readonly string[];
}

export interface NormalSection {
  readonly type: string;
  readonly id: string;
  readonly options: Readonly<Record<string, string | readonly string[]>>;
}

export interface OptionRefusal {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

/** Options that are off when they are left out. */
export function off(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, '0']));
}

/** The form of a list whose parts are a set, each in a form of its own. */
export function asSet(part: (text: string) => string = (text) => text): (value: string) => string {
  return (value) => [...new Set(splitList(value).map(part))].toSorted().join(',');
}
