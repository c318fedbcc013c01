import type { Property } from '../property.ts';
import { rows } from '../property.ts';

/** What cloud-init is given (QemuServer.pm, $confdesc_cloudinit and ipconfig); a changed one reaches the guest when it reads its drive. */
export const cloudInitProperties: readonly Property[] = rows('now', {
  cicustom: [
    'property-string',
    'Files of your own instead of what PVE makes: user=local:snippets/x.yml, or { storage, user } with its text.',
  ],
  cipassword: ['secret', 'Password of the user. Set again only when it differs, or with --rotate-secrets.'],
  citype: ['scalar', 'Format of what cloud-init reads.'],
  ciupgrade: ['scalar', 'Upgrade packages at the first boot.'],
  ciuser: ['scalar', "User to make instead of the image's own."],
  'ipconfig[n]': ['property-string', 'Addresses of the card of that number.'],
  nameserver: ['scalar', 'DNS servers.'],
  searchdomain: ['scalar', 'Search domain.'],
  sshkeys: ['keys', 'Public keys of the user, a list or lines.'],
}).map((row) => ({ ...row, cloudInit: true, ...(row.name === 'cicustom' && { snippets: true }) }));
