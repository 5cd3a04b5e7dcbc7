import { rmSync } from 'fs';
import { join } from 'path';
import { Bench, filesIn, MeasuredSize, run } from './bench';
import { Contender, OurOutput } from '../contenders';
import { Judge } from '../judge';
import { inTurns, Measured, medianOf, ratioOf } from '../measure';
import { decimal, Point, table } from '../tables';

/** Lines of a section, and how the time of this library grows from size to size. */
export interface Comparison {
  readonly lines: string[];
  readonly growth: Point[];
}

/** Compares contenders on meshes of several sizes. The first contender is this library. */
export function comparison(bench: Bench, sizes: MeasuredSize[], contenders: Contender[]): Comparison {
  const parts = sizes.map(size => {
    const total = size.clusters * size.imports;
    return compareAt(bench, size, contenders.filter(({ maxImports = total }) => total <= maxImports));
  });
  return { lines: parts.flatMap(({ lines }) => lines), growth: parts.map(({ point }) => point) };
}

/** Comparison at one size. */
interface ComparisonAtSize {
  readonly lines: string[];
  readonly point: Point;
}

function compareAt({ work }: Bench, size: MeasuredSize, contenders: Contender[]): ComparisonAtSize {
  const [ours] = contenders;
  const outdirOf = (contender: Contender) => join(work, `output-${contenders.indexOf(contender)}`);
  run(ours.command(size, outdirOf(ours)));
  const output: OurOutput = {
    files: filesIn(outdirOf(ours)),
    clusters: Array.from({ length: size.clusters }, (_, i) => `cluster-${i}`),
  };
  const lines = new Map(contenders.map(contender => [contender.name, contender.prepare(size, output)]));
  contenders.slice(1).forEach(contender => run(contender.command(size, outdirOf(contender))));
  const written = (contender: Contender) => output.clusters.map(cluster => contender.textsOf(outdirOf(contender), cluster));
  const files = new Map(contenders.map(contender => [contender.name, filesIn(outdirOf(contender)).size]));
  const objects = countOfEqual(contenders, written);
  contenders.forEach(contender => rmSync(outdirOf(contender), { recursive: true, force: true }));
  const results = inTurns(contenders.map(contender => {
    const outdir = outdirOf(contender);
    return { name: contender.name, command: contender.command(size, outdir), outdir };
  }), size.rounds);
  const our = results.get(ours.name)!;
  const row = ({ name }: Contender): string[] => {
    const runs: Measured[] = results.get(name)!;
    return [
      name,
      ...(['wall', 'cpu'] as const).map(value => decimal(medianOf(runs, value))),
      medianOf(runs, 'memory').toFixed(0),
      String(files.get(name)),
      String(lines.get(name) || '-'),
      ...(['wall', 'cpu'] as const).map(value => decimal(ratioOf(our, runs, value))),
    ];
  };
  return {
    lines: [
      `### ${size.clusters} clusters with ${size.imports} imports each: ${objects} objects, ${size.rounds} rounds`,
      '',
      ...table(['', 'wall s', 'CPU s', 'MiB', 'files', 'lines of the user', 'ours : it, wall', 'ours : it, CPU'], contenders.map(row)),
      '',
    ],
    point: { size: objects, value: medianOf(our, 'cpu') },
  };
}

/**
 * Returns how many objects each contender writes. Throws unless the objects of each cluster equal those of the first contender.
 * @param written returns the texts that a contender wrote for each cluster
 */
function countOfEqual([ours, ...others]: Contender[], written: (contender: Contender) => string[][]): number {
  const judge = new Judge();
  const texts = written(ours);
  const digests = texts.map(text => judge.digest(text));
  for (const other of others) {
    const different = written(other).findIndex((text, i) => judge.digest(text) !== digests[i]);
    if (different >= 0) {
      throw new Error(`${other.name} writes other objects for cluster-${different} than this library`);
    }
  }
  return texts.reduce((sum, text) => sum + judge.count(text), 0);
}
