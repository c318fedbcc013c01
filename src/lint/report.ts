import type { Paint } from '../report/paint.ts';
import { painter } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import type { Report } from './lint.ts';

/** One line a finding, "file:line: error: message (code)", and a summary. */
export function reportText(report: Report, colour: boolean): string {
  const paint: Paint = painter(colour);
  const lines = report.files.flatMap(({ source, findings }) =>
    findings.map(
      ({ line, severity, message, code }) =>
        `${printable(source.file)}:${line}: ${paint(severity === 'error' ? 'red' : 'yellow', `${severity}:`)} ${printable(message).replaceAll(/\s*\n\s*/gu, ' ')} (${code})`,
    ),
  );
  const { files, errors, warnings, untold } = summary(report);
  const found =
    errors + warnings === 0 ? 'nothing found' : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  const passed = untold === 0 ? '' : `; ${count(untold, 'file')} of no known kind passed over`;
  return `${[...lines, `${count(files, 'file')}: ${found}${passed}`].join('\n')}\n`;
}

/** One object: {files: [{file, kind, value, findings}], summary}. */
export function reportJson(report: Report): string {
  const files = report.files.map(({ source, kind, value, findings }) => ({
    file: source.file,
    kind,
    value,
    findings,
  }));
  return `${JSON.stringify({ files, summary: summary(report) }, null, 2)}\n`;
}

function summary({ files, untold }: Report) {
  const findings = files.flatMap((file) => file.findings);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { files: files.length, errors, warnings: findings.length - errors, untold: untold.length };
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
