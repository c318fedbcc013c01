import { expect, test } from 'vitest';
import type { Event } from '../../src/apply/event.ts';
import type { Result } from '../../src/diagnostic.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commands, messages, recap, results, run } from './run-on-lab.ts';

test('a host that did not answer is out from the start', async () => {
  const survey = {
    ...labSurvey({ unknown: { pve2: 'pve2 did not answer' } }),
    unreachable: [
      { code: 'x', severity: 'error', trouble: 'unreachable', message: 'Cannot reach pve2', host: 'pve2' },
    ],
  } as const;
  const ran = await run('    - debug: { msg: hi }\n', { survey });
  expect(results(ran)).toEqual(['debug: pve1 ok "hi" pve3 ok "hi"']);
  expect(recap(ran)).toMatchObject({ hosts: { pve2: { unreachable: 1, ok: 0 } } });
  expect(ran.exit).toBe(4);
});

test('variables: the later wins, templates in them are followed', async () => {
  const ran = await run(
    `- hosts: all
  vars: { storage: play, both: "{{ storage }} {{ item | default('-') }}" }
  tasks:
    - debug: { msg: "{{ greeting }} {{ storage }} {{ groups.lab | length }} {{ group_names | join }} {{ hostvars.pve1.greeting }} {{ ansible_check_mode }}" }
      when: inventory_hostname == 'pve2'
    - debug: { msg: "{{ both }}" }
      vars: { storage: task }
      loop: [a, b]
      when: [inventory_hostname == 'pve1', item != 'a']
    - debug: { msg: "{{ given }}" }
      vars: { given: task }
      when: inventory_hostname in groups.lab[:1]
`,
    { extraVars: { given: 'extra' } },
  );
  expect(results(ran)).toEqual([
    'debug: pve1 skipped pve2 ok "pve2 is not first play 3 lab pve1 is first False" pve3 skipped',
    'debug: pve1 skipped pve1 ok "task b" pve2 skipped pve3 skipped',
    'debug: pve1 ok "extra" pve2 skipped pve3 skipped',
  ]);
  expect(recap(ran)).toMatchObject({ hosts: { pve1: { ok: 2, skipped: 1 } } });
});

test('an undefined variable fails its host with the place, before any command', async () => {
  const ran = await run(
    '    - vm: { vmid: 101, node: pve1, name: "{{ role }}", cores: "{{ coers }}" }\n      when: inventory_hostname == "pve3"\n    - debug:\n',
  );
  const failed = ran.events.find((event) => event.type === 'task-finished' && event.outcome === 'failed');
  expect(failed).toMatchObject({
    host: 'pve3',
    diagnostics: [
      { message: expect.stringContaining('"role" is not defined'), at: { line: 3, column: 36 } },
      { message: expect.stringContaining('"coers" is not defined'), at: { line: 3, column: 56 } },
    ],
  });
  expect([ran.exit, commands(ran)]).toEqual([3, []]);
});

test('a loop over what is no list fails', async () => {
  const ran = await run('    - debug:\n      loop: "{{ groups }}"\n');
  expect(messages(ran)[0]).toBe('pve1: Cannot loop over {{ groups }}: it gives a mapping; a list is wanted');
});

test('command runs on each host under a UTF-8 locale, journaled before and after', async () => {
  const ran = await run('    - command: echo "grüße {{ inventory_hostname }}" $HOME\n');
  expect(ran.sent.map((one) => one.split(': ')[0])).toEqual(['pve1', 'pve2', 'pve3']);
  expect(ran.sent[0]).toContain('LC_ALL=C.UTF-8');
  expect(ran.sent[0]).toContain("echo 'grüße pve1' '$HOME'");
  const steps = ran.journal.filter(
    (event) => event.type.startsWith('step-') && 'node' in event && event.node === 'pve1',
  );
  expect(steps).toMatchObject([
    {
      type: 'step-started',
      step: '1/pve1/1',
      address: 'node/pve1@lab',
      cluster: 'lab',
      command: "echo 'grüße pve1' '$HOME'",
    },
    { type: 'step-finished', outcome: 'done', exit: 0, stdout: 'I am pve1\n' },
  ]);
  expect(recap(ran)).toMatchObject({ hosts: { pve1: { changed: 1 } }, commands: 3 });
});

test('a command that fails, and a host that is lost, are out', async () => {
  const answers: Readonly<Record<string, Result<Finished>>> = {
    pve1: ok({ exit: 2, stdout: Buffer.from(''), stderr: Buffer.from('no\n') }),
    pve2: fail({ code: 'x', severity: 'error', trouble: 'unreachable', message: 'Cannot reach pve2' }),
  };
  const ran = await run(
    '    - command: ls /x\n    - debug: { msg: on }\n',
    {},
    (host) => answers[host] ?? ok({ exit: 0, stdout: Buffer.from(''), stderr: Buffer.from('') }),
  );
  expect(results(ran)).toEqual([
    'command: pve1 failed pve2 unreachable pve3 changed',
    'debug: pve3 ok "true"',
  ]);
  expect(ran.exit).toBe(3);
});

test('tags choose tasks; those of the play count too', async () => {
  const plays =
    '- hosts: all\n  tags: a\n  tasks:\n    - { name: one, debug: {} }\n    - { name: two, debug: {}, tags: [b, never] }\n- hosts: all\n  tasks:\n    - { name: three, debug: {}, tags: c }\n    - { name: four, debug: {}, tags: always }\n';
  const named = async (only: readonly string[], skip: readonly string[] = []) =>
    results(await run(plays, { tags: { only, skip } })).map((line) => line.split(':')[0]);
  expect(await named([])).toEqual(['one', 'three', 'four']);
  expect(await named(['a'])).toEqual(['one', 'two', 'four']);
  expect(await named(['b'])).toEqual(['two', 'four']);
  expect(await named(['c'], ['always'])).toEqual(['three']);
});

test('the steps of a command have an id of their own on each host of a cluster', async () => {
  const ran = await run('    - command: "echo {{ item }}"\n      loop: [a, b]\n');
  const ids = ran.events.flatMap((event) => (event.type === 'step-started' ? [event.step] : []));
  expect(ids.toSorted()).toEqual(['1/pve1/1', '1/pve1/2', '1/pve2/1', '1/pve2/2', '1/pve3/1', '1/pve3/2']);
});

test('a command that tells how far it is has its progress told', async () => {
  const line = 'transferred 1.0 GiB of 4.0 GiB (25.00%)';
  const { events, journal } = await run('    - command: qm move-disk 100 scsi0 other\n', {
    exec: async (_host, _script, options) => {
      options?.onOutput?.('stdout', Buffer.from(`${line}\n`));
      return ok({ exit: 0, stdout: Buffer.from(`${line}\n`), stderr: Buffer.from('') });
    },
  });
  expect(events.filter(({ type }) => type === 'step-progress')).toHaveLength(3);
  expect(events).toContainEqual({
    type: 'step-progress',
    cluster: 'lab',
    step: '1/pve1/1',
    address: 'node/pve1@lab',
    node: 'pve1',
    percent: 25,
    text: line,
  });
  expect(journal.filter((event) => (event.type as string) === 'step-progress')).toEqual([]);
});

test('what a task came to on all hosts, in all turns, is recorded in one write to disk, and told in their order', async () => {
  let waiting: (() => void)[] = [];
  // A disk that writes when six lines have come; one that gets them one by one never does.
  const record = (event: Event): Promise<void> =>
    event.type !== 'task-finished'
      ? Promise.resolve()
      : new Promise((written) => {
          waiting.push(written);
          if (waiting.length < 6) return;
          for (const each of waiting) each();
          waiting = [];
        });
  const ran = await run('    - debug: { msg: "{{ item }}" }\n      loop: [a, b]\n', { record });
  expect(results(ran)).toEqual([
    'debug: pve1 ok "a" pve1 ok "b" pve2 ok "a" pve2 ok "b" pve3 ok "a" pve3 ok "b"',
  ]);
});
