import type { Exec } from '../apply/exec.ts';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { storages } from '../snapshot/storages.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { shQuote } from '../text/sh-quote.ts';
import { refused } from './find-place.ts';
import type { Place } from './test-step.ts';

/** What only the node's own tools know. */
export interface Around {
  /** The smallest archive of a container template there; none: containers can't be made. */
  readonly archive?: string;
}

/** Seconds for a listing: a storage that hangs is no reason to wait for ever. */
const LIST_SECONDS = 60;

/** Lists the storage, which may hold volumes of these VMIDs that no config names, and the templates that there are. */
export async function lookAround(
  survey: Survey,
  place: Place,
  vmids: readonly number[],
  exec: Exec,
): Promise<Result<Around>> {
  const left = await volumesOf(place, vmids, exec);
  if (!left.ok) return left;
  if (left.value.length > 0)
    return fail(
      refused(
        'volume-there',
        `storage ${place.storage.id} holds ${left.value.join(', ')}, of a VMID that the test is given; VMIDs that nothing uses are wanted`,
        'Give others with --vmids, or look at what that volume is. Nothing was done.',
      ),
    );
  const archives = await Promise.all(
    templateStorages(survey, place).map((id) => archivesOn(id, place, exec)),
  );
  const [smallest] = archives.flat().toSorted((a, b) => a.bytes - b.bytes);
  return ok(smallest === undefined ? {} : { archive: smallest.volume });
}

/** Volumes of these VMIDs on the test's storage. */
export async function volumesOf(
  { host, storage }: Place,
  vmids: readonly number[],
  exec: Exec,
): Promise<Result<readonly string[]>> {
  const listed = await exec(host, `LC_ALL=C.UTF-8 pvesm list ${shQuote(storage.id)} </dev/null`, {
    timeoutSeconds: LIST_SECONDS,
    cleansUp: true,
  });
  if (!listed.ok) return listed;
  const { exit, stdout, stderr } = listed.value;
  if (exit !== 0) {
    const why = stderr.toString('utf8').trim().split('\n').at(-1) ?? '';
    return fail(
      refused('storage-silent', `storage ${storage.id} can't be listed: ${why}; one that works is wanted`),
    );
  }
  const own = new Set(vmids.map(String));
  return ok(
    rows(stdout)
      .filter((words) => own.has(words.at(-1) ?? ''))
      .map(([volume = '']) => volume),
  );
}

function templateStorages(survey: Survey, { cluster, node }: Place): readonly string[] {
  const snapshot = survey.clusters.find((each) => each.cluster === cluster);
  const all = snapshot === undefined ? [] : storages(snapshot);
  if (isUnknown(all)) return [];
  return all
    .filter(
      ({ content, disabled, nodes }) =>
        !disabled && content.includes('vztmpl') && (nodes === undefined || nodes.includes(node)),
    )
    .map(({ id }) => id);
}

/** One that can't be listed has none. */
async function archivesOn(
  storage: string,
  { host }: Place,
  exec: Exec,
): Promise<readonly { readonly volume: string; readonly bytes: number }[]> {
  const listed = await exec(
    host,
    `LC_ALL=C.UTF-8 pvesm list ${shQuote(storage)} --content vztmpl </dev/null`,
    { timeoutSeconds: LIST_SECONDS },
  );
  if (!listed.ok || listed.value.exit !== 0) return [];
  return rows(listed.value.stdout).map(([volume = '', , , size]) => ({ volume, bytes: Number(size) }));
}

/** Rows of "pvesm list" without its head: Volid, Format, Type, Size, and VMID where there is one. */
function rows(stdout: Buffer): readonly (readonly string[])[] {
  return stdout
    .toString('utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/u));
}
