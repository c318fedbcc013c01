import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vzdumpCronFile } from '../../src/pve/vzdump-cron-file.ts';
import {
  cronJobs,
  decodeVzdumpCron,
  encodeVzdumpCron,
  formatCronJob,
  removeCronJob,
  setCronJob,
  type CronJob,
} from '../../src/pve/vzdump-cron.ts';
import { sampleFiles } from './file-samples.ts';

const samples = sampleFiles('vzdump').filter(({ name }) => name.endsWith('.cron'));
const sample = (name: string): string =>
  samples.find((file) => file.name === `vzdump/${name}.cron`)?.text ?? '';

describe('vzdump.cron', () => {
  test('comes out as it went in, for every sample and any text', () => {
    for (const { name, text } of samples)
      expect({ name, text: vzdumpCronFile.inspect(text).encoded }).toEqual({ name, text });
    const line = fc.oneof(
      fc.constantFrom(
        '0 2 * * * root vzdump --all',
        '0 2 * * 9 root vzdump',
        "1 1 * * 1 root #vzdump 'x",
        'PATH=/bin',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(vzdumpCronFile.inspect(lines.join('\n')).encoded).toBe(lines.join('\n'));
      }),
    );
  });

  test('gives its jobs and what they name', () => {
    const { value, findings, refs } = vzdumpCronFile.inspect(sample('plain'));
    expect(value).toEqual([
      {
        minute: 0,
        hour: 2,
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        enabled: true,
        options: { mailto: 'ops@example.org', quiet: '1', storage: 'backup', all: '1', exclude: '100,101' },
      },
      {
        minute: 30,
        hour: 18,
        days: ['mon', 'wed', 'fri'],
        enabled: false,
        options: {
          vmid: '200,201',
          mode: 'stop',
          'exclude-path': ['/var/my cache', '/tmp'],
          quiet: '1',
          storage: 'local',
        },
      },
    ]);
    expect(findings).toEqual([]);
    expect(refs.map(({ kind, name, line }) => `${line} ${kind} ${name}`)).toEqual([
      '6 storage backup',
      '6 guest 100',
      '6 guest 101',
      '7 storage local',
      '7 guest 200',
      '7 guest 201',
    ]);
    expect(vzdumpCronFile.looksLike(sample('by-hand'))).toBe('certain');
    expect(vzdumpCronFile.path.test('/etc/pve/vzdump.cron')).toBe(true);
  });

  test('names what PVE makes no job of', () => {
    const { findings } = vzdumpCronFile.inspect(sample('by-hand'));
    expect(findings.map(({ line, message }) => `${line} ${message.split(';')[0]}`)).toEqual([
      '2 "1-5" are no days of the week',
      '3 "0 3 1 * * root vzdump 100" is no backup job',
      '4 "--nosuch" is no option of vzdump',
      '5 mode: "fast" is refused',
      '6 25:0 is no time of day',
      '7 "@daily root vzdump" is no backup job',
      '8 "\'open" has a quote that is not closed',
    ]);
    expect(cronJobs(decodeVzdumpCron(sample('by-hand')))[0]).toMatchObject({
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'],
      options: new Map([
        ['all', ['0']],
        ['quiet', ['1']],
        ['compress', ['zstd']],
        ['vmid', ['100,101']],
      ]),
    });
  });

  const normal = (text: string): unknown => vzdumpCronFile.inspect(text).normal;

  test.each([
    [
      '0 2 * * 1,2 root vzdump 100 101 --quiet 1',
      '00 02 * * tue,mon root /usr/bin/vzdump 101,100 -mode=snapshot\n# x',
    ],
    ['0 2 * * * root vzdump --all', '0 2 * * 0,1,2,3,4,5,6 root vzdump --all yes'],
  ])('means the same in %j and %j', (a, b) => {
    expect(normal(a)).toEqual(normal(b));
  });

  test.each([
    ['0 2 * * 1 root vzdump 100', '0 2 * * 1 root #vzdump 100'],
    ['0 2 * * 1 root vzdump 100', '0 3 * * 1 root vzdump 100'],
    ['0 2 * * 1 root vzdump 100', '0 2 * * 7 root vzdump 100'],
    ['0 2 * * 1 root vzdump 100', '0 2 * * 1 root vzdump 100\n0 2 * * 1 root vzdump 100'],
  ])('means something else in %j and %j', (a, b) => {
    expect(normal(a)).not.toEqual(normal(b));
  });
});

describe('editing', () => {
  const cron = decodeVzdumpCron(sample('plain'));

  test('a job is written as PVE writes it', () => {
    const lines = sample('plain').split('\n').slice(5, 7);
    expect(cronJobs(cron).map(formatCronJob)).toEqual(lines);
  });

  test('changes, adds and removes one job', () => {
    const [first] = cronJobs(cron);
    const later: CronJob = {
      minute: 5,
      hour: 3,
      days: ['sun'],
      enabled: true,
      options: new Map([['vmid', ['100']]]),
    };
    const line = `5 3 * * ${'7'.padEnd(11)} root vzdump 100`;
    expect(first?.hour).toBe(2);
    expect(
      encodeVzdumpCron(setCronJob(cron, 1, later))
        .split('\n')
        .toSpliced(6, 1, 'x'),
    ).toEqual(sample('plain').split('\n').toSpliced(6, 1, 'x'));
    expect(encodeVzdumpCron(setCronJob(cron, 1, later)).split('\n')[6]).toBe(line);
    expect(encodeVzdumpCron(setCronJob(cron, 2, later))).toBe(`${sample('plain')}${line}\n`);
    expect(encodeVzdumpCron(removeCronJob(cron, 0)).split('\n')).toEqual(
      sample('plain').split('\n').toSpliced(5, 1),
    );
  });
});
