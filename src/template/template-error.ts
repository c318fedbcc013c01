import type { Diagnostic, Position } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';

type Values = Readonly<Record<string, unknown>>;

/** Says which part of `vm.net.bridge` isn't there, and what might have been meant. */
export function whatIsMissing(source: string, context: Values, variables: Values): string {
  const steps = source.split('.');
  let within: object = context;
  for (const [index, step] of steps.entries()) {
    if (!Object.hasOwn(within, step)) {
      if (index === 0) return `"${step}" is not defined${didYouMean(step, Object.keys(variables))}`;
      return `"${steps.slice(0, index).join('.')}" has no "${step}"${didYouMean(step, Object.keys(within))}`;
    }
    const next: unknown = Object.entries(within).find(([key]) => key === step)?.[1];
    if (typeof next !== 'object' || next === null) break;
    within = next;
  }
  return `"${source}" is not defined`;
}

/** What is wrong with a template; `naming` as in run. */
export function templateError(
  code: string,
  text: string,
  naming: readonly string[],
  what: string,
  at: Position | undefined,
): Diagnostic {
  const short = text.trim().replaceAll(/\s+/gu, ' ');
  const shown = short.length > 80 ? `${short.slice(0, 77)}...` : short;
  const owner = naming.at(-1);
  const message = `Cannot render "${shown}"${owner === undefined ? '' : ` (variable "${owner}")`}: ${what}`;
  return { code, severity: 'error', trouble: 'invalid', message, ...(at === undefined ? {} : { at }) };
}
