import type { Facts, HostRead } from './host/facts.ts';
import type { Decision, HostAct } from './host/host-task.ts';
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
  insertafter: optional(
    plainText('Of `env`: the variable after which a new one goes; else it is the first.'),
  ),
  insertbefore: optional(plainText('Of `env`: the variable before which a new one goes.')),
  backup: preset(flag('Keep the old table in a file of /tmp.'), false),
};

type CronValues = Values<typeof parameters>;

/** A job of cron, as Ansible's module. */
export const cron = plainHostTask({
  name: 'cron',
  help: 'A job of cron.',
  parameters,
  notYet: [],
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
      ...((values.insertafter ?? values.insertbefore) !== undefined && !env && state === 'present'
        ? [{ what: '"insertafter" and "insertbefore" are of `env` alone' }]
        : []),
      ...(values.insertafter !== undefined && values.insertbefore !== undefined
        ? [{ argument: 'insertbefore', what: 'it has both "insertafter" and "insertbefore"; one is wanted' }]
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
  if (after === undefined) {
    const other = values.insertafter ?? values.insertbefore;
    return {
      is: 'refused',
      why: `Cannot place ${values.name} in ${found.path}: there is no variable ${other}`,
    };
  }
  if (after === before) return { is: 'as wanted' };
  const content = Buffer.from(after);
  const shown = { ...found, ...(found.content !== undefined && { content: Buffer.from(before) }) };
  const diffs = contentDiff(found.path, shown, content);
  const kept = values.backup ? [keepAct(before)] : [];
  const { cron_file: file, user = 'root' } = values;
  if (file === undefined) {
    const title = `install the crontab of ${user} (${content.length} bytes)`;
    const installs = { argv: ['crontab', '-u', user, '-'], stdin: content, title };
    return { is: 'change', acts: [...kept, installs], diffs };
  }
  const path = found.real;
  const acts =
    after.trim() === '' && !values.env
      ? [{ argv: ['rm', '-f', path] }]
      : [writeAct({ path, content, now: found.followed, backup: false })];
  return { is: 'change', acts: [...kept, ...acts], diffs };
}

/** Where Ansible keeps it, and as it is called there. */
const keepAct = (before: string): HostAct => ({
  argv: ['sh', '-c', 'at=$(mktemp /tmp/crontabXXXXXXXX) && cat > "$at" && printf %s "$at"'],
  stdin: before,
  title: 'keep the old table in /tmp',
  gives: 'backup_file',
  touches: ['/tmp'],
});

/** As Ansible marks its jobs, so that it and this tool find each other's. */
const MARK = '#Ansible: ';

function withJob(before: string, values: CronValues): string {
  const lines = splitLines(before);
  const mark = MARK + values.name;
  const at = lines.indexOf(mark);
  const fresh = values.state === 'present' ? [mark, jobLine(values)] : [];
  if (at >= 0) return joinLines([...lines.slice(0, at), ...fresh, ...lines.slice(at + 2)]);
  // A job that stands there by itself gets its mark.
  const bare = lines.findIndex((line, index) => line === fresh[1] && !lines[index - 1]?.startsWith(MARK));
  return joinLines(bare < 0 ? [...lines, ...fresh] : lines.toSpliced(bare, 1, ...fresh));
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

/** Undefined: there is no variable that it is to stand by. */
function withVariable(before: string, values: CronValues): string | undefined {
  const { name, job = '', state, insertafter, insertbefore } = values;
  const lines = splitLines(before);
  const isOf = (line: string): boolean => line.startsWith(`${name}=`);
  const at = lines.findIndex(isOf);
  const others = lines.filter((line) => !isOf(line));
  if (state === 'absent') return joinLines(others);
  const other = insertafter ?? insertbefore;
  const beside = lines.findIndex((line) => line.startsWith(`${other}=`));
  if (at < 0 && other !== undefined && beside < 0) return undefined;
  const index = at >= 0 ? at : Math.max(insertafter === undefined ? beside : beside + 1, 0);
  return joinLines([...others.slice(0, index), `${name}="${job}"`, ...others.slice(index)]);
}

const splitLines = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/u, '').split('\n');
const joinLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
