import { expect, test } from 'vitest';
import { planDocument } from '../../src/documents/plan-document.ts';
import { readDocument } from '../../src/documents/read-document.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';

const down: Survey = {
  ...labSurvey({
    files: { '/etc/pve/nodes/pve2/qemu-server/120.conf': 'name: there\n' },
    unknown: {
      pve2: 'host pve2 gave no answer (Cannot connect to pve2)',
      pve3: 'no host that was asked is node pve3 of lab',
    },
  }),
  unreachable: [
    {
      code: 'ssh/refused',
      severity: 'error',
      trouble: 'unreachable',
      message: 'Cannot connect to pve2',
      host: 'pve2',
    },
  ],
};

/** The titles that are planned, "warning: …" and "refused: …" by what begins them. */
async function plan(...guests: readonly string[]) {
  const specs = await readDocument(`vms:\n${guests.map((guest) => `  - ${guest}\n`).join('')}`, 'doc.yml');
  const planned = specs.ok ? planDocument(specs.value, down, { allowDestroy: false }) : specs;
  if (!planned.ok) throw new Error(planned.diagnostics.map(({ message }) => message).join('\n'));
  const { plans, warnings, refusals, compared } = planned.value;
  return {
    planned: plans.flatMap(({ changes }) => changes.map(({ title }) => title)),
    warnings: warnings.map(({ trouble, message }) => `${trouble} ${message.split(',')[0]}`),
    refused: refusals.map(({ spec, diagnostics }) => [
      spec.args['vmid'],
      diagnostics.map(({ code }) => code),
    ]),
    compared,
  };
}

test('what is for a node that did not answer is left out, a new guest and one that is there', async () => {
  expect(
    await plan(
      '{ vmid: 101, node: pve1, name: v101 }',
      '{ vmid: 102, node: pve2, name: v102, scsi0: "local-lvm:4", net0: { model: virtio, bridge: vmbr0 } }',
      '{ vmid: 120, name: there, state: running }',
      '{ vmid: 103, node: pve1, name: v103 }',
    ),
  ).toEqual({
    planned: ['v101', 'v103'],
    warnings: [
      "unreachable Cannot plan vm/102@lab: node pve2 can't be reached",
      "unreachable Cannot plan vm/120@lab: node pve2 can't be reached",
    ],
    refused: [],
    compared: 2,
  });
});

test('what is refused for another reason, or for a node that nobody was asked about, stays refused', async () => {
  expect(
    await plan('{ vmid: 102, node: pve1, scsi0: "nowhere:4" }', '{ vmid: 103, node: pve3 }'),
  ).toMatchObject({
    planned: [],
    warnings: [],
    refused: [
      [102, [expect.stringContaining('storage')]],
      [103, ['guest/node-not-reached']],
    ],
  });
});
