/** The name of a run's step on its node: letters, digits and "-", unique there. */
export function unitOf(run: string, step: string): string {
  return [run, step.replaceAll('/', '-')].join('-');
}
