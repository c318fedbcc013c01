import type { Program } from '../shell/program.ts';
import { done, failed } from '../shell/ran.ts';
import { installedPackages, offeredPackages } from './database.ts';

/** dpkg-query(1): -W (and -W -f) of packages that are installed. */
export const dpkgQuery: Program = ({ node, argv }) => {
  const versions = installedPackages(node.machine);
  const format = /^-f=?(.*)$|^--showformat=(.*)$/;
  const given = argv.find((word) => format.test(word));
  const shape =
    given === undefined
      ? undefined
      : given === '-f'
        ? argv[argv.indexOf('-f') + 1]
        : given.replace(/^(?:-f=?|--showformat=)/, '');
  const asked = argv.filter((word, at) => !word.startsWith('-') && argv[at - 1] !== '-f');
  const names = asked.length === 0 ? Object.keys(versions) : asked;
  const missing = names.filter((name) => versions[name] === undefined);
  const line = (name: string): string => {
    const version = versions[name];
    if (version === undefined) return '';
    return (shape ?? '${Package}\\t${Version}\\n')
      .replaceAll(/\$\{(?:binary:)?Package\}/g, name)
      .replaceAll('${Version}', version)
      .replaceAll('${db:Status-Status}', 'installed')
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t');
  };
  return {
    stdout: names.map(line).join(''),
    stderr: missing.map((name) => `dpkg-query: no packages found matching ${name}\n`).join(''),
    exit: missing.length === 0 ? 0 : 1,
  };
};

/** apt-cache(8): policy. */
export const aptCache: Program = ({ node, argv }) => {
  const [verb, ...names] = argv.filter((word) => !word.startsWith('-'));
  if (verb !== 'policy') return failed(`apt-cache: the lab does not simulate '${verb ?? ''}'`, 100);
  const [installed, offered] = [installedPackages(node.machine), offeredPackages(node.machine)];
  const known = names.filter((name) => installed[name] !== undefined || offered[name] !== undefined);
  return done(
    known
      .map(
        (name) =>
          `${name}:\n  Installed: ${installed[name] ?? '(none)'}\n  Candidate: ${offered[name] ?? installed[name] ?? '(none)'}\n  Version table:\n`,
      )
      .join(''),
  );
};
