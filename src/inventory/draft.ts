import type { Position } from '../diagnostic.ts';

/** An inventory while its files are read: what was written, not yet merged. */

export interface Variable {
  readonly value: unknown;
  readonly at: Position;
  /** It was encrypted: its value is in no message and no output. */
  readonly secret?: boolean;
}

/** Variables by name; setting one again replaces it. */
export type Variables = Map<string, Variable>;

export interface GroupDraft {
  readonly name: string;
  readonly at?: Position;
  readonly variables: Variables;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
}

export interface HostDraft {
  readonly name: string;
  readonly at: Position;
  readonly variables: Variables;
}

export interface Draft {
  readonly groups: Map<string, GroupDraft>;
  readonly hosts: Map<string, HostDraft>;
}

/** An inventory without hosts, with the two groups that every inventory has. */
export function emptyDraft(): Draft {
  const draft: Draft = { groups: new Map(), hosts: new Map() };
  draftGroup(draft, 'all').children.add('ungrouped');
  draftGroup(draft, 'ungrouped');
  return draft;
}

/** The group of that name, made when it is new; the first place it was written is kept. */
export function draftGroup(draft: Draft, name: string, at?: Position): GroupDraft {
  const known = draft.groups.get(name);
  if (known !== undefined && (known.at !== undefined || at === undefined)) return known;
  const group: GroupDraft = {
    name,
    ...(at !== undefined && { at }),
    variables: known?.variables ?? new Map(),
    hosts: known?.hosts ?? new Set(),
    children: known?.children ?? new Set(),
  };
  draft.groups.set(name, group);
  return group;
}

/** The host of that name, made when it is new. */
export function draftHost(draft: Draft, name: string, at: Position): HostDraft {
  const known = draft.hosts.get(name);
  if (known !== undefined) return known;
  const host: HostDraft = { name, at, variables: new Map() };
  draft.hosts.set(name, host);
  return host;
}
