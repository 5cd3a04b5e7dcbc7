/** Prints the size of the package, and how long it takes to start: `npm run size`. Run `npm run compile` before. */
import { execFileSync } from 'child_process';
import { join } from 'path';
import { ROOT } from './bundles';
import { LIMITS, packedSize, sizeText } from './size';

/** Pairs of processes of a comparison. Both of a pair run beside each other, so that a busy machine slows both. */
const PAIRS = 31;

/** Two runs of Node.js that are compared. */
interface Comparison {
  readonly name: string;
  readonly args: string[];
  readonly base: string[];
}

const COMPARISONS: Comparison[] = [
  {
    name: 'require(\'cdk8s-istio-multicluster\') to require(\'cdk8s\')',
    args: ['-e', `require(${JSON.stringify(ROOT)})`],
    base: ['-e', 'require(\'cdk8s\')'],
  },
  { name: 'istio-mesh --help to node -e 0', args: [join(ROOT, 'bin/istio-mesh'), '--help'], base: ['-e', '0'] },
];

const size = packedSize();
console.log(sizeText(size));
for (const { name, args, base } of COMPARISONS) {
  const pairs = Array.from({ length: PAIRS }, () => [timeOf(args), timeOf(base)]);
  const [time, baseTime] = [0, 1].map(of => median(pairs.map(pair => pair[of])));
  const ratio = median(pairs.map(([first, second]) => first / second));
  console.log(`${name}: ${ratio.toFixed(2)} times (${time.toFixed(0)} ms to ${baseTime.toFixed(0)} ms; medians of ${PAIRS} pairs)`);
}
process.exitCode = size.own > LIMITS.own || size.all > LIMITS.all ? 1 : 0;

/** Milliseconds of a whole process. */
function timeOf(args: string[]): number {
  const started = process.hrtime.bigint();
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'ignore' });
  return Number(process.hrtime.bigint() - started) / 1e6;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
