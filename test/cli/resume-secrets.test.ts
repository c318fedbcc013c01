import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { secretsOfRest } from '../../src/cli/resume-secrets.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { labSurvey } from '../lab-snapshot.ts';

const spec = (args: Readonly<Record<string, unknown>>) => ({
  kind: 'vm',
  args: { vmid: 101, node: 'pve1', ...args },
  positions: {},
  declaredBy: 'test',
});
const plansOf = (args: Readonly<Record<string, unknown>>) =>
  makePlan(labSurvey(), [spec(args)], { allowDestroy: false }).plans;

/** What becomes of a run whose document has this text by now. */
async function found(text: string | undefined, args: Readonly<Record<string, unknown>>) {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-secrets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const document = join(directory, 'web.yml');
  if (text !== undefined) await writeFile(document, text);
  const chain = { first: 'R', runs: [] as never };
  const secrets = await secretsOfRest({ chain, document }, plansOf(args), labSurvey());
  if (secrets.ok) return Object.fromEntries(secrets.value);
  return secrets.diagnostics.map(
    ({ trouble, message }) => `${trouble}: ${message.replaceAll(directory, 'D')}`,
  );
}

const needs = 'refused: Cannot resume run R: it needs vm/101@lab cipassword, which no journal holds;';

test('the secrets of what is left come from the document as it is now', async () => {
  const args = { cipassword: 'was' };
  expect(await found('vms: [{ vmid: 101, node: pve1, cipassword: is-now }]', args)).toEqual({
    'vm/101@lab cipassword': 'is-now',
  });
  expect(await found('vms: [{ vmid: 101, node: pve1 }]', args)).toEqual([
    `${needs} its document D/web.yml declares vm/101@lab cipassword no more`,
  ]);
  expect(await found(undefined, args)).toEqual([
    `${needs} Cannot read the document D/web.yml: there is no such file`,
  ]);
  expect(await found('vms: [{ vmid: 101, node: pve1, coers: 2 }]', args)).toEqual([
    `${needs} Cannot read vm/101: qm has no option "coers"; did you mean "cores"?`,
  ]);
  const other = await secretsOfRest(
    { chain: { first: 'R', runs: [] as never }, document: undefined },
    plansOf(args),
    labSurvey(),
  );
  expect(other).toMatchObject({ ok: false, diagnostics: [{ code: 'resume/secret' }] });
});

test('what needs none reads no document', async () => {
  expect(await found(undefined, { cores: 2 })).toEqual({});
});
