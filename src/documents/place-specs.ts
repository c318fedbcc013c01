import type { Diagnostic, Position, Result, Trouble } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Spec } from '../spec.ts';
import type { Survey } from '../snapshot/survey.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { specAddress } from './spec-address.ts';

/**
 * Says for each spec which cluster it is for: the one it names, the one that has its node, or the only one there is.
 * What may be meant for a cluster that did not answer is left out with a warning; any other doubt is an error.
 */
export function placeSpecs(specs: readonly Spec[], survey: Survey): Result<readonly Spec[]> {
  const placed: Spec[] = [];
  const doubts = new Map<string, Diagnostic>();
  for (const spec of specs) {
    const place = findCluster(spec, survey);
    if ('cluster' in place) placed.push({ ...spec, cluster: place.cluster });
    else doubts.set(JSON.stringify([place.doubt.message, place.doubt.at]), place.doubt);
  }
  const all = [...doubts.values()];
  return all.some((doubt) => doubt.severity === 'error') ? fail(...all) : ok(placed, all);
}

type Place = { readonly cluster: string } | { readonly doubt: Diagnostic };

function findCluster(spec: Spec, survey: Survey): Place {
  const names = survey.clusters.map(({ cluster }) => cluster);
  const node = typeof spec.args['node'] === 'string' ? spec.args['node'] : undefined;
  if (spec.cluster !== undefined) {
    if (names.includes(spec.cluster)) return { cluster: spec.cluster };
    const message = `Cannot plan for the cluster "${spec.cluster}": the inventory's hosts have no such cluster${didYouMean(spec.cluster, names)}`;
    return notFound('unknown-cluster', message, spec.positions['/cluster'], survey);
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0 && survey.unreachable.length === 0) return { cluster: only };
  const having = survey.clusters
    .filter((snapshot) => node !== undefined && Object.hasOwn(snapshot.nodes, node))
    .map(({ cluster }) => cluster);
  const [first, ...rest] = having;
  if (first !== undefined && rest.length === 0) return { cluster: first };
  if (first !== undefined)
    return {
      doubt: ambiguous(
        spec,
        `the clusters ${having.join(' and ')} have a node "${String(node)}" each; "cluster" is wanted`,
      ),
    };
  if (node !== undefined) {
    const nodes = survey.clusters.flatMap((snapshot) => Object.keys(snapshot.nodes));
    const message = `Cannot plan for the node "${node}": no cluster of the inventory has such a node${didYouMean(node, nodes)}`;
    return notFound('unknown-node', message, spec.positions['/node'], survey);
  }
  if (only === undefined)
    return notFound('which-cluster', 'Cannot plan: no cluster of the inventory answered', undefined, survey);
  if (others.length === 0) return { cluster: only };
  return {
    doubt: ambiguous(
      spec,
      `the inventory has the clusters ${names.join(', ')}; "node" or "cluster" is wanted`,
    ),
  };
}

/** Nobody has it: an error, unless a host that did not answer may have it. */
function notFound(code: string, message: string, at: Position | undefined, survey: Survey): Place {
  const silent = survey.unreachable.flatMap(({ host }) => host ?? []);
  const known = silent.length === 0;
  const trouble: Trouble = known ? 'invalid' : 'unreachable';
  const hint = known ? undefined : `it may be behind a host that did not answer: ${silent.join(', ')}`;
  const severity = known ? 'error' : 'warning';
  return {
    doubt: { code: `document/${code}`, severity, trouble, message, ...(at && { at }), ...(hint && { hint }) },
  };
}

function ambiguous(spec: Spec, why: string): Diagnostic {
  const at = spec.positions[''];
  return {
    code: 'document/which-cluster',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot tell which cluster ${spec.kind} ${specAddress(spec).name} is for: ${why}`,
    ...(at && { at }),
    hint: 'write "cluster": "NAME" beside "vms" and "containers" of the document',
  };
}
