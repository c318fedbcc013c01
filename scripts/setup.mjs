// Installs what the lock file names and links the two commands, once: a stamp in node_modules tells that it was done.
// npm start, npm test and npm run build call this; it does nothing when nothing has changed.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.pvefleet-setup');
const lock = join(root, '.setup-lock');

/** Seconds after which a lock is taken for one that a killed install left behind. */
const STALE_LOCK = 600;

export async function setup() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.version)
    .digest('hex');
  if (installed() === wanted) return;
  await takeLock();
  try {
    if (installed() !== wanted) install(wanted);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function installed() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

function install(wanted) {
  console.error('Installing packages (once; this takes a moment) …');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    console.error('Cannot install packages: npm ci failed; its messages are above.');
    process.exit(1);
  }
  link('pvefleet', '../../bin/pvefleet.js');
  link('pvefleet-lab', '../../lab/bin/pvefleet-lab.js');
  writeFileSync(stamp, wanted);
}

/** npm links no command of the root package, and none whose target isn't built yet. */
function link(name, target) {
  const path = join(root, 'node_modules', '.bin', name);
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

async function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const age = (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())) / 1000;
    if (age > STALE_LOCK) rmSync(lock, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await setup();
