import type { Position, Positions, Result } from '../diagnostic.ts';
import type { Settings } from './settings.ts';

/** Data from a file, with the place of each part by JSON pointer from here. */
export interface Written<T = unknown> {
  readonly value: T;
  readonly positions: Positions;
}

type Vars = Readonly<Record<string, unknown>>;

/** A playbook, checked: every keyword is known and of the right type; templates are not rendered yet. */
export interface Playbook {
  readonly file: string;
  readonly plays: readonly Play[];
}

export interface Play {
  /** As given, else the host pattern. */
  readonly name: string;
  /** Host pattern; items of a list joined by ":"; may hold templates. */
  readonly hosts: Written<string>;
  readonly vars: Vars;
  /** Of the files under "vars_files". */
  readonly fileVars: Vars;
  readonly prompts: readonly Prompt[];
  readonly tags: readonly string[];
  readonly gatherFacts: boolean;
  /** A host that fails still runs the handlers that it has notified. */
  readonly forceHandlers: boolean;
  /** How many hosts at a time: numbers or percents, the last one again and again; empty: all at once. */
  readonly serial: readonly string[];
  /** The rest of the play ends when more of a batch than this have failed. */
  readonly maxFailPercentage?: number;
  /** Those under "roles:" and those that are imported; every task of the play sees their variables. */
  readonly roles: readonly Role[];
  readonly preTasks: readonly Entry[];
  /** Those of the roles first. */
  readonly tasks: readonly Entry[];
  readonly postTasks: readonly Entry[];
  readonly handlers: readonly Task[];
  readonly at: Position;
}

/** A variable that is asked for before the play begins. */
export interface Prompt {
  readonly name: string;
  readonly question: string;
  /** What is typed is not shown, and is masked in all output. */
  readonly isHidden: boolean;
  readonly otherwise?: string;
  readonly at: Position;
}

/** A role as it was read; its tasks stand in the play. */
export interface Role {
  readonly name: string;
  readonly directory: string;
  readonly defaults: Vars;
  readonly vars: Vars;
  /** Given where it is used. */
  readonly params: Vars;
}

/** What stands in a list of tasks. */
export type Entry = Task | Block;

export interface Block {
  readonly block: readonly Entry[];
  readonly rescue: readonly Entry[];
  readonly always: readonly Entry[];
  readonly at: Position;
}

export interface Task {
  /** As given, else the module's name; may hold templates. */
  readonly name: string;
  /** Word of the module: a resource kind, an action, or a word of the language (words.ts). */
  readonly module: string;
  readonly args: Written;
  /** What it has from its play and blocks too. */
  readonly settings: Settings;
  readonly loop?: Loop;
  readonly register?: string;
  /** More names by which a handler is notified. */
  readonly listen: readonly string[];
  readonly role?: Role;
  /** Where files are looked for, first to last. */
  readonly directories: readonly string[];
  /** Tasks that it puts in its place when it is reached. */
  readonly include?: Include;
  readonly at: Position;
}

export interface Loop {
  /** A list, or a template that gives one. */
  readonly items: Written;
  /** Of "with_…": the lookup that makes the items of what is written. */
  readonly lookup?: string;
  /** Name of the variable that has the item. */
  readonly itemName: string;
  readonly indexName?: string;
  /** Shown in place of the item; may hold templates. */
  readonly label?: Written;
  /** Seconds between two turns. */
  readonly pauseSeconds: number;
}

/** include_tasks and include_role: what is included may be known only when the task is reached. */
export interface Include {
  readonly of: 'tasks' | 'role';
  /** File or role. */
  readonly name: Written<string>;
  /** Reads it; the same name again gives the same entries. */
  readonly load: (name: string) => Result<Included>;
}

export interface Included {
  readonly entries: readonly Entry[];
  readonly handlers: readonly Task[];
}

export const isBlock = (entry: Entry): entry is Block => 'block' in entry;

/** Every task that stands in these entries, those of what they include by a fixed name too. */
export function tasksIn(entries: readonly Entry[]): readonly Task[] {
  return entries.flatMap((entry): readonly Task[] => {
    if (isBlock(entry)) return tasksIn([...entry.block, ...entry.rescue, ...entry.always]);
    const included = entry.include === undefined ? undefined : fixedInclude(entry.include);
    return included === undefined ? [entry] : [entry, ...tasksIn(included.entries)];
  });
}

/** What an include without a template in its name includes. */
export function fixedInclude({ name, load }: Include): Included | undefined {
  if (/\{[{%]/u.test(name.value)) return undefined;
  const loaded = load(name.value);
  return loaded.ok ? loaded.value : undefined;
}
