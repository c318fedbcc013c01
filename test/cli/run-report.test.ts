import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Event } from '../../src/apply/event.ts';
import { runReport, silentTeller } from '../../src/cli/run-report.ts';
import { createMask } from '../../src/text/mask.ts';

test('secrets are masked in files before they are escaped there', async () => {
  const home = await mkdtemp(join(tmpdir(), 'pvefleet-report-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const [html, junit] = [join(home, 'run.html'), join(home, 'run.xml')];
  const stdout = { write: () => undefined, isTTY: false, colour: false, columns: 80, rows: 24 };
  const report = runReport(
    {
      flags: { html, junit },
      stdout,
      signal: new AbortController().signal,
      mask: createMask(new Set(['<geheim&>'])),
    },
    silentTeller,
  );
  const events: readonly Event[] = [
    { type: 'play-started', name: 'p', hosts: ['pve1'] },
    { type: 'task-started', name: 't' },
    { type: 'task-finished', host: 'pve1', outcome: 'failed', message: 'it is <geheim&>', diagnostics: [] },
  ];
  for (const event of events) report.tell(event);
  expect(await report.write()).toMatchObject({ ok: true });
  for (const file of [html, junit]) {
    const text = await readFile(file, 'utf8');
    expect(text).toContain('it is ');
    expect(text).not.toContain('geheim');
  }
});
