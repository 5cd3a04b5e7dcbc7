/**
 * Writes bindings for Go into `dist/go-bindings/`: of this package, and of cdk8s, from which they are made in the same way. Run
 * `npm run compile` before.
 */
import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { ROOT } from './bundles';

const OUTPUT = join(ROOT, 'dist', 'go-bindings');

/** Where Go would find the module, if it were published. The package does not name it, since no package for Go is. */
const GO = { moduleName: 'github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster-go', packageName: 'istiomulticluster' };

const folder = mkdtempSync(join(tmpdir(), 'go-bindings-'));
try {
  rmSync(OUTPUT, { recursive: true, force: true });
  for (const project of [packed(), published('cdk8s')]) {
    const args = ['--target', 'go', '--code-only', '--no-npmignore', '--outdir', OUTPUT, project];
    execFileSync(join(ROOT, 'node_modules', '.bin', 'jsii-pacmak'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What npm packs of this project, with the target Go. */
function packed(): string {
  const args = ['pack', '--json', '--loglevel=error', '--pack-destination', folder];
  const printed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
  const project = join(folder, 'package');
  const [manifest, assembly] = ['package.json', '.jsii'].map(name => join(project, name));
  const api = JSON.parse(gunzipSync(readFileSync(`${assembly}.gz`)).toString());
  const described = JSON.parse(readFileSync(manifest, 'utf8'));
  api.targets.go = described.jsii.targets.go = GO;
  writeFileSync(assembly, JSON.stringify(api));
  rmSync(`${assembly}.gz`);
  writeFileSync(manifest, JSON.stringify(described));
  link(project, ['cdk8s', 'constructs']);
  return project;
}

/** A package as it is installed. */
function published(name: string): string {
  const project = join(folder, name);
  cpSync(join(ROOT, 'node_modules', name), project, { recursive: true });
  link(project, ['constructs']);
  return project;
}

function link(project: string, packages: string[]): void {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  packages.forEach(name => symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name)));
}
