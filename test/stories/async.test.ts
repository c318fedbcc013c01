import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

const PLAYBOOK = `- hosts: pve1
  tasks:
    - name: long
      shell: sleep 0.3; echo done it; echo to err >&2
      async: 60
      poll: 1
      register: waited
    - assert: { that: ["waited.rc == 0", "waited.stdout == 'done it'", "waited.stderr == 'to err'"] }
    - name: with an environment
      shell: cat; echo $ONE $TWO
      args: { stdin: given }
      environment: { ONE: one two, TWO: three }
      async: 60
      register: told
    - assert: { that: ["told.stdout_lines == ['given', 'one two three']"] }
    - name: left alone
      shell: cat; sleep 0.5; echo later
      args: { stdin: given }
      async: 60
      poll: 0
      register: job
    - assert: { that: ["job.started == 1", "job.finished == 0"] }
    - name: look
      async_status: { jid: "{{ job.ansible_job_id }}" }
      register: out
      until: out.finished == 1
      retries: 50
      delay: 0.1
    - assert: { that: ["out.rc == 0", "'given' in out.stdout", "'later' in out.stdout"] }
    - async_status: { jid: "{{ job.ansible_job_id }}", mode: cleanup }
    - async_status: { jid: "{{ job.ansible_job_id }}" }
      register: gone
      ignore_errors: true
    - assert: { that: ["gone is failed", "gone.msg == 'could not find job'"] }
    - name: bad
      shell: echo why >&2; exit 3
      async: 60
      register: bad
      ignore_errors: true
    - assert: { that: ["bad.rc == 3", "bad.stderr == 'why'"] }
`;

test('commands as units of the node: waited for, left to themselves and looked at, failing', async () => {
  const fleet = await openFleet();
  const ran = await fleet.cli(['run', await fleet.write('async.yml', PLAYBOOK)]);
  expect(ran.stdout).toMatch(/pve1 : ok=\d+ changed=\d+ unreachable=0 failed=0/u);
  expect(ran.exit).toBe(0);
  const journal = await fleet.journal();
  const names = journal.flatMap(({ type, unit }) =>
    type === 'step-started' && typeof unit === 'string' ? [unit] : [],
  );
  expect(names.map((name) => name.replace(/\d{8}t\w+-\w+/u, 'RUN'))).toEqual([
    expect.stringMatching(/^RUN-\d+-pve1-1$/u),
    expect.stringMatching(/^RUN-\d+-pve1-1$/u),
    expect.stringMatching(/^job-RUN-\d+-pve1-1$/u),
    expect.stringMatching(/^RUN-\d+-pve1-1$/u),
  ]);
  // Nothing is left but what the run was told to leave.
  expect(fleet.names('pve1', '/run/pvefleet')).toEqual([]);
});

test('a connection that is cut in the middle of it: it goes on and is found again, once; the play goes on', async () => {
  const fleet = await openFleet();
  const tasks = `- hosts: pve1
  tasks:
    - shell: echo once >> /root/count; sleep 1; echo done it
      async: 60
      poll: 5
      register: out
    - shell: "echo {{ out.stdout }} > /root/out"
`;
  const child = fleet.start(['run', await fleet.write('cut.yml', tasks)]);
  await fleet.appears('pve1', '/run/pvefleet');
  fleet.lab.faults.add('pve1', { kind: 'dead' })();
  expect(await child.ended).toMatchObject({ exit: 0 });
  expect(fleet.file('pve1', '/root/count')).toBe('once\n');
  expect(fleet.file('pve1', '/root/out')).toBe('done it\n');
});

test('the controller is killed in the middle of it: resume finds it, and how it ended', async () => {
  const fleet = await openFleet();
  const tasks = `- hosts: pve1
  tasks:
    - shell: echo once >> /root/count; sleep 2
      async: 60
`;
  const child = fleet.start(['run', await fleet.write('killed.yml', tasks)]);
  await fleet.appears('pve1', '/run/pvefleet');
  child.kill();
  await child.ended;
  const resumed = await fleet.cli(['resume', '--last']);
  expect(resumed).toMatchObject({
    exit: 2,
    stdout: expect.stringContaining('1 step that was under way is settled'),
  });
  expect(fleet.file('pve1', '/root/count')).toBe('once\n');
  const ends = (await fleet.journal()).filter(({ type }) => type === 'step-finished');
  expect(ends).toMatchObject([{ outcome: 'done', exit: 0 }]);
});
