import { pause, type Session } from '../session.ts';

/**
 * Lets the time pass that moving so many bytes takes on this node, and calls back each `every` seconds while there is more to do, with
 * what has been moved. Throws Failure when the run is ended meanwhile.
 */
export async function moveBytes(
  session: Session,
  bytes: number,
  every: number,
  tick: (done: number, seconds: number) => void,
): Promise<number> {
  const speed = session.machine.traits.copySpeed * 1024 ** 2;
  const seconds = bytes / speed;
  let passed = 0;
  while (passed + every < seconds) {
    await pause(session, every);
    passed += every;
    tick(Math.trunc(passed * speed), passed);
  }
  await pause(session, seconds - passed);
  return seconds;
}

/** `1.0 GiB`, as PVE::Format's render_bytes with that many digits. */
export function sizeText(bytes: number, digits = 1): string {
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = bytes;
  let index = 0;
  while (size >= 1024 && index < unit.length - 1) {
    size /= 1024;
    index += 1;
  }
  return `${size.toFixed(digits)} ${unit[index]}`;
}

/** The line of qemu-img's progress as PVE shows it. */
export function transferred(done: number, bytes: number): string {
  const percent = bytes === 0 ? 100 : (done * 100) / bytes;
  return `transferred ${sizeText(done)} of ${sizeText(bytes)} (${percent.toFixed(2)}%)`;
}
