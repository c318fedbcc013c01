import { logWarning, type Session } from '../session.ts';
import { failureText } from '../failure.ts';
import { readStorages } from '../storage/config.ts';
import { contentOf } from '../storage/content.ts';
import { free } from '../storage/volumes.ts';

/** Destroys every image on any storage of the node that belongs to a guest by its name. */
export async function freeUnreferenced(session: Session, vmid: string): Promise<void> {
  const { machine } = session;
  for (const storage of readStorages(machine)) {
    if (storage.disabled || (storage.nodes !== undefined && !storage.nodes.has(machine.name))) continue;
    for (const { volume } of contentOf(machine, storage, new Set(['images', 'rootdir']), vmid)) {
      try {
        await free(session, volume);
      } catch (thrown) {
        logWarning(session, failureText(thrown).trimEnd());
      }
    }
  }
}
