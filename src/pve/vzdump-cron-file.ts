import { checkValue } from './check-value.ts';
import type { FileKind, Finding, Inspected } from './file-kind.ts';
import { vzdumpOptions } from './schema/vzdump-options.ts';
import { backupRefs, normalBackupOptions } from './vzdump-conf.ts';
import { cronJobs, decodeVzdumpCron, encodeVzdumpCron, type CronJob, type CronLine } from './vzdump-cron.ts';

export const vzdumpCronFile: FileKind = {
  kind: 'vzdump-cron',
  summary: 'The old file of backup jobs, vzdump.cron.',
  path: /^\/etc\/pve\/vzdump\.cron$/u,
  looksLike: (text) =>
    /^# cluster wide vzdump cron schedule$|^\d+\s+\d+\s+\*\s+\*\s+\S+\s+root\s+(?:\/\S+\/)?#?vzdump\b/mu.test(
      text,
    )
      ? 'certain'
      : 'no',
  inspect: inspectVzdumpCron,
};

function inspectVzdumpCron(text: string): Inspected {
  const cron = decodeVzdumpCron(text);
  return {
    value: cronJobs(cron).map((job) => ({ ...job, options: flat(job) })),
    encoded: encodeVzdumpCron(cron),
    normal: cronJobs(cron)
      .map((job) => JSON.stringify(normalJob(job)))
      .toSorted(),
    findings: cron.lines.flatMap((line, index) => findingsOf(line, index + 1)),
    refs: cron.lines.flatMap((line, index) =>
      line.type === 'job'
        ? [...line.job.options].flatMap(([key, values]) =>
            values.flatMap((value) => backupRefs(key, value).map((ref) => ({ ...ref, line: index + 1 }))),
          )
        : [],
    ),
    defines: [],
  };
}

const flat = ({ options }: CronJob): unknown =>
  Object.fromEntries(
    [...options].map(([key, values]) => [key, key === 'exclude-path' ? values : values.at(-1)]),
  );

/** Jobs run each for itself, so their order does not count; PVE always writes them quiet (write_vzdump_cron_config). */
function normalJob({ minute, hour, days, enabled, options }: CronJob): unknown {
  const { quiet: _quiet, ...rest } = normalBackupOptions(options);
  return { minute, hour, days, enabled, options: rest };
}

function findingsOf(line: CronLine, number: number): readonly Finding[] {
  const found = (severity: Finding['severity'], code: string, message: string): Finding => ({
    line: number,
    severity,
    code: `vzdump-cron/${code}`,
    message,
  });
  if (line.type === 'broken' || line.type === 'kept') return [found('error', 'broken-line', line.problem)];
  if (line.type !== 'job') return [];
  const { minute, hour, options } = line.job;
  const late =
    minute > 59 || hour > 23
      ? [found('error', 'time', `${hour}:${minute} is no time of day; 0:00 to 23:59 is wanted`)]
      : [];
  const values = [...options].flatMap(([name, all]) =>
    all.flatMap((value) => {
      const schema = vzdumpOptions[name];
      const one = schema?.type === 'array' ? schema.items : schema;
      return one === undefined
        ? []
        : checkValue(one, value).map(({ message, path = [] }) =>
            found('error', 'value', `${[name, ...path].join('.')}: ${message}`),
          );
    }),
  );
  return [...late, ...values];
}
