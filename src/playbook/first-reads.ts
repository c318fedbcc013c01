import { parseAnswers } from '../actions/host/answers.ts';
import type { HostRead } from '../actions/host/facts.ts';
import { readScript } from '../actions/host/read-script.ts';
import { createController } from '../files/controller.ts';
import { aheadOf } from './ahead.ts';
import { foresee } from './foresee.ts';
import { createHostStore } from './host-store.ts';
import { createKnowledge } from './knowledge.ts';
import type { Asked, Knowledge } from './knowledge.ts';
import { fitting } from './look.ts';
import type { Playbook } from './playbook.ts';
import type { RunOptions } from './run-state.ts';
import { createVariables } from './variables.ts';

/** What is known of a run before any host was asked. */
type Begun = Pick<
  RunOptions,
  | 'check'
  | 'diff'
  | 'directory'
  | 'extraVars'
  | 'hosts'
  | 'inventory'
  | 'mayRun'
  | 'nameAs'
  | 'prompted'
  | 'startAtTask'
  | 'tags'
>;

/** What tasks will look at, to be read in the exec that asks a host what it is. */
export interface FirstReads {
  /** Shell text for a host; undefined: there is nothing to read. */
  readonly scriptFor: (host: string) => string | undefined;
  /** What is known, once the hosts have said this to their scripts. */
  readonly known: (said: ReadonlyMap<string, Buffer>) => Knowledge;
}

/** What the tasks of a playbook will look at on each host, as far as that can be known without facts. */
export function firstReads({ plays }: Playbook, begun: Begun): FirstReads {
  const { extraVars: extra, hosts, startAtTask: startAt, mayRun, directory: home } = begun;
  const store = createHostStore();
  const controllerFor = (directories: readonly string[]) => createController({ directories, home });
  const sources = { ...begun, extra, store, facts: () => ({}), controllerFor };
  const ahead = aheadOf(plays, hosts, createVariables(sources));
  const knowledge = createKnowledge();
  const asked = new Map<string, { readonly reads: readonly HostRead[]; readonly when: Asked }>();
  return {
    scriptFor(host) {
      if (ahead === undefined || mayRun !== undefined) return undefined;
      const all = [...foresee(ahead, host, { options: begun, startAt })];
      const reads = fitting(all.flatMap((each) => (each.reader === host ? each.reads : [])));
      if (reads.length === 0) return undefined;
      asked.set(host, { reads, when: knowledge.ask() });
      return readScript(reads);
    },
    known(said) {
      for (const [host, { reads, when }] of asked) {
        const answers = parseAnswers(reads, (said.get(host) ?? '').toString());
        if (answers !== undefined) knowledge.keep(host, reads, answers, when);
      }
      return knowledge;
    },
  };
}
