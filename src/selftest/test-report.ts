import type { Diagnostic } from '../diagnostic.ts';
import type { NodeState, Snapshot, Versions } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Left } from './clean-up.ts';
import type { StepResult } from './run-steps.ts';
import type { Place } from './test-step.ts';

/** What a self-test found, fit to be sent to strangers: names and addresses of the site are masked. */
export interface TestReport {
  readonly pvefleet: string;
  readonly versions: Versions | undefined;
  readonly kernel: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Members of the cluster; 1: a lone node. */
  readonly members: number;
  readonly storage: string;
  readonly asExpected: number;
  readonly differing: number;
  readonly notTried: number;
  readonly steps: readonly StepResult[];
  /** What the node had nothing for: "containers: no storage has a template". */
  readonly leftOut: readonly string[];
  /** Why it ended before its last step. */
  readonly trouble: readonly string[];
  /** What is there still; empty: nothing is. */
  readonly left: readonly Left[];
}

export interface ReportParts {
  readonly pvefleet: string;
  readonly snapshot: Snapshot;
  readonly place: Place;
  readonly results: readonly StepResult[];
  readonly leftOut: readonly string[];
  readonly trouble: readonly Diagnostic[];
  readonly left: readonly Left[];
  readonly mask: (text: string) => string;
}

export function testReport(parts: ReportParts): TestReport {
  const { pvefleet, snapshot, place, results, leftOut, trouble, left, mask } = parts;
  const state = stateOf(snapshot, place);
  const count = (outcome: StepResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    pvefleet,
    versions: state === undefined || isUnknown(state.versions) ? undefined : state.versions,
    kernel: state?.kernel ?? '',
    cpus: state?.cpus ?? 0,
    memory: state?.memory ?? 0,
    members: Object.keys(snapshot.nodes).length,
    storage: place.storage.type,
    asExpected: count('as expected'),
    differing: count('differs'),
    notTried: count('not tried'),
    steps: results.map((result) => maskResult(result, mask)),
    leftOut: leftOut.map(mask),
    trouble: trouble.map(({ message }) => mask(message)),
    left: left.map(({ what, remove }) => ({
      what: mask(what),
      ...(remove !== undefined && { remove: mask(remove) }),
    })),
  };
}

function stateOf({ nodes }: Snapshot, { node }: Place): NodeState | undefined {
  const state = nodes[node];
  return state === undefined || isUnknown(state) ? undefined : state;
}

/** Our own words stay; what was sent and what came back is masked. */
function maskResult(result: StepResult, mask: (text: string) => string): StepResult {
  return {
    ...result,
    commands: result.commands.map(({ command, exit }) => ({ command: mask(command), exit })),
    differences: result.differences.map(({ about, lines }) => ({
      about,
      lines: lines.map(({ sign, text }) => ({ sign, text: mask(text) })),
    })),
  };
}
