import { rmSync } from 'fs';
import { join } from 'path';
import { Bench, filesIn, MeasuredSize, run } from './bench';
import { inTurns, medianOf, ratioOf } from '../measure';
import { decimal, table } from '../tables';

/** What a synth takes into a folder that holds the output already, which parts nobody can leave out, and which files it writes. */
export function again({ programs, work }: Bench, { clusters, imports, rounds }: MeasuredSize): string[] {
  const [fresh, unchanged, added, least] = ['fresh', 'unchanged', 'added', 'least'].map(name => join(work, name));
  const ours = (outdir: string, more: number) => programs.command('ours', outdir, clusters, imports, more);
  const part = (name: string, ...more: string[]) => programs.command('parts', name, clusters, imports, ...more);
  const results = inTurns([
    { name: 'into an empty folder', command: ours(fresh, 0), outdir: fresh },
    { name: 'again, nothing changed', command: ours(unchanged, 0), outdir: unchanged, before: () => run(ours(unchanged, 0)) },
    { name: 'again, one service exported and imported', command: ours(added, 1), outdir: added, before: () => run(ours(added, 0)) },
    { name: '`require` of this library', command: programs.loading('cdk8s-istio-multicluster') },
    { name: 'the program without a synth', command: part('program') },
    { name: 'the program, checks and rendering, without files', command: part('summary') },
    {
      name: 'the least: the program, checks and the state of each file',
      command: part('least', least),
      outdir: least,
      before: () => run(ours(least, 0)),
    },
  ], rounds);
  const full = results.get('into an empty folder')!;
  const rows = [...results].map(([name, runs]) => [
    name,
    ...(['wall', 'cpu'] as const).map(value => decimal(medianOf(runs, value))),
    ...(['wall', 'cpu'] as const).map(value => decimal(ratioOf(runs, full, value))),
  ]);
  run(ours(added, 0));
  const before = filesIn(added);
  run(ours(added, 1));
  const after = filesIn(added);
  rmSync(added, { recursive: true });
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path).sort();
  return [
    `## The same output again: ${clusters} clusters with ${imports} imports each, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
    '',
    ...table(['', 'wall s', 'CPU s', 'wall, empty folder = 1', 'CPU, empty folder = 1'], rows),
    '',
    `With one service more, ${changed.length} of ${after.size} files differ:`,
    '',
    ...changed.map(path => `- \`${path}\``),
    '',
  ];
}
