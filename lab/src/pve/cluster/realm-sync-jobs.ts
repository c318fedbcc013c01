import { readRealms } from '../access/realms-file.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { nextEvent } from './calendar.ts';
import { changeJobs, readJobs, REQUIRED } from './jobs-file.ts';
import type { ConfigSection } from './section-file.ts';

/** Jobs that take users over from a directory service, as PVE/API2/Jobs/RealmSync.pm keeps them. They are never run. */
const METHOD = 'POST /cluster/jobs/realm-sync/{id}';
const TYPE = 'realm-sync';

function setOptions({ options }: ConfigSection, given: Parameters): void {
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) options.set(name, name === 'comment' ? encodeText(value) : value);
}

/** POST. Throws Failure. */
export function createRealmSync(session: Session, { id = '', ...given }: Parameters): Promise<void> {
  return changeJobs(session, (jobs) => {
    if (jobs.some((job) => job.id === id)) die(`Job '${id}' already exists`);
    const missing = REQUIRED[TYPE]?.find((name) => given[name] === undefined);
    if (missing !== undefined) die(`missing value for required option '${missing}'`);
    const { realm = '' } = given;
    const type = readRealms(session.machine).get(realm)?.type;
    if (type === undefined) refuseParameters({ realm: `No such realm '${realm}'` });
    if (type !== 'ldap' && type !== 'ad') refuseParameters({ realm: 'Only LDAP/AD realms can be synced.' });
    const job: ConfigSection = { type: TYPE, id, options: new Map() };
    setOptions(job, given);
    return [...jobs, job];
  });
}

/** PUT. Throws Failure. */
export async function updateRealmSync(
  session: Session,
  { id = '', delete: deleted = '', ...given }: Parameters,
): Promise<void> {
  if (Object.keys(given).length === 0) die('no job options specified');
  await changeJobs(session, (jobs) => {
    const job = jobs.find((one) => one.id === id && one.type === TYPE) ?? die('no such realm-sync job');
    for (const name of splitList(deleted)) {
      if (name === 'id' || !(name in parametersOf(METHOD))) die(`no such option '${name}'`);
      if (REQUIRED[TYPE]?.includes(name) === true) die(`unable to delete required option '${name}'`);
      if (given[name] !== undefined) die(`cannot set and delete property '${name}' at the same time!`);
      job.options.delete(name);
    }
    setOptions(job, given);
    return jobs;
  });
}

/** DELETE. Throws Failure. */
export function deleteRealmSync(session: Session, { id = '' }: Parameters): Promise<void> {
  return changeJobs(session, (jobs) => {
    const job = jobs.find((one) => one.id === id && one.type === TYPE);
    if (job === undefined) refuseParameters({ id: `No such job '${id}'` });
    return jobs.filter((one) => one !== job);
  });
}

function jobData({ options, type }: ConfigSection): { readonly [key: string]: Json } {
  const schema = parametersOf(METHOD);
  const typed = ([name, value]: readonly [string, string]): readonly [string, Json] => [
    name,
    name === 'comment' ? decodeText(value) : schema[name]?.type === 'boolean' ? Number(value) : value,
  ];
  return { ...Object.fromEntries([...options].map(typed)), type };
}

/** GET of all. */
export function realmSyncRows({ machine }: Session): Json {
  return readJobs(machine)
    .filter(({ type }) => type === TYPE)
    .map((job) => {
      const next = nextEvent(job.options.get('schedule') ?? '', machine.clock());
      return { ...jobData(job), id: job.id, ...(next === undefined ? {} : { 'next-run': next }) };
    });
}

/** GET of one. Throws Failure. */
export function oneRealmSync({ machine }: Session, { id = '' }: Parameters): Json {
  const job = readJobs(machine).find((one) => one.id === id && one.type === TYPE);
  return job === undefined ? refuseParameters({ id: `No such job '${id}'` }) : jobData(job);
}

/** The days and months of a time as Perl's `gmtime` writes it: `Mon Nov 23 02:30:00 2026`. */
function perlTime(seconds: number): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(new Date(seconds * 1000).toUTCString()) ?? [];
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

/** GET /cluster/jobs/schedule-analyze: when a schedule comes. Throws Failure. */
export function scheduleTimes(
  { machine }: Session,
  { schedule = '', starttime, iterations = '10' }: Parameters,
): Json {
  const times: Json[] = [];
  let after = Number(starttime ?? machine.clock());
  for (let count = 0; count < Number(iterations); count++) {
    const next =
      nextEvent(schedule, after) ?? die(`pvefleet-lab: the schedule '${schedule}' is not modelled`);
    times.push({ timestamp: next, utc: perlTime(next) });
    after = next;
  }
  return times;
}
