import { parseAnswers } from '../actions/host/answers.ts';
import type { HostRead } from '../actions/host/facts.ts';
import { readScript } from '../actions/host/read-script.ts';
import { aheadOf } from './ahead.ts';
import { foresee } from './foresee.ts';
import { createHostStore } from './host-store.ts';
import { createKnowledge } from './knowledge.ts';
import type { Knowledge } from './knowledge.ts';
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
  /** Shell text by host. */
  readonly scripts: ReadonlyMap<string, string>;
  /** What is known, once the hosts have said this to their scripts. */
  readonly known: (said: ReadonlyMap<string, Buffer>) => Knowledge;
}

/** What the tasks of a playbook will look at on each host, as far as that can be known without facts. */
export function firstReads(playbook: Playbook, begun: Begun): FirstReads {
  const reads = begun.mayRun === undefined ? readsByHost(playbook, begun) : new Map<string, never>();
  const knowledge = createKnowledge();
  const asked = knowledge.ask();
  return {
    scripts: new Map([...reads].map(([host, own]) => [host, readScript(own)])),
    known(said) {
      for (const [host, own] of reads) {
        const answers = parseAnswers(own, (said.get(host) ?? '').toString());
        if (answers !== undefined) knowledge.keep(host, own, answers, asked);
      }
      return knowledge;
    },
  };
}

function readsByHost({ plays }: Playbook, begun: Begun): ReadonlyMap<string, readonly HostRead[]> {
  const { extraVars: extra, hosts, startAtTask: startAt } = begun;
  const store = createHostStore();
  const ahead = aheadOf(plays, hosts, createVariables({ ...begun, extra, store, facts: () => ({}) }));
  const names = new Set([...hosts.values()].flatMap((nodes) => nodes.map(({ name }) => name)));
  const all = new Map<string, readonly HostRead[]>();
  for (const host of names) {
    if (ahead === undefined) break;
    const own = [...foresee(ahead, host, { options: begun, startAt })].flatMap(({ reader, reads }) =>
      reader === host ? reads : [],
    );
    if (own.length > 0) all.set(host, fitting(own));
  }
  return all;
}
