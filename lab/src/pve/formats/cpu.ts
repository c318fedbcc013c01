import { die } from '../failure.ts';
import type { PropertyValues } from './property-string.ts';

/** CPU models that QEMU and PVE know on x86. Source: the list at `cpu` in qm.conf(5), PVE's own in PVE/QemuServer/CPUConfig.pm. */
const MODELS = new Set(
  (
    '486 athlon Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS Cascadelake-Server Cascadelake-Server-noTSX Cascadelake-Server-v2 ' +
    'Cascadelake-Server-v4 Cascadelake-Server-v5 Conroe Cooperlake Cooperlake-v2 core2duo coreduo EPYC EPYC-Genoa EPYC-Genoa-v2 EPYC-IBPB EPYC-Milan ' +
    'EPYC-Milan-v2 EPYC-Milan-v3 EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-Rome-v5 EPYC-Turin EPYC-v3 EPYC-v4 EPYC-v5 GraniteRapids ' +
    'GraniteRapids-v2 Haswell Haswell-IBRS Haswell-noTSX Haswell-noTSX-IBRS host Icelake-Client Icelake-Client-noTSX Icelake-Server ' +
    'Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 Icelake-Server-v6 IvyBridge IvyBridge-IBRS KnightsMill kvm32 kvm64 max ' +
    'Nehalem Nehalem-IBRS Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5 Penryn pentium pentium2 pentium3 phenom qemu32 qemu64 SandyBridge ' +
    'SandyBridge-IBRS SapphireRapids SapphireRapids-v2 SapphireRapids-v3 SierraForest SierraForest-v2 Skylake-Client Skylake-Client-IBRS ' +
    'Skylake-Client-noTSX-IBRS Skylake-Client-v4 Skylake-Server Skylake-Server-IBRS Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5 ' +
    'Westmere Westmere-IBRS x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4'
  ).split(' '),
);

/** Flags that a VM's `cpu` option may set. Source: `cpu` in qm.conf(5). */
const FLAGS = new Set(
  'nested-virt md-clear pcid spec-ctrl ssbd ibpb virt-ssbd amd-ssbd amd-no-ssb pdpe1gb hv-tlbflush hv-evmcs aes'.split(
    ' ',
  ),
);

/** What PVE checks of a whole `cpu` option (validate_vm_cpu_conf). Throws Failure. */
export function afterCpu(values: PropertyValues): void {
  const model = values['cputype'];
  if (model === undefined || model === '') die('CPU is missing cputype');
  if (model.startsWith('custom-')) die(`Custom cputype '${model.slice('custom-'.length)}' not found`);
  if (!MODELS.has(model)) die(`Built-in cputype '${model}' is not defined (missing 'custom-' prefix?)`);
  const flags = values['flags'];
  const unknown = flags?.split(';').find((flag) => !FLAGS.has(flag.replace(/^[+-]/, '')));
  if (unknown !== undefined) die(`VM-specific CPU flags must be a subset of: ${[...FLAGS].join(', ')}`);
}
