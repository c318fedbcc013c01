import { isUtf8 } from 'node:buffer';
import type { Answer } from './exec-everywhere.ts';

/**
 * One line of JSON: host, exit, signal, stdout, stderr, seconds, error (what is unknown is null). Output that is no
 * UTF-8 is there as base64 too, and what is missing at its end is counted.
 */
export function jsonLine(answer: Answer): string {
  const { host, guest, seconds } = answer;
  const asked = { host, ...guest };
  if ('errors' in answer) {
    const [error = null, ...others] = answer.errors;
    const more = others.length === 0 ? {} : { errors: answer.errors };
    return line({ ...asked, exit: null, signal: null, stdout: null, stderr: null, seconds, error, ...more });
  }
  const { exit, signal = null, stdout, stderr, cut } = answer;
  return line({
    ...asked,
    exit,
    signal,
    stdout: stdout.toString('utf8'),
    stderr: stderr.toString('utf8'),
    seconds,
    error: null,
    ...(!isUtf8(stdout) && { stdoutBase64: stdout.toString('base64') }),
    ...(!isUtf8(stderr) && { stderrBase64: stderr.toString('base64') }),
    ...(cut !== undefined && { cut }),
  });
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
