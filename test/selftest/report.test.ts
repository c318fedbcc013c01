import { expect, test } from 'vitest';
import { reportMarkdown, verdict } from '../../src/selftest/report-markdown.ts';
import type { StepResult } from '../../src/selftest/run-steps.ts';
import { testReport } from '../../src/selftest/test-report.ts';
import { labSnapshot } from '../lab-snapshot.ts';

const good: StepResult = {
  number: 1,
  title: 'A VM is made',
  outcome: 'as expected',
  seconds: 2.34,
  commands: [{ command: 'qm create 9990', exit: 0 }],
  differences: [],
};

const differs: StepResult = {
  ...good,
  number: 2,
  title: 'A VM is set',
  outcome: 'differs',
  commands: [{ command: "qm set 9990 --description 'on pve1'", exit: null }],
  differences: [
    {
      about: 'standard output',
      lines: [
        { sign: ' ', text: 'update VM' },
        { sign: '-', text: 'size={number}' },
        { sign: '+', text: '```pve1' },
      ],
    },
  ],
};

const notTried = (number: number, why: string): StepResult => ({
  ...good,
  number,
  outcome: 'not tried',
  why,
  seconds: 0,
});

const report = (results: readonly StepResult[], left: readonly { what: string; remove?: string }[] = []) =>
  testReport({
    pvefleet: '0.1.0',
    snapshot: labSnapshot(),
    place: {
      host: 'one',
      cluster: 'lab',
      node: 'pve1',
      storage: { id: 'fast', type: 'zfspool', forContainers: true },
      vmids: { vm: 9990, clone: 9991, linked: 9992, container: 9993, containerClone: 9994 },
    },
    results,
    leftOut: ['containers: no storage of pve1 has a template'],
    trouble: [],
    left,
    mask: (text) => text.replaceAll('pve1', 'NODE'),
  });

test('a report for a bug tracker, with what came from the site masked', () => {
  const made = report(
    [good, differs, notTried(3, 'lost'), notTried(4, 'lost'), notTried(5, 'other')],
    [{ what: 'guest 9990 on pve1', remove: 'qm destroy 9990' }, { what: 'guest 9991 on pve1' }],
  );
  expect(reportMarkdown(made)).toBe(`# pvefleet selftest: 1 of 5 steps differs, 3 of 5 were not tried

| | |
| --- | --- |
| pvefleet | 0.1.0 |
| pve-manager | 9.2.11 |
| kernel | 6.18.4-1-pve |
| node | 16 CPUs, 64 GiB, in a cluster of 3 |
| storage | zfspool |

## Still there

- guest 9990 on NODE
  remove it with: \`qm destroy 9990\`
- guest 9991 on NODE
  (not of this test: it was left alone)

## 2. A VM is set

\`\`\`
qm set 9990 --description 'on NODE'    (exit none)
\`\`\`

Expected (\`-\`) and found (\`+\`), standard output:

\`\`\`\`diff
  update VM
- size={number}
+ \`\`\`NODE
\`\`\`\`

## All steps

| | step | outcome | seconds |
| --- | --- | --- | --- |
| 1 | A VM is made | as expected | 2.3 |
| 2 | A VM is set | **differs** | 2.3 |
| 3 to 4 | | not tried: lost | |
| 5 | | not tried: other | |

Left out:

- containers: no storage of NODE has a template
`);
});

test('how it went, in a few words', () => {
  expect(verdict(report([good]))).toBe('all 1 steps were as expected');
  expect(verdict(report([good, differs, differs]))).toBe('2 of 3 steps differ');
  expect(verdict(report([good, notTried(2, 'lost')]))).toBe('1 of 2 was not tried');
});
