import type { Result } from '../diagnostic.ts';
import type { ExecOptions, Finished } from '../transports/transport.ts';

/** Runs shell text on a host, by its inventory name. The pool of connections gives it; tests give their own. */
export type Exec = (host: string, script: string, options?: ExecOptions) => Promise<Result<Finished>>;
