import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stepScript } from '../../src/apply/step-script.ts';
import type { Step } from '../../src/plan/plan.ts';

test('what a detached step prints comes while it runs, and all of it once', async () => {
  const home = await mkdtemp(join(tmpdir(), 'pvefleet-step-'));
  onTestFinished(() => rm(home, { recursive: true }));
  // As systemd-run does, but without a systemd.
  const tools = {
    'systemd-run': 'while [ "${1#--}" != "$1" ]; do shift; done; "$@" &',
    systemctl: 'exit 0',
  };
  for (const [name, text] of Object.entries(tools)) {
    await writeFile(join(home, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(home, name), 0o755);
  }
  // It goes on when its first line was seen.
  const command = `echo "transferred 1.0 GiB of 4.0 GiB (25.00%)"; until [ -e ${home}/go ]; do sleep 0.02; done; printf 'größer'; echo warned >&2; exit 3`;
  const step: Step = {
    id: '1/1',
    node: 'pve1',
    act: { run: 'exec', argv: ['sh', '-c', command] },
    guards: [],
    locks: [],
    effects: [],
    undo: [],
    detached: true,
    timeoutSeconds: 60,
  };
  const script = stepScript(step, {
    unit: 'r-1-1',
    digests: {},
    readBack: 'echo; echo end',
    begin: { how: 'first' },
    mayChange: undefined,
    note: '',
  });
  const child = spawn('sh', ['-c', script.replaceAll('/run/pvefleet', join(home, 'run'))], {
    env: { ...process.env, PATH: `${home}:${process.env['PATH'] ?? ''}` },
  });
  const said = { stdout: '', stderr: '' };
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
    if (said.stdout.includes('\n') && !said.stdout.includes('end')) void writeFile(join(home, 'go'), '');
  });
  const exit = await new Promise((resolve) => child.on('close', resolve));
  expect({ exit, ...said }).toEqual({
    exit: 3,
    stdout: 'transferred 1.0 GiB of 4.0 GiB (25.00%)\ngrößer\nend\n',
    stderr: 'warned\n',
  });
});
