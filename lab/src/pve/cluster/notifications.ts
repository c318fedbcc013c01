import { die } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';

/** GET /cluster/notifications/targets of a cluster where nobody has set any: PVE's own. Throws Failure for others. */
export function notificationTargets({ machine }: Session): Json {
  if ((machine.files.read('/etc/pve/notifications.cfg') ?? '') !== '')
    die('pvefleet-lab: notification targets are not modelled');
  return [
    {
      comment: "Send mails to root@pam's email address",
      name: 'mail-to-root',
      origin: 'builtin',
      type: 'sendmail',
    },
  ];
}
