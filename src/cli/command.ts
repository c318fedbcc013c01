import type { FlagValues, Flags } from './flags.ts';

/** A stream to print to, and what may be printed there. */
export interface Output {
  /** Bytes are written as they are. */
  write(text: string | Uint8Array): void;
  /** True once what was written has been taken, false when nobody reads any more. */
  drained?(): Promise<boolean>;
  readonly isTTY: boolean;
  /** Whether colours are wanted there (a terminal, and neither NO_COLOR nor TERM=dumb). */
  readonly colour: boolean;
  /** Width in cells. */
  readonly columns: number;
  /** Height in lines. */
  readonly rows: number;
}

/** Bytes that are given to a command. */
export interface Input {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Reads no more: a pipe that stays open would keep the process. */
  close(): void;
}

/** The world a command runs in; tests make their own. */
export interface Surroundings {
  /** Data. */
  readonly stdout: Output;
  /** Progress, warnings, errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C: finish the step at hand, begin no other. */
  readonly signal: AbortSignal;
  /** Aborted by the second Ctrl-C: leave what is under way, and end. */
  readonly leave?: AbortSignal;
  /** A second Ctrl-C leaves only after this has settled, or after some seconds. */
  readonly hold?: (until: Promise<unknown>) => void;
  /** What is given to this process to read, where that is a file or a pipe; undefined for a terminal, and where there is none. */
  input?(): Input | undefined;
  /** Asks on stderr and reads one line of stdin; undefined when stdin has ended or the run was interrupted. */
  ask(question: string): Promise<string | undefined>;
  /** Stdin is a terminal, so somebody can be asked for a password. */
  canAsk(): boolean;
  /** Asks for a password, which is not echoed; undefined when stdin is no terminal, or the run was interrupted. */
  askHidden(question: string): Promise<string | undefined>;
}

/** What a command is given: its world, and its parsed arguments. */
export interface CliContext<F extends Flags = Flags> extends Surroundings {
  readonly flags: FlagValues<F>;
  /** Arguments that are no flags, up to "--". */
  readonly positionals: readonly string[];
  /** What came after "--"; undefined when there was none. */
  readonly afterDashes: readonly string[] | undefined;
  /** From now on these texts are masked in all that is printed. */
  hide(secrets: Iterable<string>): void;
  /** The text as it would be printed now, and may be recorded. */
  mask(text: string): string;
}

/** A command's own help. */
export interface Help {
  /** Its arguments, as in "PLAYBOOK [-- COMMAND...]". */
  readonly usage: string;
  /** What it does, in paragraphs (wrapped when printed). */
  readonly about: readonly string[];
  /** Command lines to copy, with a word on each. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}

/**
 * What a command's file exports. It is imported for its help and for usage errors too, so it imports
 * statically only what is cheap; `run` imports the rest (yaml, ssh2, zod, execa) when it needs it.
 */
export interface Command {
  readonly flags: Flags;
  readonly help: Help;
  /** Gives the exit code; exit-code.ts has their meanings. */
  run(context: CliContext): Promise<number>;
}
