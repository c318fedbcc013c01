import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { guests } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Storage } from '../snapshot/storages.ts';
import { storages } from '../snapshot/storages.ts';
import type { Survey } from '../snapshot/survey.ts';
import { usedVmids } from '../snapshot/used-vmids.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { titleOfUser } from './leftovers.ts';
import type { Place, TestVmids } from './test-step.ts';

/** Where a self-test is wanted. */
export interface PlaceWish {
  /** The host's name in the inventory. */
  readonly host: string;
  readonly storage: string | undefined;
  /** All that the user has given for it; the first ones are taken. */
  readonly vmids: readonly number[];
}

/** Where the self-test may be, by what its node says; refused where it could touch anything that is there. */
export function findPlace(survey: Survey, { host, storage: named, vmids }: PlaceWish): Result<Place> {
  const cluster = survey.clusters.find(({ nodes }) =>
    Object.values(nodes).some((state) => !isUnknown(state) && state.host === host),
  );
  const [node, state] =
    Object.entries(cluster?.nodes ?? {}).find(([, each]) => !isUnknown(each) && each.host === host) ?? [];
  if (cluster === undefined || node === undefined || state === undefined || isUnknown(state))
    return fail(...survey.unreachable);
  if (cluster.quorate === false)
    return fail(
      refused('quorum', `${host} is in a partition without quorum; a cluster with quorum is wanted`),
    );
  const used = usedProblems(cluster, vmids);
  if (used.length > 0) return fail(...used);
  const storage = findStorage(cluster, node, named);
  if (!storage.ok) return storage;
  const bridge = state.bridges.includes('vmbr0') ? 'vmbr0' : state.bridges.toSorted()[0];
  const { id, type, content } = storage.value;
  return ok({
    host,
    cluster: cluster.cluster,
    node,
    storage: { id, type, forContainers: content.includes('rootdir') },
    ...(bridge !== undefined && { bridge }),
    vmids: takeVmids(vmids),
  });
}

function takeVmids(vmids: readonly number[]): TestVmids {
  const [vm = 0, clone = 0, linked = 0, container = 0, containerClone = 0] = vmids;
  return { vm, clone, linked, container, containerClone };
}

/** Every VMID that was given must be one that nothing in the cluster has or names. */
function usedProblems(snapshot: Snapshot, vmids: readonly number[]): readonly Diagnostic[] {
  const [used, all] = [usedVmids(snapshot), guests(snapshot)];
  if (isUnknown(used) || isUnknown(all))
    return [
      refused(
        'unknown',
        `which VMIDs the cluster uses is not known, as ${isUnknown(used) ? used.unknown : ''}; all of its files are wanted`,
      ),
    ];
  return vmids
    .filter((vmid) => used.has(vmid))
    .map((vmid) => {
      const guest = all.find((each) => each.vmid === vmid);
      if (guest === undefined)
        return refused(
          'vmid-used',
          `VMID ${vmid} is named in the cluster's files, by a job, a pool, HA or a disk; VMIDs that nothing uses are wanted`,
          `See where: pvefleet find ${vmid}`,
        );
      const { title, remove } = titleOfUser(guest);
      return refused(
        'vmid-used',
        `VMID ${vmid} is used, by ${title} on ${guest.node}; VMIDs that nothing uses are wanted`,
        remove === undefined
          ? 'Give others with --vmids. Nothing was done.'
          : `An earlier self-test has left it. To remove it, on ${guest.node}: ${remove}`,
      );
    });
}

function findStorage(snapshot: Snapshot, node: string, named: string | undefined): Result<Storage> {
  const all = storages(snapshot);
  if (isUnknown(all))
    return fail(refused('unknown', `the storages are not known, as ${all.unknown}; storage.cfg is wanted`));
  const fit = all.filter((each) => unfit(each, node) === undefined);
  const listed = `Storages for images on ${node}: ${fit.map(({ id, type }) => `${id} (${type})`).join(', ') || 'none'}.`;
  if (named === undefined) {
    // One for containers too serves all of the test.
    const best = fit.find(({ content }) => content.includes('rootdir')) ?? fit[0];
    return best === undefined
      ? fail(
          refused(
            'no-storage',
            `no storage of ${node} takes images; one with the content "images" is wanted`,
          ),
        )
      : ok(best);
  }
  const found = all.find(({ id }) => id === named);
  if (found === undefined) {
    const guess = didYouMean(
      named,
      all.map(({ id }) => id),
    );
    return fail(
      refused(
        'no-storage',
        `there is no storage "${named}"; one that takes images is wanted${guess}`,
        listed,
      ),
    );
  }
  const why = unfit(found, node);
  return why === undefined ? ok(found) : fail(refused('storage-unfit', `storage ${named} ${why}`, listed));
}

/** Why a storage can't take the disks, as the end of a sentence. */
function unfit({ content, disabled, nodes }: Storage, node: string): string | undefined {
  if (disabled) return 'is disabled; an enabled one is wanted';
  if (nodes !== undefined && !nodes.includes(node))
    return `is for ${nodes.join(', ')} only; one that ${node} has is wanted`;
  return content.includes('images')
    ? undefined
    : `takes ${content.join(', ')}; one with the content "images" is wanted`;
}

export function refused(code: string, what: string, hint?: string): Diagnostic {
  return {
    code: `selftest/${code}`,
    severity: 'error',
    trouble: 'refused',
    message: `Cannot run the self-test: ${what}`,
    ...(hint !== undefined && { hint }),
  };
}
