import type { StepResult } from './run-steps.ts';
import { notTriedSpans } from './run-steps.ts';
import type { TestReport } from './test-report.ts';

/** The report as Markdown, as bug trackers show it; it can be read as it is, too. */
export function reportMarkdown(report: TestReport): string {
  const { steps, leftOut, trouble, left } = report;
  const differing = steps.filter(({ outcome }) => outcome === 'differs');
  const sections = [
    `# pvefleet selftest: ${verdict(report)}`,
    facts(report),
    ...trouble.map((why) => `It ended before its last step: ${why}`),
    ...(left.length === 0 ? [] : [leftSection(report)]),
    ...differing.map(differingSection),
    ['## All steps', '', ...stepTable(steps)].join('\n'),
    ...(leftOut.length === 0 ? [] : [['Left out:', '', ...leftOut.map((what) => `- ${what}`)].join('\n')]),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** "all 50 steps as expected", "2 of 50 steps differ, 3 were not tried". */
export function verdict({ steps, differing, notTried }: TestReport): string {
  const all = steps.length;
  const differ =
    differing === 0 ? '' : `${differing} of ${all} steps ${differing === 1 ? 'differs' : 'differ'}`;
  const not = notTried === 0 ? '' : `${notTried} of ${all} ${notTried === 1 ? 'was' : 'were'} not tried`;
  if (differ === '' && not === '') return `all ${all} steps were as expected`;
  return [differ, not].filter((part) => part !== '').join(', ');
}

function facts({ pvefleet, versions, kernel, cpus, memory, members, storage }: TestReport): string {
  const packages = Object.entries(versions ?? {});
  const rows = [
    ['pvefleet', pvefleet],
    ...packages,
    ['kernel', kernel],
    [
      'node',
      `${cpus} CPUs, ${Math.round(memory / 1024 ** 3)} GiB, ${members === 1 ? 'no cluster' : `in a cluster of ${members}`}`,
    ],
    ['storage', storage],
  ];
  return ['| | |', '| --- | --- |', ...rows.map(([name = '', value = '']) => `| ${name} | ${value} |`)].join(
    '\n',
  );
}

function leftSection({ left }: TestReport): string {
  const rows = left.flatMap(({ what, remove }) => [
    `- ${what}`,
    ...(remove === undefined
      ? ['  (not of this test: it was left alone)']
      : [`  remove it with: \`${remove}\``]),
  ]);
  return ['## Still there', '', ...rows].join('\n');
}

function differingSection({ number, title, commands, differences }: StepResult): string {
  return [
    `## ${number}. ${title}`,
    '',
    ...fenced(
      '',
      commands.map(({ command, exit }) => `${command}    (exit ${exit ?? 'none'})`),
    ),
    ...differences.flatMap(({ about, lines }) => [
      '',
      `Expected (\`-\`) and found (\`+\`), ${about}:`,
      '',
      ...fenced(
        'diff',
        lines.map(({ sign, text }) => `${sign} ${text}`.trimEnd()),
      ),
    ]),
  ].join('\n');
}

/** A fence longer than any that is in the text. */
function fenced(language: string, lines: readonly string[]): readonly string[] {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/gu)].map(([ticks]) => ticks.length)),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}

function stepTable(steps: readonly StepResult[]): readonly string[] {
  const tried = steps
    .filter(({ outcome }) => outcome !== 'not tried')
    .map(({ number, title, outcome, seconds }) => ({
      first: number,
      row: `| ${number} | ${title} | ${outcome === 'differs' ? '**differs**' : outcome} | ${seconds.toFixed(1)} |`,
    }));
  const spans = notTriedSpans(steps).map(({ first, numbers, why }) => ({
    first,
    row: `| ${numbers} | | not tried: ${why} | |`,
  }));
  return [
    '| | step | outcome | seconds |',
    '| --- | --- | --- | --- |',
    ...[...tried, ...spans].toSorted((a, b) => a.first - b.first).map(({ row }) => row),
  ];
}
