import type { Section } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { parseBoolean } from '../formats/values.ts';

/** Whether the VM's agent would freeze its file systems, or why not; PVE says so only then. */
export function freezeRefusal({ machine }: Session, section: Section): string | undefined {
  const agent = section.get('agent') ?? '0';
  const keys = new Map(agent.split(',').map((part) => [part.split('=')[0] ?? '', part.split('=')[1] ?? '']));
  const enabled = parseBoolean(keys.get('enabled') ?? agent.split(',')[0] ?? '0') === '1';
  const freezes = parseBoolean(keys.get('guest-fsfreeze') ?? keys.get('freeze-fs-on-backup') ?? '1') === '1';
  if (!enabled || !freezes) return 'skipping guest filesystem freeze - disabled in VM options';
  return machine.traits.guestsAnswer
    ? undefined
    : 'skipping guest filesystem freeze - agent configured but not running?';
}

/** Says why a running VM's file systems are not frozen, if they are not. */
export function announceFreeze(session: Session, section: Section): void {
  const refusal = freezeRefusal(session, section);
  if (refusal !== undefined) session.print(`${refusal}\n`);
}
