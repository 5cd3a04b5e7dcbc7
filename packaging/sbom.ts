/** Writes the software bill of materials of what the package contains: `npx projen sbom`. */
import { execFileSync } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { bundles, ROOT } from './bundles';
import { manifestOf } from './licenses';

const FILE = 'dist/sbom.cdx.json';

/** A package in the format of CycloneDX, as far as it is read here. */
interface Component {
  readonly 'bom-ref': string;
  readonly 'name': string;
  readonly 'version': string;
  readonly 'properties'?: unknown;
}

/** What npm prints: everything that is installed, also for the build alone. */
interface Bill {
  readonly components: Component[];
  readonly dependencies: unknown;
  readonly metadata: { readonly component: Component };
}

void main();

async function main(): Promise<void> {
  const printed = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library'], {
    cwd: ROOT, encoding: 'utf8', maxBuffer: 100_000_000,
  });
  const { dependencies: _, ...bill } = JSON.parse(printed) as Bill;
  const { packages } = await bundles();
  const contained = packages.map(folder => componentOf(folder, bill.components));
  const ours = bill.metadata.component['bom-ref'];
  mkdirSync(dirname(join(ROOT, FILE)), { recursive: true });
  writeFileSync(join(ROOT, FILE), JSON.stringify({
    ...bill,
    components: contained,
    dependencies: [{ ref: ours, dependsOn: contained.map(component => component['bom-ref']) }],
  }, undefined, 2));
  console.log(`${FILE}: ${ours} contains code of ${contained.length} packages`);
}

/** The entry of a package. For npm it serves the build alone, since its code is bundled. */
function componentOf(folder: string, components: Component[]): Component {
  const { name, version } = manifestOf(folder);
  const found = components.find(component => component.name === name && component.version === version);
  if (!found) {
    throw new Error(`npm sbom has no entry for ${name} ${version}, of which code is bundled`);
  }
  const { properties: _, ...component } = found;
  return component;
}
