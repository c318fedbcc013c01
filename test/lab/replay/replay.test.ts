import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeRecording } from '../../../lab/src/replay/judge.ts';
import { readRecording } from '../../../lab/src/replay/recording.ts';
import { replay } from '../../../lab/src/replay/replay.ts';

const FOLDER = new URL('../../recordings/', import.meta.url).pathname;

/** Steps that pass, of all, in each recording kept here of which not all do: a number may grow, never shrink. */
const PASSED: Readonly<Record<string, number>> = {
  'ct-01-create.json': 41,
  'ct-04-clone-snapshot.json': 46,
  'cluster-02-guests-across-nodes.json': 65,
  'ct-05-running-lifecycle.json': 68,
  'storage-02-types.json': 55,
  'pvesh-01-basics.json': 58,
  'pvesh-05-network-apply.json': 31,
  'pvesh-07-node-tools.json': 30,
  'sdn-01-zones-vnets.json': 33,
  'vm-01-create-minimal.json': 33,
  'vm-03-set-basic.json': 44,
  'vm-04-set-utf8.json': 18,
  'vm-09-passthrough-misc.json': 60,
  'vm-10-running-lifecycle.json': 46,
  'vm-17-snapshot-ram-hibernate.json': 34,
};

/** What the lab's users need most must be as recorded, each step of it; known exceptions have their reason. */
const NEEDED =
  /^(env \S+ )?(qm (create|config|list|status|start|stop|destroy)|pct (create|set|config|list|status|start|stop|shutdown|destroy)) /;
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'vm-17-snapshot-ram-hibernate.json 24':
    'qmeventd took the last files of the hibernated VM away; in the lab they go with the VM',
};

const recordings = readdirSync(FOLDER).filter((name) =>
  /^(vm|ct|storage|backup|cluster|pvesh|access|firewall|sdn|ha)-.*\.json$/.test(name),
);

describe('recordings of real PVE', () => {
  it.each(recordings)('%s', async (name) => {
    const recording = readRecording(join(FOLDER, name));
    const differences = await judgeRecording(recording);
    const needed = differences
      .filter(
        ({ index, step }) =>
          NEEDED.test(`${step.argv.join(' ')} `) && EXCEPTIONS[`${name} ${index}`] === undefined,
      )
      .map(({ index, step, lines }) => [index, step.argv.join(' '), ...lines]);
    expect(needed).toEqual([]);
    expect(recording.steps.length - differences.length).toBeGreaterThanOrEqual(
      PASSED[name] ?? recording.steps.length,
    );
  });
});

describe('replay', () => {
  async function output(
    ...files: readonly string[]
  ): Promise<{ readonly exit: number; readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const exit = await replay(files, (line) => lines.push(line));
    return { exit, lines };
  }

  function recordingFile(steps: readonly object[]): string {
    const path = join(mkdtempSync(join(tmpdir(), 'replay-')), 'made-up.json');
    writeFileSync(
      path,
      JSON.stringify({
        nodes: ['pve1'],
        start: { pve1: { files: { '/etc/hostname': 'pve1\n' }, volumes: [] } },
        steps,
      }),
    );
    return path;
  }

  it('judges each step from the recorded state, after a difference too', async () => {
    const conf = '/etc/pve/nodes/pve1/qemu-server/100.conf';
    const file = recordingFile([
      {
        node: 'pve1',
        argv: ['qm', 'help', '100'],
        exit: 0,
        stdout: '',
        stderr: '',
        files: { [conf]: 'cores: 2\nname: put\n' },
      },
      {
        node: 'pve1',
        argv: ['qm', 'set', '100', '--cores', '3'],
        exit: 0,
        stdout: 'update VM 100: -cores 3\n',
        stderr: '',
        files: { [conf]: 'cores: 3\nname: put\n' },
      },
    ]);
    const { exit, lines } = await output(file);
    expect(exit).toBe(2);
    expect(lines).toEqual([
      'made-up.json step 0 on pve1: qm help 100',
      `    ${conf}: recorded, is absent`,
      '    exit: recorded 0, got 255',
      '    stderr:',
      "      + pvefleet-lab: 'qm help' is not modelled",
      'made-up.json: 1 of 2 steps as recorded',
      '1 passed, 1 failed',
    ]);
  });

  it('exits 0 when all is as recorded', async () => {
    const { exit, lines } = await output(
      recordingFile([{ node: 'pve1', argv: ['qm', 'list'], exit: 0, stdout: '', stderr: '' }]),
    );
    expect([exit, lines.at(-1)]).toEqual([0, '1 passed, 0 failed']);
  });

  it('says of a file that cannot be read, or is no recording, what is wrong', async () => {
    const missing = await output('/nonexistent/x.json');
    expect(missing.exit).toBe(1);
    expect(missing.lines[0]).toContain('Cannot replay /nonexistent/x.json: ENOENT');
    const path = join(mkdtempSync(join(tmpdir(), 'replay-')), 'list.json');
    writeFileSync(path, '[]');
    expect((await output(path)).lines).toEqual([
      `Cannot replay ${path}: it is no recording; wanted are "start" (an object) and "steps" (a list)`,
    ]);
  });
});
