/**
 * Measures this library beside the tools that people use instead, and writes RESULTS.md: `npm run bench`. With `--quick`, it measures
 * small meshes with few rounds and prints the results only.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { cpus, tmpdir, totalmem } from 'os';
import { join } from 'path';
import { floor, plainCdk8s, thisLibrary } from './contenders';
import type { MeshSize } from './mesh';
import { peers } from './peers';
import { Programs } from './programs';
import { again } from './sections/again';
import { comparison } from './sections/comparison';
import { growth, growthBetween } from './sections/growth';
import { start } from './sections/start';
import { decimal, Point } from './tables';

const SMALL: MeshSize[] = [{ clusters: 2, imports: 10 }, { clusters: 10, imports: 100 }];
const LARGE: MeshSize[] = [{ clusters: 20, imports: 500 }, { clusters: 100, imports: 1_000 }];
/** A file system in memory, used if the machine has one: the times of a disk vary more than the times that are compared. */
const MEMORY = '/dev/shm';

void measureAll(process.argv.includes('--quick'));

async function measureAll(isQuick: boolean): Promise<void> {
  const work = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'mesh-bench-'));
  try {
    const programs = new Programs(work);
    const bench = { programs, work, rounds: isQuick ? 3 : 7 };
    const contenders = [
      thisLibrary(programs, 'this library, checks included'),
      thisLibrary(programs, 'control: this library again'),
      plainCdk8s(programs),
      ...await peers(work),
      floor(programs, work),
    ];
    const started = start(bench);
    const compared = comparison(bench, isQuick ? SMALL : [...SMALL, ...LARGE], contenders);
    const text = [
      '# Results',
      '',
      `Measured by \`npm run bench\`, ${bench.rounds} rounds, on ${machine(work)}.`,
      '',
      ...METHOD,
      '',
      '## Into an empty folder',
      '',
      ...compared.lines,
      ...exponents(compared.growth, started.cpu),
      ...again(bench, isQuick ? SMALL[1] : LARGE[0]),
      ...isQuick ? [] : growth(bench, started.cpu),
      ...started.lines,
    ].join('\n');
    console.log(text);
    if (!isQuick) {
      writeFileSync(join(__dirname, 'RESULTS.md'), text);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const METHOD = [
  'Each row is a whole process, from its start to its end: programs in Node are compiled, and no TypeScript loader runs. CPU is the time',
  'of the user and of the system together. The programs take turns, one uncounted round first. Values are medians; ratios are medians of',
  'the ratios within each round. The control is this library once more: what its ratio differs from 1 is noise. Before any program is',
  'timed, its objects are compared with ours, cluster by cluster.',
];

/** How the time of this library grows from each size to the next. */
function exponents(points: Point[], startCpu: number): string[] {
  const steps = points.slice(1).map((point, i) => (
    `from ${points[i].size} to ${point.size} objects, the CPU time beyond the start grows with the exponent `
      + decimal(growthBetween(points[i], point, startCpu))
  ));
  return [`Growth of this library: ${steps.join('; ')}.`, ''];
}

function machine(work: string): string {
  const processor = `${cpus().length} cores (${cpus()[0].model})`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const files = `files ${work.startsWith(MEMORY) ? 'in memory (tmpfs)' : 'on disk'}`;
  return `${processor}, ${memory}, ${process.platform}, Node ${process.version}, ${files}`;
}
