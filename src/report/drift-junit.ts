import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import { specAddress } from '../documents/spec-address.ts';
import type { Refusal } from '../plan/make-plan.ts';
import type { Difference } from '../plan/plan.ts';
import { differenceLines } from './difference-text.ts';
import type { TestCase } from './junit.ts';
import { junitXml } from './junit.ts';
import { painter } from './paint.ts';

/** What of a drift report is tested. */
export type DriftToTest = Omit<DriftReport, 'declared'> & {
  readonly declared: readonly Pick<DriftReport['declared'][number], 'address'>[];
};

/** A drift report as JUnit XML, which CI systems show: a test for each declared resource, each undeclared one, each silent host. */
export function driftJunit(drift: DriftToTest, seconds: number): string {
  return junitXml('pvefleet drift', [{ name: 'drift', cases: casesOf(drift), seconds }], seconds);
}

function casesOf(drift: DriftToTest): readonly TestCase[] {
  const { declared, different, needsRestart, refusals, unanswered, notAsked, undeclared, unreachable } =
    drift;
  const byName = <T extends { readonly address: DriftReport['declared'][number]['address'] }>(
    rows: readonly T[],
  ): ReadonlyMap<string, T> => new Map(rows.map((row) => [formatAddress(row.address), row]));
  const changes = byName(different);
  const waiting = byName(needsRestart);
  const refused = reasonsByName([...refusals, ...unanswered]);
  const leftOut = reasonsByName(notAsked);
  return [
    ...declared.map(({ address }): TestCase => {
      const name = formatAddress(address);
      const about = { group: 'declared', name };
      const change = changes.get(name);
      if (change !== undefined)
        return { ...about, result: 'failure', message: 'differs', text: textOf(change.differences) };
      const reasons = refused.get(name);
      if (reasons !== undefined) return { ...about, ...errorOf(reasons) };
      if (leftOut.has(name)) return { ...about, result: 'skipped', message: 'its node was not to be asked' };
      const waits = waiting.get(name);
      return waits === undefined
        ? about
        : { ...about, text: `needs a restart:\n${textOf(waits.differences)}` };
    }),
    ...undeclared.map(({ address, title, node }): TestCase => ({
      group: 'undeclared',
      name: formatAddress(address),
      result: 'failure',
      message: 'nobody declared it',
      text: `${title} on ${node}`,
    })),
    ...unreachable.map((diagnostic): TestCase => ({
      group: 'hosts',
      name: diagnostic.host ?? 'a host',
      ...errorOf([diagnostic]),
    })),
  ];
}

function reasonsByName(refusals: readonly Refusal[]): ReadonlyMap<string, readonly Diagnostic[]> {
  return new Map(refusals.map(({ spec, diagnostics }) => [formatAddress(specAddress(spec)), diagnostics]));
}

function errorOf(diagnostics: readonly Diagnostic[]): Pick<TestCase, 'result' | 'message' | 'text'> {
  const messages = diagnostics.map(({ message }) => message);
  return { result: 'error', message: messages[0] ?? '', text: messages.join('\n') };
}

function textOf(differences: readonly Difference[]): string {
  return differences.flatMap((difference) => differenceLines(difference, 100, painter(false))).join('\n');
}
