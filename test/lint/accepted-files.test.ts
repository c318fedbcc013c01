import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { expect, test } from 'vitest';
import type { Linted } from '../../src/lint/inspect-file.ts';
import { inspectFile } from '../../src/lint/inspect-file.ts';

/** Lint must not cry wolf: what PVE wrote or accepts has no error, and is written again byte for byte. */

function inspect(file: string, bytes: Buffer, path?: string): Linted | string {
  return inspectFile(
    { file, relative: file, bytes, named: true, ...(path !== undefined && { path }) },
    undefined,
  );
}

function errorsOf(linted: Linted, bytes: Buffer): readonly string[] {
  expect(Buffer.from(linted.rewritten).equals(bytes)).toBe(true);
  return linted.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ line, code, message }) => `${linted.source.file}:${line} ${code} ${message}`);
}

const files = z.record(z.string(), z.string().nullable()).optional();
const recording = z.object({
  start: z.record(z.string(), z.object({ files })).optional(),
  steps: z.array(z.object({ files })),
});

const recordings = new URL('../recordings/', import.meta.url);
const recorded = readdirSync(recordings).filter((name) => /^(?:vm|ct|storage)-/u.test(name));

test.each(recorded)('%s: files as real PVE wrote them', (name) => {
  const { start = {}, steps } = recording.parse(JSON.parse(readFileSync(new URL(name, recordings), 'utf8')));
  const all = [...Object.values(start), ...steps].flatMap((each) => Object.entries(each.files ?? {}));
  const told = all.flatMap(([path, text]) => {
    if (text === null) return [];
    const bytes = Buffer.from(text);
    const linted = inspect(path, bytes, path);
    return typeof linted === 'string' ? [] : [errorsOf(linted, bytes)];
  });
  expect(told.length).toBeGreaterThan(0);
  expect(told.flat()).toEqual([]);
});

const shared = new URL('../../../shared/pve/configs/', import.meta.url);

test.skipIf(!existsSync(shared))("files of PVE's own test suites that it accepts", () => {
  const index = readFileSync(new URL('INDEX.tsv', shared), 'utf8');
  const accepted = index.split('\n').flatMap((row) => {
    const [file = '', duty = ''] = row.split('\t');
    // This one has options of a VM and of a container.
    return duty.startsWith('RT') && !/^vm\/proxmox-firewall\/.*100\.conf$/u.test(file) ? [file] : [];
  });
  const told = accepted.flatMap((file) => {
    const bytes = readFileSync(fileURLToPath(new URL(file, shared)));
    const linted = inspect(file, bytes);
    return typeof linted === 'string' ? [] : [errorsOf(linted, bytes)];
  });
  expect(told.length).toBeGreaterThan(150);
  expect(told.flat()).toEqual([]);
});
