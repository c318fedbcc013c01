import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Spec } from '../../spec.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { nameProblem, snapshotAddress } from './snapshot-address.ts';

const KEYS = ['vmid', 'name', 'state', 'description', 'vmstate'];

/** Validates a snapshot's spec: every error of it, each with its position. */
export function parseSnapshot(spec: Spec, cluster: string): Result<Wanted> {
  const diagnostics: Diagnostic[] = [];
  const complain = (path: readonly string[], what: string): void => {
    const at = positionAt(spec.positions, path);
    diagnostics.push({
      code: 'snapshot/spec',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read a snapshot: ${what}`,
      ...(at && { at }),
    });
  };
  for (const key of Object.keys(spec.args))
    if (!KEYS.includes(key)) complain([key], `it has no "${key}"${didYouMean(key, KEYS)}`);
  const { vmid, name, state = 'present', description, vmstate } = spec.args;
  const number = Number(vmid);
  if (vmid === undefined) complain([], 'vmid is missing; it is the number of its guest');
  else if (!/^[1-9]\d{2,8}$/u.test(String(vmid)))
    complain(['vmid'], `vmid is "${String(vmid)}"; a number from 100 to 999999999 is wanted`);
  if (name === undefined) complain([], 'name is missing');
  else {
    const problem = typeof name === 'string' ? nameProblem(name) : 'it is no text';
    if (problem !== undefined) complain(['name'], problem);
  }
  if (state !== 'present' && state !== 'absent')
    complain(['state'], `state is "${String(state)}"; present or absent is wanted`);
  if (description !== undefined && description !== null && typeof description !== 'string')
    complain(['description'], 'description is no text');
  const memory = vmstate === undefined ? '0' : readSwitch(vmstate);
  if (memory === undefined) complain(['vmstate'], `vmstate is "${String(vmstate)}"; yes or no is wanted`);
  if (diagnostics.length > 0 || typeof name !== 'string') return fail(...diagnostics);
  const options: Record<string, WantedValue> =
    typeof description === 'string' || description === null
      ? { description: description === null || description === '' ? null : description.trimEnd() }
      : {};
  return ok({
    address: snapshotAddress({ vmid: number, name }, cluster),
    state: String(state),
    options,
    words: memory === '1' ? { vmstate: '1' } : {},
    positions: spec.positions,
    declaredBy: [spec.declaredBy],
  });
}

function readSwitch(value: unknown): '0' | '1' | undefined {
  const text = String(value);
  if (/^(?:1|on|yes|true)$/iu.test(text)) return '1';
  return /^(?:0|off|no|false)$/iu.test(text) ? '0' : undefined;
}
