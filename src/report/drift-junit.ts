import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { DriftReport } from '../documents/drift-of-document.ts';
import { specAddress } from '../documents/spec-address.ts';
import type { Difference } from '../plan/plan.ts';
import { differenceLines } from './difference-text.ts';
import { painter } from './paint.ts';

interface TestCase {
  readonly group: string;
  readonly name: string;
  readonly result?: 'failure' | 'error';
  readonly message?: string;
  readonly text?: string;
}

/** A drift report as JUnit XML, which CI systems show: a test for each declared resource, each undeclared one, each silent host. */
export function driftJunit(drift: DriftReport, seconds: number): string {
  const cases = casesOf(drift);
  const count = (result: TestCase['result']): number => cases.filter((each) => each.result === result).length;
  const attributes = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pvefleet drift" ${attributes}>`,
    `  <testsuite name="drift" ${attributes}>`,
    ...cases.flatMap(caseLines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function casesOf(drift: DriftReport): readonly TestCase[] {
  const { declared, different, needsRestart, refusals, undeclared, unreachable } = drift;
  const byName = <T extends { readonly address: DriftReport['declared'][number]['address'] }>(
    rows: readonly T[],
  ): ReadonlyMap<string, T> => new Map(rows.map((row) => [formatAddress(row.address), row]));
  const changes = byName(different);
  const waiting = byName(needsRestart);
  const refused = new Map(
    refusals.map(({ spec, diagnostics }) => [formatAddress(specAddress(spec)), diagnostics]),
  );
  return [
    ...declared.map(({ address }): TestCase => {
      const name = formatAddress(address);
      const about = { group: 'declared', name };
      const change = changes.get(name);
      if (change !== undefined)
        return { ...about, result: 'failure', message: 'differs', text: textOf(change.differences) };
      const reasons = refused.get(name);
      if (reasons !== undefined) return { ...about, ...errorOf(reasons) };
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

function errorOf(diagnostics: readonly Diagnostic[]): Pick<TestCase, 'result' | 'message' | 'text'> {
  const messages = diagnostics.map(({ message }) => message);
  return { result: 'error', message: messages[0] ?? '', text: messages.join('\n') };
}

function textOf(differences: readonly Difference[]): string {
  return differences.flatMap((difference) => differenceLines(difference, 100, painter(false))).join('\n');
}

function caseLines({ group, name, result, message = '', text = '' }: TestCase): readonly string[] {
  const open = `    <testcase classname="${escaped(group)}" name="${escaped(name)}"`;
  if (result === undefined && text === '') return [`${open}/>`];
  const inside =
    result === undefined
      ? `<system-out>${escaped(text)}</system-out>`
      : `<${result} message="${escaped(message)}">${escaped(text)}</${result}>`;
  return [`${open}>`, `      ${inside}`, '    </testcase>'];
}

/** Text for XML 1.0, which has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
