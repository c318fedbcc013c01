/** One test of a JUnit file. Without a result it passed; its text is then its output. */
export interface TestCase {
  /** The class name that CI systems group by. */
  readonly group: string;
  readonly name: string;
  readonly seconds?: number;
  readonly result?: 'failure' | 'error' | 'skipped';
  readonly message?: string;
  readonly text?: string;
}

export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
  readonly seconds: number;
}

/** JUnit XML, as CI systems read it. */
export function junitXml(name: string, suites: readonly TestSuite[], seconds: number): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(name)}" ${countsOf(all, seconds)}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${escaped(suite.name)}" ${countsOf(suite.cases, suite.seconds)}>`,
      ...suite.cases.flatMap(caseLines),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function countsOf(cases: readonly TestCase[], seconds: number): string {
  const count = (result: TestCase['result']): number => cases.filter((each) => each.result === result).length;
  const skipped = count('skipped') === 0 ? '' : ` skipped="${count('skipped')}"`;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"${skipped} time="${seconds.toFixed(3)}"`;
}

function caseLines({ group, name, seconds, result, message = '', text = '' }: TestCase): readonly string[] {
  const time = seconds === undefined ? '' : ` time="${seconds.toFixed(3)}"`;
  const open = `    <testcase classname="${escaped(group)}" name="${escaped(name)}"${time}`;
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
