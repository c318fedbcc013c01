import type { Variables } from '../template/render.ts';
import { Verbatim } from '../template/render.ts';

/** What hosts have learnt in the run: by register and set_fact, by include_vars, which is weaker, and by modules that gather facts, which is weaker still. */
export interface HostStore {
  /** Keeps values as they are: braces in them are no templates. */
  keep(host: string, values: Variables): void;
  include(host: string, values: Variables): void;
  gather(host: string, values: Variables): void;
  kept(host: string): Variables;
  included(host: string): Variables;
  gathered(host: string): Variables;
  /** Grows with each change. */
  version(): number;
}

export function createHostStore(): HostStore {
  const kept = new Map<string, Variables>();
  const included = new Map<string, Variables>();
  const gathered = new Map<string, Variables>();
  let version = 0;
  const add = (to: Map<string, Variables>, host: string, values: Variables): void => {
    version++;
    to.set(host, { ...to.get(host), ...values });
  };
  return {
    keep: (host, values) => add(kept, host, verbatims(values)),
    include: (host, values) => add(included, host, values),
    gather: (host, values) => add(gathered, host, verbatims(values)),
    kept: (host) => kept.get(host) ?? {},
    included: (host) => included.get(host) ?? {},
    gathered: (host) => gathered.get(host) ?? {},
    version: () => version,
  };
}

const verbatims = (values: Variables): Variables =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Verbatim(value)]));
