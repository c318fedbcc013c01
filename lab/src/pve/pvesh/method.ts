import type { Parameters } from '../cli/getopt.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import type { Session, TaskEnd } from '../session.ts';
import type { Json } from './format.ts';

/** One API method: its parameters and what it returns. */
export interface Method {
  readonly parameters: Properties;
  readonly run: (session: Session, parameters: Parameters) => Promise<Json> | Json;
}

/** A method with its name, "VERB path". */
export type Named = readonly [string, Method];

/** A method that returns something. */
export function method(name: string, run: Method['run']): Named {
  return [name, { parameters: parametersOf(name), run }];
}

/** A method that runs a task and returns its ID. */
export function task(
  name: string,
  run: (session: Session, parameters: Parameters) => Promise<TaskEnd>,
): Named {
  return method(name, async (session, parameters) => (await run(session, parameters)).upid);
}

/** A method that returns nothing. */
export function silent(
  name: string,
  run: (session: Session, parameters: Parameters) => Promise<unknown> | void,
): Named {
  return method(name, async (session, parameters) => {
    await run(session, parameters);
    return null;
  });
}
