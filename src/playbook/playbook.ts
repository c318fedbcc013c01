import type { Position, Positions } from '../diagnostic.ts';

/** Data from a file, with the place of each part by JSON pointer from here. */
export interface Written<T = unknown> {
  readonly value: T;
  readonly positions: Positions;
}

/** A playbook, checked: every keyword is known and of the right type; templates are not rendered yet. */
export interface Playbook {
  readonly file: string;
  readonly plays: readonly Play[];
}

export interface Play {
  /** As given, else the host pattern. */
  readonly name: string;
  /** Host pattern; items of a list joined by ":". */
  readonly hosts: Written<string>;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly tasks: readonly Task[];
  readonly at: Position;
}

export interface Task {
  /** As given, else the module's name; may hold templates. */
  readonly name: string;
  /** Word of the module: a resource kind or an action. */
  readonly module: string;
  readonly args: Written;
  /** A condition, or a list of them that must all hold. */
  readonly when?: Written;
  /** A list, or a template that gives one. */
  readonly loop?: Written;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly at: Position;
}
