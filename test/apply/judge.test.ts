import { expect, test } from 'vitest';
import { judge } from '../../src/apply/judge.ts';
import { ok } from '../../src/diagnostic.ts';
import type { Step } from '../../src/plan/plan.ts';

test('a wait that came to nothing names the guest that it was for', () => {
  const step: Step = {
    id: '1/2',
    node: 'pve1',
    act: { run: 'exec', argv: ['timeout', '5', 'sh', '-c', 'until qm agent 101 ping; do sleep 2; done'] },
    guards: [],
    locks: [],
    effects: [
      {
        brings: 'power',
        address: { kind: 'vm', name: '101', cluster: 'lab' },
        node: 'pve1',
        is: 'running',
      },
    ],
    undo: { impossible: 'it only waits' },
    detached: true,
    timeoutSeconds: 7,
  };
  const finished = { exit: 124, stdout: Buffer.from(''), stderr: Buffer.from('') };
  const answer = ok({ output: Buffer.from(''), files: {}, running: { vms: [101], containers: [] } });
  expect(judge(step, 'host1', finished, answer)).toMatchObject({
    done: false,
    diagnostics: [
      {
        code: 'apply/not-in-time',
        host: 'host1',
        message: 'Cannot wait for vm/101@lab any longer: what was waited for has not come within 5 s',
      },
    ],
  });
});
