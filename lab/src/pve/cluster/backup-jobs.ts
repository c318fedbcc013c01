import type { Parameters } from '../cli/getopt.ts';
import { parseProperties } from '../cli/verify.ts';
import { die, refuseParameters } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import { refuseUnknownPool } from '../guest/pools.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { nextEvent } from './calendar.ts';
import { changeJobs, readJobs } from './jobs-file.ts';
import type { ConfigSection } from './section-file.ts';

/** Backup jobs, as PVE/API2/Backup.pm keeps them in jobs.cfg. They are never run. */
const METHOD = 'POST /cluster/backup';

/** POST /cluster/backup. Throws Failure. */
export async function createBackupJob(session: Session, parameters: Parameters): Promise<null> {
  const { machine } = session;
  if (parameters['pool'] !== undefined) refuseUnknownPool(machine, parameters['pool']);
  const given = withSchedule(parameters, true);
  const id = parameters['id'] ?? machine.random.uuid();
  await changeJobs(session, (jobs) => {
    if (jobs.some((job) => job.id === id)) die(`Job '${id}' already exists`);
    const job: ConfigSection = { type: 'vzdump', id, options: new Map() };
    setOptions(job, { enabled: '1', ...given });
    verify(job.options, true);
    return [...jobs, job];
  });
  return null;
}

/** PUT /cluster/backup/{id}. Throws Failure. */
export async function updateBackupJob(
  session: Session,
  { id = '', delete: deleted, ...parameters }: Parameters,
): Promise<null> {
  if (parameters['pool'] !== undefined) refuseUnknownPool(session.machine, parameters['pool']);
  const given = withSchedule(parameters, false);
  await changeJobs(session, (jobs) => {
    if (Object.keys(given).length === 0 && deleted === undefined) die('no options specified');
    verify(new Map(Object.entries(given)), false);
    const job = jobs.find((one) => one.id === id && one.type === 'vzdump') ?? die('no such vzdump job');
    for (const name of splitList(deleted ?? '')) {
      if (!(name in parametersOf(METHOD)) || name === 'enabled')
        refuseParameters({ delete: `unknown option '${name}'` });
      job.options.delete(name);
    }
    setOptions(job, given);
    keepOneChoice(job.options, given);
    verify(job.options, true);
    return jobs;
  });
  return null;
}

/** Of all guests, a pool and a list of them, the one that was asked for last. */
function keepOneChoice(options: Map<string, string>, given: Parameters): void {
  if (options.has('exclude') && !options.has('pool')) options.set('all', '1');
  const others =
    given['vmid'] !== undefined
      ? ['all', 'exclude', 'pool']
      : given['all'] === '1'
        ? ['vmid', 'pool']
        : options.has('pool')
          ? ['vmid', 'all', 'exclude']
          : [];
  for (const name of others) options.delete(name);
}

/** DELETE /cluster/backup/{id}. Throws Failure. */
export async function deleteBackupJob(session: Session, { id = '' }: Parameters): Promise<null> {
  await changeJobs(session, (jobs) => {
    if (!jobs.some((job) => job.id === id)) refuseParameters({ id: `No such job '${id}'` });
    return jobs.filter((job) => job.id !== id);
  });
  return null;
}

/** GET /cluster/backup. */
export function backupJobs({ machine }: Session): Json {
  return readJobs(machine)
    .filter(({ type }) => type === 'vzdump')
    .map((job) => {
      const next = nextEvent(job.options.get('schedule') ?? '', machine.clock());
      return { ...jobData(job), ...(next === undefined ? {} : { 'next-run': next }) };
    });
}

/** GET /cluster/backup/{id}. Throws Failure. */
export function backupJob({ machine }: Session, { id = '' }: Parameters): Json {
  const job = readJobs(machine).find((one) => one.id === id && one.type === 'vzdump');
  return job === undefined ? refuseParameters({ id: `No such job '${id}'` }) : jobData(job);
}

function jobData({ id, type, options }: ConfigSection): { readonly [key: string]: Json } {
  return {
    enabled: 1,
    ...Object.fromEntries([...options].map(([name, value]) => [name, typed(name, value)])),
    id,
    type,
  };
}

function typed(name: string, value: string): Json {
  if (name === 'comment') return decodeText(value);
  const { type, format } = parametersOf(METHOD)[name] ?? {};
  if (format === 'prune-backups') return parseProperties(format, value);
  return type === 'boolean' || type === 'integer' ? Number(value) : value;
}

/** The time of the old form, `starttime` and `dow`, as a schedule. Throws Failure. */
function withSchedule({ starttime, dow, id: _id, ...given }: Parameters, isRequired: boolean): Parameters {
  if (given['schedule'] !== undefined) {
    if (starttime !== undefined)
      refuseParameters({ starttime: "'starttime' and 'schedule' cannot both be set" });
    return given;
  }
  if (starttime === undefined) {
    if (isRequired) refuseParameters({ schedule: "neither 'starttime' nor 'schedule' were set" });
    return given;
  }
  const days = splitList(dow ?? '').join(',');
  const isDaily = days === '' || days === 'mon,tue,wed,thu,fri,sat,sun';
  return { ...given, schedule: isDaily ? starttime : `${days} ${starttime}` };
}

function setOptions({ options }: ConfigSection, given: Parameters): void {
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) options.set(name, name === 'comment' ? encodeText(value) : value);
}

/** PVE::VZDump::verify_vzdump_parameters; what leaves guests out means all others. Throws Failure. */
function verify(options: Map<string, string>, isWhole: boolean): void {
  const has = (name: string): boolean => (options.get(name) ?? '0') !== '0' && options.get(name) !== '';
  for (const name of ['all', 'exclude', 'pool'])
    if (has(name) && has('vmid')) refuseParameters({ [name]: "option conflicts with option 'vmid'" });
  if (options.has('exclude') && !has('pool')) options.set('all', '1');
  if (isWhole && !['all', 'stop', 'pool', 'vmid'].some(has))
    refuseParameters({ vmid: 'property is missing' });
}
