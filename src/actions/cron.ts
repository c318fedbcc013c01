import type { Facts, HostRead } from './host/facts.ts';
import type { Decision } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, preset, plainText } from './host/parameters.ts';
import { contentDiff } from './host/place-content.ts';
import { writeAct } from './host/write-file.ts';

const SPECIAL = ['annually', 'daily', 'hourly', 'monthly', 'reboot', 'weekly', 'yearly'] as const;

const parameters = {
  name: plainText('What the job is known by: it stands in a comment before it. Of `env` the variable.'),
  job: optional(plainText('The command; of `env` the value.', ['value'])),
  state: preset(choice(['present', 'absent'], 'Whether it is to be there.'), 'present'),
  minute: preset(plainText('0-59, *, */2.'), '*'),
  hour: preset(plainText('0-23.'), '*'),
  day: preset(plainText('1-31.', ['dom']), '*'),
  month: preset(plainText('1-12.'), '*'),
  weekday: preset(plainText('0-6, from Sunday.', ['dow']), '*'),
  special_time: optional(choice(SPECIAL, 'In place of the times.')),
  user: optional(plainText('Whose table it is; in a cron_file who runs it.')),
  cron_file: optional(plainText('A file in /etc/cron.d, in place of a table of a user.')),
  disabled: preset(flag('Have it there as a comment.'), false),
  env: preset(flag('A variable for all jobs of the table.'), false),
};

type CronValues = Values<typeof parameters>;

/** A job of cron, as Ansible's module. */
export const cron = plainHostTask({
  name: 'cron',
  help: 'A job of cron.',
  parameters,
  notYet: ['backup', 'insertafter', 'insertbefore'],
  changes: true,
  check: (values) => {
    const { state, job, cron_file: file, user, special_time: special, env } = values;
    const hasTimes = [values.minute, values.hour, values.day, values.month, values.weekday].some(
      (one) => one !== '*',
    );
    return [
      ...(state === 'present' && job === undefined ? [{ what: '"job" is missing' }] : []),
      ...(file !== undefined && !env && state === 'present' && user === undefined
        ? [{ what: '"user" is wanted with "cron_file"' }]
        : []),
      ...(special !== undefined && hasTimes
        ? [{ argument: 'special_time', what: 'it has both "special_time" and times; one is wanted' }]
        : []),
      ...(/[\r\n]/u.test(job ?? '')
        ? [{ argument: 'job', what: '"job" has a line end, which ends it for cron' }]
        : []),
    ];
  },
  reads: (values): readonly HostRead[] => [{ read: 'path', path: tableOf(values), content: true }],
  decide,
});

function tableOf({ cron_file: file, user }: CronValues): string {
  if (file !== undefined) return file.startsWith('/') ? file : `/etc/cron.d/${file}`;
  return `/var/spool/cron/crontabs/${user ?? 'root'}`;
}

function decide(values: CronValues, facts: Facts): Decision {
  const found = facts.path(tableOf(values));
  const before = (found.content?.toString() ?? '').replace(
    /^(?:# (?:DO NOT EDIT|\(.* installed on|\(Cron version).*\n){1,3}/u,
    '',
  );
  const after = values.env ? withVariable(before, values) : withJob(before, values);
  if (after === before) return { is: 'as wanted' };
  const content = Buffer.from(after);
  const diffs = contentDiff(found.path, found, content);
  const { cron_file: file, user = 'root' } = values;
  if (file === undefined) {
    const title = `install the crontab of ${user} (${content.length} bytes)`;
    return { is: 'change', acts: [{ argv: ['crontab', '-u', user, '-'], stdin: content, title }], diffs };
  }
  const path = found.real;
  const acts =
    after === ''
      ? [{ argv: ['rm', '-f', path] }]
      : [writeAct({ path, content, now: found.followed, backup: false })];
  return { is: 'change', acts, diffs };
}

/** As Ansible marks its jobs, so that it and this tool find each other's. */
const MARK = '#Ansible: ';

function withJob(before: string, values: CronValues): string {
  const lines = splitLines(before);
  const mark = MARK + values.name;
  const at = lines.indexOf(mark);
  const fresh = values.state === 'present' ? [mark, jobLine(values)] : [];
  const kept = at < 0 ? [...lines, ...fresh] : [...lines.slice(0, at), ...fresh, ...lines.slice(at + 2)];
  return joinLines(kept);
}

function jobLine(values: CronValues): string {
  const {
    minute,
    hour,
    day,
    month,
    weekday,
    special_time: special,
    user,
    cron_file: file,
    job = '',
  } = values;
  const when = special === undefined ? [minute, hour, day, month, weekday].join(' ') : `@${special}`;
  const who = file === undefined ? '' : `${user ?? 'root'} `;
  return `${values.disabled ? '#' : ''}${when} ${who}${job}`;
}

function withVariable(before: string, { name, job = '', state }: CronValues): string {
  const lines = splitLines(before);
  const isOf = (line: string): boolean => line.startsWith(`${name}=`);
  const at = lines.findIndex(isOf);
  const others = lines.filter((line) => !isOf(line));
  if (state === 'absent') return joinLines(others);
  const index = Math.max(at, 0);
  return joinLines([...others.slice(0, index), `${name}="${job}"`, ...others.slice(index)]);
}

const splitLines = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/u, '').split('\n');
const joinLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
