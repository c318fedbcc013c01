import type { PveCall } from './call.ts';

/** A command of PVE's own that calls a method; its name and the parameters it takes without a "--name". */
export interface Command {
  readonly method: PveCall['method'];
  readonly path: string;
  readonly argv: readonly string[];
  readonly positional: readonly string[];
  /** What the command sets itself: it is for calls that have these parameters with these values. */
  readonly fixed?: Readonly<Record<string, string>>;
  /**
   * Parameters that the command does not take, or takes in another way than the API: as the name of a file to read.
   * A call that has one of them goes through pvesh.
   */
  readonly notHere?: readonly string[];
  /** Parameters without which the command is for something else. */
  readonly needs?: readonly string[];
  /** The only parameters that it takes, where they are fewer than the method's. */
  readonly only?: readonly string[];
  /** Parameters that it takes as the name of a file: what it reads there it keeps as it is, or URL-encodes. */
  readonly reads?: Readonly<Record<string, 'plain' | 'encoded'>>;
  /** Parameters that the command asks for at the terminal, or reads from its input, when they stand without a value (PVE::PTY read_password). */
  readonly asksFor?: readonly string[];
}
