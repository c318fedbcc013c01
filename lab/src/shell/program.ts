import type { SimulatedNode } from '../cluster.ts';
import type { Ran } from '../machine.ts';
import type { User } from './run.ts';
import type { Units } from './units.ts';

/** What a program of the node's base system is called with. */
export interface Call {
  readonly node: SimulatedNode;
  readonly units: Units;
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  /** Who runs it. */
  readonly user: User;
  /** Runs shell text in the same shell, with its input and environment. */
  readonly exec: (text: string) => Promise<Ran>;
}

export type Program = (call: Call) => Promise<Ran> | Ran;
