import type { Argument } from './call.ts';
import { optionSchema } from './option-schema.ts';
import type { MethodSchema } from './schema/property-schema.ts';
import { splitList } from './text-list.ts';

/** What PVE refuses though its schema allows it: recordings of the real tools, and the code that dies. */
interface Rule {
  readonly appliesTo: (method: MethodSchema) => boolean;
  /** "<what is>; <what is wanted>" for each thing that is wrong. */
  readonly refuse: (params: Readonly<Record<string, string>>, method: MethodSchema) => readonly string[];
}

/** Messages of all rules that the call breaks; values that are not known here are passed over. */
export function refusedBeyondSchema(
  method: MethodSchema,
  params: Readonly<Record<string, Argument>>,
): readonly string[] {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) texts[name] = typeof value === 'string' ? value : '';
  return rules.filter((rule) => rule.appliesTo(method)).flatMap((rule) => rule.refuse(texts, method));
}

const setsConfig = (method: MethodSchema): boolean =>
  method.path.endsWith('/config') && method.method !== 'GET';

const rules: readonly Rule[] = [
  {
    // vm-03-set-basic, ct-02-set: `--delete bogus`; vm-11: `--revert bogus`.
    appliesTo: setsConfig,
    refuse: (params, method) =>
      ['delete', 'revert'].flatMap((word) =>
        splitList(params[word] ?? '')
          .filter(
            (name) =>
              method.options !== undefined &&
              optionSchema(method.options, name.replace(/^!/u, '')) === undefined,
          )
          .map((name) => `${word} names "${name}"; an option of the guest is wanted`),
      ),
  },
  {
    // vm-03-set-basic: `--delete memory --memory 2048`.
    appliesTo: setsConfig,
    refuse: (params) =>
      ['delete', 'revert'].flatMap((word) =>
        splitList(params[word] ?? '')
          .filter((name) => name in params)
          .map((name) => `"${name}" is set and in ${word} too; one of them is wanted`),
      ),
  },
  {
    // cluster-02-guests-across-nodes, cluster-05-live-migration: `qm migrate 100 pve1` on pve1.
    appliesTo: (method) => method.path.endsWith('/migrate') && method.method === 'POST',
    refuse: (params) =>
      params['target'] !== undefined && params['target'] === params['node']
        ? [`target "${params['target']}" is the node the guest is on; another one is wanted`]
        : [],
  },
  {
    // vm-12-import-cloudinit: `--scsi2 data:5,import-from=...`.
    appliesTo: (method) => method.options === 'vm',
    refuse: (params) =>
      Object.entries(params)
        .filter(
          ([, value]) =>
            /(?:^|,)import-from=/u.test(value) &&
            !/^(?:(?:file|volume)=)?[^,:]+:0(?:\.0+)?(?:,|$)/u.test(value),
        )
        .map(
          ([name]) =>
            `"${name}" has import-from and a size or volume; STORAGE:0,import-from=SOURCE is wanted`,
        ),
  },
];
