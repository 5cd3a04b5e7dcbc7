/** Compares this library with plain cdk8s on the same objects, in one run on one machine, and writes RESULTS.md: `npm run bench`. */
import { execFileSync } from 'child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { cpus, tmpdir, totalmem } from 'os';
import { join, relative } from 'path';
import { ApiObject } from 'cdk8s';
import { MeshApp, MeshCluster } from 'cdk8s-istio-multicluster';
import { largeMesh } from './mesh';

const ROUNDS = 5;
/** A file system in memory, used if the machine has one: the times of a disk vary more than the times that are compared. */
const MEMORY = '/dev/shm';
const work = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'mesh-bench-'));
try {
  const lines = [...comparison(), '', ...oneMoreService(), '', `Measured by \`npm run bench\` on ${machine()}.`];
  const text = `# Results\n\n${lines.join('\n')}\n`;
  writeFileSync(join(__dirname, 'RESULTS.md'), text);
  console.log(text);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Times of both contenders. They take turns, so that other load on the machine affects both. */
function comparison(): string[] {
  const mesh = largeMesh(new MeshApp({ outdir: join(work, 'unused') }));
  const manifestsOf = (cluster: MeshCluster) => cluster.node.findAll().filter(ApiObject.isApiObject).map(object => object.toJson());
  const manifests = Object.fromEntries(mesh.clusters.map(cluster => [cluster.clusterName, manifestsOf(cluster)]));
  const count = Object.values(manifests).flat().length;
  const manifestsFile = join(work, 'objects.json');
  writeFileSync(manifestsFile, JSON.stringify(manifests));
  const times: { [contender: string]: number[] } = { ours: [], plain: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of Object.keys(times)) {
      const outdir = join(work, contender);
      times[contender].push(timeOf(contender, outdir, manifestsFile));
      rmSync(outdir, { recursive: true });
    }
  }
  const [ours, plain] = [times.ours, times.plain].map(median);
  return [
    `20 clusters that import 500 services each: ${count} objects into empty folders, median of ${ROUNDS} runs in turns.`,
    '',
    '| | seconds | ratio |',
    '|---|---|---|',
    `| plain cdk8s (App, ApiObject, a folder per chart, a file per object) | ${seconds(plain)} | 1 |`,
    `| this library, from declarations to files, checks included | ${seconds(ours)} | ${(ours / plain).toFixed(2)} |`,
  ];
}

/** Milliseconds that one contender takes in a process of its own. */
function timeOf(contender: string, outdir: string, manifestsFile: string): number {
  const child = [require.resolve('tsx/cli'), '--tsconfig', join(__dirname, 'tsconfig.json'), join(__dirname, 'child.ts')];
  return Number(execFileSync(process.execPath, [...child, contender, outdir, manifestsFile], { encoding: 'utf8' }));
}

/** The files that a second synth changes after one service was added. */
function oneMoreService(): string[] {
  const outdir = join(work, 'again');
  const synth = (added: number) => {
    const app = new MeshApp({ outdir });
    largeMesh(app, added);
    const started = performance.now();
    app.synth();
    return performance.now() - started;
  };
  synth(0);
  const before = textsOf(outdir);
  const took = synth(1);
  const after = textsOf(outdir);
  const written = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path).sort();
  return [
    `After one service was added and imported once, ${written.length} of ${after.size} files differ, `
      + `the second synth took ${seconds(took)} seconds, and wrote these:`,
    '',
    ...written.map(path => `- \`${path}\``),
  ];
}

function textsOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const files = entries.map(entry => join(entry.parentPath, entry.name));
  return new Map(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')]));
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

function machine(): string {
  const processor = `${cpus().length} cores (${cpus()[0].model})`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const files = `files ${work.startsWith(MEMORY) ? 'in memory (tmpfs)' : 'on disk'}`;
  return `${processor}, ${memory}, ${process.platform}, Node ${process.version}, ${files}`;
}
