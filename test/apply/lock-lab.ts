import type { SimulatedCluster } from '../../lab/src/cluster.ts';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { createShell } from '../../lab/src/shell/shell.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Result } from '../../src/diagnostic.ts';
import type { LockHolder } from '../../src/apply/lock-script.ts';
import type { Finished } from '../../src/transports/transport.ts';

export const LOCK = '/etc/pve/priv/lock/pvefleet';

/** The nodes of a cluster, or a lone node, by their shells alone, with a clock that the test turns. */
export interface LockLab {
  wait(seconds: number): void;
  setQuorum(has: boolean): void;
  /** Nodes that give no answer. */
  readonly down: Set<string>;
  /** Every script that was run: the node's name. */
  readonly asked: string[];
  exec(node: string, script: string): Promise<Result<Finished>>;
  read(path: string): string | undefined;
}

export function openLockLab(names: readonly string[], cluster?: string): LockLab {
  let now = 1_795_461_897;
  let quorate = true;
  const simulated: SimulatedCluster = simulateCluster({
    ...(cluster === undefined ? {} : { name: cluster }),
    nodes: names.map((name, index) => ({ name, ip: `10.10.10.1${index + 1}` })),
    clock: () => now,
    hasLostQuorum: () => !quorate,
  });
  const down = new Set<string>();
  const asked: string[] = [];
  const nodeOf = (name: string): SimulatedCluster['nodes'][number] => {
    const found = simulated.nodes.find(({ machine }) => machine.name === name);
    if (found === undefined) throw new Error(`the lab has no ${name}`);
    return found;
  };
  return {
    wait: (seconds) => void (now += seconds),
    setQuorum: (has) => void (quorate = has),
    down,
    asked,
    async exec(name, command) {
      asked.push(name);
      if (down.has(name))
        return fail({
          code: 'transport/refused',
          severity: 'error',
          trouble: 'unreachable',
          message: `Cannot connect to ${name}: it is down`,
          host: name,
        });
      const shell = createShell(nodeOf(name), new Map());
      const signal = new AbortController().signal;
      return ok(await shell({ command, stdin: Buffer.alloc(0), env: ROOT_ENV, signal }));
    },
    read: (path) => nodeOf(names[0] ?? '').machine.files.read(path),
  };
}

export function holderOf(run: string, by = 'ops@desk'): LockHolder {
  return { run, by, since: '2026-11-29T12:03:05.123Z', command: `pvefleet apply it's-${run}.yml` };
}
