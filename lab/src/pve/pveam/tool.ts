import type { Parameters } from '../cli/getopt.ts';
import type { Tool } from '../cli/tool.ts';
import { die, refuseParameters } from '../failure.ts';
import type { Session } from '../session.ts';
import { usableStorage } from '../storage/config.ts';
import { contentOf } from '../storage/content.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { locate } from '../storage/volumes.ts';

/** Lists of templates that `pveam update` would fetch; the lab has no network to fetch them from. */
const LISTS = ['download.proxmox.com', 'releases.turnkeylinux.org'];

export function missingLists(session: Session): void {
  for (const name of LISTS)
    session.warn(`unable to open file '/var/lib/pve-manager/apl-info/${name}' - No such file or directory\n`);
}

/** `pveam list`. Throws Failure. */
function listTemplates(session: Session, { storage = '' }: Parameters): void {
  const section = usableStorage(session.machine, storage);
  if (!section.content.has('vztmpl')) die('Storage does not support templates!');
  session.print(`${'NAME'.padEnd(60)} ${'SIZE'.padEnd(6)}\n`);
  for (const { volume, bytes } of contentOf(session.machine, section, new Set(['vztmpl']), undefined))
    session.print(`${volume.padEnd(60)} ${(bytes / 1024 ** 2).toFixed(2).padEnd(4)}MB\n`);
}

/** `pveam remove`. Throws Failure. */
function removeTemplate(session: Session, { template_path: template = '' }: Parameters): void {
  const { machine } = session;
  if (splitVolumeId(template) === undefined) {
    if (machine.volumes.size(template) === undefined) die(`can't find file '${template}'`);
    machine.volumes.remove(template);
    return;
  }
  const { path, name } = locate(machine, template);
  if (name.type !== 'vztmpl') die(`unable to use volume ${template} - content type needs to be 'vztmpl'`);
  if (machine.volumes.size(path) === undefined) die(`volume '${template}' does not exist`);
  machine.volumes.remove(path);
}

/** `pveam download`: no template is known without the lists. Throws Failure. */
function downloadTemplate(session: Session): never {
  missingLists(session);
  refuseParameters({ template: 'no such template' });
}

const storage = { type: 'string', format: 'pve-storage-id' };
const template = { type: 'string', maxLength: 255 };

/** `pveam`. Its parameters are those of PVE/CLI/pveam.pm. */
export const PVEAM: Tool = {
  name: 'pveam',
  usage: [
    ['pveam download <storage> <template>'],
    ['pveam available  [OPTIONS]', 'pveam list <storage>', 'pveam remove <template_path>', 'pveam update '],
    ['pveam help [<extra-args>] [OPTIONS]'],
  ],
  aliases: {},
  commands: {
    list: { parameters: { storage }, positional: ['storage'], run: listTemplates },
    remove: {
      parameters: { template_path: template },
      positional: ['template_path'],
      run: removeTemplate,
    },
    available: {
      parameters: { section: { type: 'string', enum: ['system', 'mail', 'turnkeylinux'], optional: 1 } },
      positional: [],
      run: missingLists,
    },
    download: {
      parameters: { storage, template },
      positional: ['storage', 'template'],
      run: downloadTemplate,
    },
    update: {
      parameters: {},
      positional: [],
      run: (session) => session.writeError('update failed - see /var/log/pveam.log for details\n'),
    },
  },
};
