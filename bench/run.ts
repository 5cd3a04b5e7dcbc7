/**
 * Measures this library beside the tools that people use instead, and writes RESULTS.md: `npm run bench`. With `--quick`, it runs every
 * section with small meshes, and only prints.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { cpus, tmpdir, totalmem } from 'os';
import { join } from 'path';
import { floor, plainCdk8s, thisLibrary } from './contenders';
import { peers } from './peers';
import { Programs } from './programs';
import { again } from './sections/again';
import type { MeasuredSize } from './sections/bench';
import { comparison } from './sections/comparison';
import { growth, growthBetween } from './sections/growth';
import { start } from './sections/start';
import { decimal, Point } from './tables';

/** What is measured. */
interface Extent {
  readonly comparison: MeasuredSize[];
  readonly again: MeasuredSize[];
  /** Part of each mesh of the section on growth that is measured. */
  readonly growth: number;
}

const FULL: Extent = {
  comparison: [
    { clusters: 2, imports: 10, rounds: 7 },
    { clusters: 10, imports: 100, rounds: 7 },
    { clusters: 20, imports: 500, rounds: 5 },
    { clusters: 100, imports: 1_000, rounds: 3 },
  ],
  again: [{ clusters: 20, imports: 500, rounds: 5 }, { clusters: 100, imports: 1_000, rounds: 1 }],
  growth: 1,
};

const QUICK: Extent = {
  comparison: [{ clusters: 2, imports: 10, rounds: 3 }, { clusters: 10, imports: 100, rounds: 3 }],
  again: [{ clusters: 10, imports: 100, rounds: 3 }],
  growth: 0.1,
};

/** A file system in memory, used if the machine has one: the times of a disk vary more than the times that are compared. */
const MEMORY = '/dev/shm';

void measureAll(process.argv.includes('--quick'));

async function measureAll(isQuick: boolean): Promise<void> {
  const work = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'mesh-bench-'));
  try {
    const programs = new Programs(work);
    const bench = { programs, work };
    const extent = isQuick ? QUICK : FULL;
    const contenders = [
      thisLibrary(programs, 'this library, checks included'),
      thisLibrary(programs, 'control: this library again'),
      plainCdk8s(programs),
      ...await peers(work),
      floor(programs, work),
    ];
    const started = start(bench);
    const compared = comparison(bench, extent.comparison, contenders);
    const text = [
      '# Results',
      '',
      `Measured by \`npm run bench\` on ${machine(work)}.`,
      '',
      ...METHOD,
      '',
      '## Into an empty folder',
      '',
      ...compared.lines,
      ...exponents(compared.growth, started.cpu),
      ...extent.again.flatMap(size => again(bench, size)),
      ...growth(bench, started.cpu, extent.growth),
      ...started.lines,
      ...NOT_FASTER,
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
  'of the user and of the system together. Each program runs once uncounted, and then the programs take turns. Values are medians; ratios',
  'are medians of the ratios within each round. The control is this library once more: what its ratio differs from 1 is noise. Before any',
  'program is timed, its objects are compared with ours, cluster by cluster.',
];

const NOT_FASTER = [
  '## What is not faster',
  '',
  'A synth into a folder that holds the output, with one service more, takes most of the time of the first one. A synth that skips what',
  'did not change would still run the program, which says whether anything changed, check the mesh, and ask for the state of each file,',
  'which tells of most edits: see the row "the least". [Performance](../docs/reference/performance.md#a-second-synth) says what it would',
  'miss.',
  'The smallest meshes are slower than with tools that do not start Node.',
  '',
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
