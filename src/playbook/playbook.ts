import type { Position, Positions, Result } from '../diagnostic.ts';
import { holdsMarks } from '../template/tokens.ts';
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
  /** How hosts are connected to of which the inventory does not say it; texts that may hold templates. */
  readonly connecting: Readonly<Partial<Record<ConnectingWord, Written>>>;
  /** In which order hosts are taken; as the pattern names them where it is not said. */
  readonly order?: Order;
  /** How many hosts at a time: numbers or percents, the last one again and again; empty: all at once. It may hold templates. */
  readonly serial: readonly Written[];
  /** The rest of the play ends when more of a batch than this have failed. */
  readonly maxFailPercentage?: number;
  /** Those under "roles:" and those that are imported; every task of the play sees their variables. */
  readonly roles: readonly Role[];
  readonly preTasks: readonly Entry[];
  /** Those of the roles first. */
  readonly tasks: readonly Entry[];
  readonly postTasks: readonly Entry[];
  readonly handlers: readonly Task[];
  /** Of the file that it stands in: an imported playbook has its own. */
  readonly directory: string;
  readonly at: Position;
}

export const CONNECTING_WORDS = ['connection', 'port', 'remote_user'] as const;

export type ConnectingWord = (typeof CONNECTING_WORDS)[number];

export const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;

export type Order = (typeof ORDERS)[number];

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
  /** The role that includes or imports it, and those around that, nearest first. */
  readonly parents: readonly Role[];
}

/** What stands in a list of tasks. */
export type Entry = Task | Block;

export interface Block {
  readonly block: readonly Entry[];
  readonly rescue: readonly Entry[];
  readonly always: readonly Entry[];
  /** The tasks of a role that was included or imported here. */
  readonly ofRole?: RoleTurn;
  readonly at: Position;
}

/** One use of a role: the same role, files and variables have the same key. */
export interface RoleTurn {
  readonly key: string;
  /** It is left out on a host that has had it. */
  readonly isOnce: boolean;
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
  /** It has `ansible_loop`, with all items or without them. */
  readonly extended?: 'with all items' | 'without';
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
  /** Of a role: names of the files that its parts are read from. */
  readonly from: Written<RoleFiles>;
  /** Reads it; the same names again give the same entries. */
  readonly load: (name: string, from: RoleFiles) => Result<Included>;
  /** It is the file that it stands in, or one around that: how often is not known before the run. */
  readonly returns?: true;
}

export interface Included {
  readonly entries: readonly Entry[];
  readonly handlers: readonly Task[];
  /** Roles whose variables all that comes after it has, too ("public"). */
  readonly exposed: readonly Role[];
}

/** "main" is one that need not be there. */
export type RoleFiles = Readonly<Record<RolePart, string>>;

export type RolePart = 'tasks' | 'handlers' | 'defaults' | 'vars';

export const isBlock = (entry: Entry): entry is Block => 'block' in entry;

/** Every task that stands in these entries, those of what they include by a fixed name too. */
export function tasksIn(entries: readonly Entry[]): readonly Task[] {
  return entries.flatMap((entry): readonly Task[] => {
    if (isBlock(entry)) return tasksIn([...entry.block, ...entry.rescue, ...entry.always]);
    const included = entry.include === undefined ? undefined : fixedInclude(entry.include);
    return included === undefined ? [entry] : [entry, ...tasksIn(included.entries)];
  });
}

/** Whether it is known before the run what it includes: no template decides it, and it does not come back to itself. */
export function isFixed({ name, from, returns }: Include): boolean {
  return returns === undefined && ![name.value, ...Object.values(from.value)].some(holdsMarks);
}

/** What a fixed include brings. */
export function fixedInclude(include: Include): Included | undefined {
  const loaded = isFixed(include) ? include.load(include.name.value, include.from.value) : undefined;
  return loaded?.ok === true ? loaded.value : undefined;
}
