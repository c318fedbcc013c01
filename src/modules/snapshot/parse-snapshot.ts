import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Spec } from '../../spec.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { ArgumentRow } from '../argument-row.ts';
import { readArgument, shownValue } from '../argument-row.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { nameProblem, snapshotAddress } from './snapshot-address.ts';

export const snapshotWords: readonly ArgumentRow[] = [
  {
    name: 'vmid',
    type: 'number',
    required: true,
    minimum: 100,
    maximum: 999_999_999,
    help: 'Number of its guest.',
  },
  {
    name: 'name',
    type: 'text',
    required: true,
    help: 'Its name: a letter, then letters, digits, `_`, `-`; 2 to 40 in all.',
  },
  { name: 'state', type: 'text', choices: ['present', 'absent'], help: 'present or absent.' },
  {
    name: 'vmstate',
    type: 'switch',
    help: 'Keep the memory of a running VM too; only when it is taken, never compared.',
  },
];

/** Validates a snapshot's spec: every error of it, each with its position. */
export function parseSnapshot(spec: Spec, cluster: string): Result<Wanted> {
  const diagnostics: Diagnostic[] = [];
  const complain = (path: readonly string[], what: string): void => {
    const at = positionAt(spec.positions, path);
    const message = `Cannot read a snapshot: ${what}`;
    diagnostics.push({
      code: 'snapshot/spec',
      severity: 'error',
      trouble: 'invalid',
      message,
      ...(at && { at }),
    });
  };
  const { description, ...others } = spec.args;
  const words: Record<string, string> = {};
  for (const [key, value] of Object.entries(others)) {
    const row = snapshotWords.find((each) => each.name === key);
    const read = row && readArgument(row, value);
    if (typeof read === 'string') words[key] = read;
    else if (read !== undefined) complain([key], `${key} is ${shownValue(value)}; ${read.wanted} is wanted`);
    else complain([key], `it has no "${key}"${didYouMean(key, [...names, 'description'])}`);
  }
  const { vmid, name, state = 'present', vmstate } = words;
  for (const { name: key, required } of snapshotWords)
    if (required === true && !(key in others)) complain([], `${key} is missing`);
  const problem = name === undefined ? undefined : nameProblem(name);
  if (problem !== undefined) complain(['name'], problem);
  if (description !== undefined && description !== null && typeof description !== 'string')
    complain(['description'], `description is ${shownValue(description)}; a text is wanted`);
  if (diagnostics.length > 0 || name === undefined) return fail(...diagnostics);
  const options: Record<string, WantedValue> =
    typeof description === 'string' || description === null
      ? { description: description === null || description === '' ? null : description.trimEnd() }
      : {};
  return ok({
    address: snapshotAddress({ vmid: Number(vmid), name }, cluster),
    state,
    options,
    secrets: {},
    words: vmstate === '1' ? { vmstate } : {},
    positions: spec.positions,
    declaredBy: [spec.declaredBy],
  });
}

const names = snapshotWords.map(({ name }) => name);
