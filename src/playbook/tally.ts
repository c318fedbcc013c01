import type { HostRecap, Outcome } from '../apply/event.ts';
import type { Diagnostic } from '../diagnostic.ts';

/** How a task ended on a host. */
export interface HostResult {
  readonly outcome: Outcome;
  readonly message?: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The plan refused it, before any command. */
  readonly refused?: true;
}

/** Counts how tasks ended, host by host, and knows which hosts are out of the run. As in Ansible, "ok" has the changed among it. */
export interface Tally {
  count(host: string, result: HostResult): void;
  /** A host takes no further part: it has failed, and nothing has rescued it. One that gave no answer is out anyway. */
  leave(host: string): void;
  isOut(host: string): boolean;
  /** It takes part again. */
  takeBack(host: string): void;
  /** A failure that does no harm: a "rescue" follows, or it is ignored. */
  countHarmless(host: string, how: 'rescued' | 'ignored'): void;
  /** Hosts that gave no answer. */
  silentHosts(): readonly string[];
  /** Puts a host into the recap even if no task reaches it. */
  add(host: string): void;
  recap(): Readonly<Record<string, HostRecap>>;
  /** 3 some hosts failed, 6 all failures were refusals, 5 all were locks or changes since the plan, 4 some gave no answer, 0. */
  exit(): number;
}

const nothing: HostRecap = { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };

export function createTally(): Tally {
  const hosts = new Map<string, HostRecap>();
  const out = new Set<string>();
  const silent = new Set<string>();
  let failures = 0;
  let refusals = 0;
  let stale = 0;
  let unreachable = 0;
  return {
    count(host, { outcome, refused, diagnostics }) {
      const before = hosts.get(host) ?? nothing;
      const ok = outcome === 'changed' ? before.ok + 1 : before.ok;
      hosts.set(host, { ...before, ok, [outcome]: (before[outcome] ?? 0) + 1 });
      if (outcome === 'unreachable') unreachable++;
      if (outcome === 'failed') {
        if (
          refused === true ||
          (diagnostics.length > 0 && diagnostics.every(({ trouble }) => trouble === 'refused'))
        )
          refusals++;
        else if (diagnostics.length > 0 && diagnostics.every(({ trouble }) => trouble === 'stale')) stale++;
        else failures++;
      }
      if (outcome === 'unreachable') silent.add(host);
    },
    takeBack(host) {
      out.delete(host);
      silent.delete(host);
    },
    countHarmless(host, how) {
      const before = hosts.get(host) ?? nothing;
      hosts.set(host, { ...before, [how]: (before[how] ?? 0) + 1 });
    },
    leave: (host) => void out.add(host),
    isOut: (host) => out.has(host) || silent.has(host),
    silentHosts: () => [...silent],
    add(host) {
      if (!hosts.has(host)) hosts.set(host, nothing);
    },
    recap: () => Object.fromEntries(hosts),
    exit: () => (failures > 0 ? 3 : refusals > 0 ? 6 : stale > 0 ? 5 : unreachable > 0 ? 4 : 0),
  };
}
