import { expect, test } from 'vitest';
import type { Exec } from '../../src/apply/exec.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import { results, run } from './run-on-lab.ts';

/** Answers as a host on which there is nothing, but for scripts with this text. */
function emptyHost(asked: string[], isBad: (script: string) => boolean = () => false): Exec {
  return (host, script) => {
    const paths = [...script.matchAll(/^paths (?<words>.*)$/gmu)].flatMap(
      ({ groups }) => groups?.['words']?.split(' ') ?? [],
    );
    asked.push(paths.join(' '));
    if (isBad(script))
      return Promise.resolve(
        fail({ code: 'transport/timeout', severity: 'error', trouble: 'failed', message: 'too long', host }),
      );
    const stdout = Buffer.from(`@now 1\n@is\n@real\n${paths.map((path) => `${path}\0`).join('')}\n@end\n`);
    return Promise.resolve(ok({ exit: 0, stdout, stderr: Buffer.alloc(0) }));
  };
}

const play = (tasks: string): string => `- hosts: pve1\n  tasks:\n${tasks}`;

test('the first look reads what all coming tasks look at; what is not known yet is read when it is', async () => {
  const asked: string[] = [];
  const ran = await run(
    play(`    - stat: { path: /a }
      register: a
    - block:
        - stat: { path: "/{{ item }}" }
          loop: [b, c]
      always:
        - stat: { path: /d }
          when: a.stat.exists
    - stat: { path: /never }
      when: storage == "other"
    - copy: { dest: /e, content: "{{ a.stat.exists }}", force: false }
      check_mode: true
      ignore_errors: true
    - set_fact: { later: /f }
    - stat: { path: "{{ later }}" }
    - stat: { path: /g }
`),
    { exec: emptyHost(asked) },
  );
  expect(ran.exit).toBe(0);
  expect(asked).toEqual(['/a /b /c /d /e / /g', '/f']);
});

test('a host that does not come to an end with what is read ahead is asked task by task', async () => {
  const asked: string[] = [];
  const ran = await run(
    play('    - stat: { path: /a }\n    - stat: { path: /b }\n    - stat: { path: /hangs }\n'),
    {
      exec: emptyHost(asked, (script) => script.includes('/hangs')),
    },
  );
  expect(asked).toEqual(['/a /b /hangs', '/a', '/b', '/hangs']);
  expect(results(ran)).toEqual(['stat: pve1 ok', 'stat: pve1 ok', 'stat: pve1 failed']);
});

test('with --step nothing is read ahead: who is asked may take an hour', async () => {
  const asked: string[] = [];
  await run(play('    - stat: { path: /a }\n    - stat: { path: /b }\n'), {
    exec: emptyHost(asked),
    mayRun: () => Promise.resolve(true),
  });
  expect(asked).toEqual(['/a', '/b']);
});

test('each further try of a task looks anew', async () => {
  const asked: string[] = [];
  await run(
    play(`    - stat: { path: /a }
      register: a
      until: a.stat.exists
      retries: 2
      delay: 0
      ignore_errors: true
`),
    { exec: emptyHost(asked) },
  );
  expect(asked).toEqual(['/a', '/a', '/a']);
});

test('beside a job that nobody waits for each task looks for itself', async () => {
  const asked: string[] = [];
  await run(
    play(`    - stat: { path: /a }
    - command: work
      async: 60
      poll: 0
    - stat: { path: /a }
    - stat: { path: /b }
    - stat: { path: /a }
`),
    { exec: emptyHost(asked) },
  );
  expect(asked.filter((paths) => paths !== '')).toEqual(['/a', '/a', '/b', '/a']);
});
