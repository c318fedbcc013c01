import { checkOption } from '../../pve/section-check.ts';
import { replicationSections } from '../../pve/section-kinds/replication.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { ParsedSide } from './side-setting.ts';

/** What a spec may say of a job; PVE keeps more in its file for itself. */
export const JOB_OPTIONS = ['target', 'schedule', 'rate', 'comment', 'disable'];

/** Options of one job; null removes one, a target that is null the job. */
export type JobChange = Readonly<Record<string, string | null>>;

type Flat = Readonly<Record<string, string | null>>;

/**
 * Jobs by their number, each a mapping of its options, as one flat mapping "0.schedule"; a job that is to go has the target
 * null. The flat form is read too: it is what a plan and a rollback have.
 */
export function parseReplication(value: unknown): ParsedSide {
  if (value === null) return { value };
  if (typeof value !== 'object' || Array.isArray(value))
    return { problem: 'replication is no mapping; numbers of jobs (0, 1, ...) to their options are wanted' };
  let flat: Flat = {};
  for (const [key, entry] of Object.entries(value)) {
    const { number, option } = /^(?<number>\d{1,9})(?:\.(?<option>\w+))?$/u.exec(key)?.groups ?? {};
    if (number === undefined)
      return { problem: `replication.${key} is no number of a job; 0, 1, ... are wanted`, path: [key] };
    const parsed = parseJob(String(Number(number)), option === undefined ? entry : { [option]: entry });
    if ('problem' in parsed) return { ...parsed, path: [key, ...(parsed.path ?? [])] };
    flat = { ...flat, ...parsed.flat };
  }
  return { value: flat };
}

type ParsedJob = { readonly flat: Flat } | { readonly problem: string; readonly path?: readonly string[] };

function parseJob(number: string, entry: unknown): ParsedJob {
  if (entry === null) return { flat: { [`${number}.target`]: null } };
  if (typeof entry !== 'object' || Array.isArray(entry))
    return { problem: `replication.${number} is no mapping; one of ${JOB_OPTIONS.join(', ')} is wanted` };
  const flat: Record<string, string | null> = {};
  for (const [option, value] of Object.entries(entry)) {
    const read = parseJobOption(option, value);
    if (typeof read === 'object' && read !== null)
      return { problem: `replication.${number}.${read.problem}`, path: [option] };
    flat[`${number}.${option}`] = read;
  }
  return { flat };
}

function parseJobOption(option: string, value: unknown): string | null | { readonly problem: string } {
  if (!JOB_OPTIONS.includes(option))
    return {
      problem: `${option} is no option of a job${didYouMean(option, JOB_OPTIONS) || `; ${JOB_OPTIONS.join(', ')} are known`}`,
    };
  if (value === null) return null;
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const text = isPlain ? String(value) : JSON.stringify(value);
  if (option === 'disable') {
    if (/^(?:1|on|yes|true)$/iu.test(text)) return '1';
    if (/^(?:0|off|no|false)$/iu.test(text)) return '0';
    return { problem: `disable is "${text}"; yes or no is wanted` };
  }
  const [wrong] = checkOption(replicationSections, 'local', option, text);
  return wrong === undefined ? text : { problem: `${option}: ${wrong.message}` };
}
