import { describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../src/diagnostic.ts';
import { placeSpecs } from '../../src/documents/place-specs.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Spec } from '../../src/spec.ts';

function snapshot(cluster: string, ...nodes: readonly string[]): Snapshot {
  const silent = nodes.map((node) => [node, { unknown: 'not asked' }] as const);
  return { cluster, nodes: Object.fromEntries(silent), files: {}, digests: {} };
}

const prod = snapshot('prod', 'pve1', 'pve2');
const lab = snapshot('lab', 'lab1', 'pve2');

function survey(clusters: readonly Snapshot[], ...silent: readonly string[]): Survey {
  const unreachable = silent.map(
    (host) =>
      ({
        code: 'ssh/timeout',
        severity: 'error',
        trouble: 'unreachable',
        message: 'Cannot reach it',
        host,
      }) as const,
  );
  return { clusters, unreachable };
}

function spec(node?: string, cluster?: string): Spec {
  const at = { file: 'doc.yml', line: 1, column: 1 };
  const positions = { '': at, '/node': { ...at, line: 2 }, '/cluster': { ...at, line: 3 } };
  return {
    kind: 'vm',
    args: { vmid: 100, ...(node && { node }) },
    positions,
    declaredBy: 'doc.yml',
    ...(cluster && { cluster }),
  };
}

describe('placeSpecs', () => {
  it.each<readonly [string, Survey, Spec, string]>([
    ['the only cluster', survey([prod]), spec(), 'prod'],
    ['the only cluster, leaving a wrong node to the plan', survey([prod]), spec('pve9'), 'prod'],
    ['the cluster that it names', survey([prod, lab]), spec('pve2', 'lab'), 'lab'],
    ['the cluster that has its node', survey([prod, lab]), spec('lab1'), 'lab'],
    ['the only cluster that answered', survey([prod], 'other'), spec(), 'prod'],
  ])('chooses %s', (_, found, wanted, cluster) => {
    expect(placeSpecs([wanted], found)).toEqual({ ok: true, value: [{ ...wanted, cluster }], warnings: [] });
  });

  it.each<readonly [string, Survey, Spec, string, number | undefined]>([
    [
      'an unknown cluster',
      survey([prod, lab]),
      spec('pve1', 'prd'),
      'Cannot plan for the cluster "prd": the inventory\'s hosts have no such cluster; did you mean "prod"?',
      3,
    ],
    [
      'an unknown node',
      survey([prod, lab]),
      spec('lap1'),
      'Cannot plan for the node "lap1": no cluster of the inventory has such a node; did you mean "lab1"?',
      2,
    ],
    [
      'a node of two clusters',
      survey([prod, lab]),
      spec('pve2'),
      'Cannot tell which cluster vm 100 is for: the clusters prod and lab have a node "pve2" each; "cluster" is wanted',
      1,
    ],
    [
      'neither node nor cluster',
      survey([prod, lab]),
      spec(),
      'Cannot tell which cluster vm 100 is for: the inventory has the clusters prod, lab; "node" or "cluster" is wanted',
      1,
    ],
  ])('refuses %s once', (_, found, wanted, message, line) => {
    const result = placeSpecs([wanted, wanted], found);
    expect(result.ok).toBe(false);
    expect(diagnosticsOf(result)).toMatchObject([
      { severity: 'error', trouble: 'invalid', message, at: { line } },
    ]);
  });

  it('leaves out what may be meant for a host that did not answer, and says so', () => {
    const result = placeSpecs([spec('pve1'), spec('alone')], survey([prod, lab], 'alone'));
    expect(result).toMatchObject({
      ok: true,
      value: [{ cluster: 'prod' }],
      warnings: [
        {
          severity: 'warning',
          trouble: 'unreachable',
          hint: 'it may be behind a host that did not answer: alone',
        },
      ],
    });
  });

  it('places nothing when nobody answered', () => {
    expect(placeSpecs([spec()], survey([], 'pve1'))).toMatchObject({
      ok: true,
      value: [],
      warnings: [{ trouble: 'unreachable' }],
    });
  });
});
