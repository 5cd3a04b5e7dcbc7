/** Generates the files of this folder from Istio's CRDs: `npm run imports`. With `--check` it compares them and writes no file. */
import { execFileSync } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { parseAllDocuments, stringify } from 'yaml';

const MODULE = 'istio.io/api@v1.31.4';
const CRD_FILE = 'istio-crds.yaml';

/** Kinds that the library uses, with their API versions: that of Istio 1.5 and that of the supported releases. */
const KINDS: { [kind: string]: string[] } = {
  AuthorizationPolicy: ['v1', 'v1beta1'],
  DestinationRule: ['v1', 'v1alpha3'],
  Gateway: ['v1', 'v1alpha3'],
  PeerAuthentication: ['v1', 'v1beta1'],
  ServiceEntry: ['v1', 'v1alpha3'],
  VirtualService: ['v1', 'v1alpha3'],
  WorkloadEntry: ['v1'],
};

/** The fields of a CustomResourceDefinition that are read here. */
interface Crd {
  readonly spec: { readonly names: { readonly kind: string }; readonly versions: Array<{ readonly name: string }> };
}

const work = mkdtempSync(join(tmpdir(), 'istio-imports-'));
try {
  const module = JSON.parse(execFileSync('go', ['mod', 'download', '-json', MODULE], { encoding: 'utf8', cwd: work })) as { Dir: string };
  const crds = parseAllDocuments(readFileSync(join(module.Dir, 'kubernetes', 'customresourcedefinitions.gen.yaml'), 'utf8'))
    .map(document => document.toJSON() as Crd | null)
    .filter((crd): crd is Crd => crd !== null && crd.spec.names.kind in KINDS)
    .map(
      crd => ({
        ...crd,
        spec: { ...crd.spec, versions: crd.spec.versions.filter(version => KINDS[crd.spec.names.kind].includes(version.name)) },
      }),
    );
  writeFileSync(join(work, CRD_FILE), crds.map(crd => stringify(crd)).join('---\n'));
  execFileSync(
    'npx',
    ['cdk8s', 'import', join(work, CRD_FILE), '-l', 'typescript', '-o', work, '--check-upgrade=false'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );

  const files = readdirSync(work).sort();
  const differing = files.filter(file => readFileSync(join(work, file), 'utf8') !== current(file));
  if (process.argv.includes('--check')) {
    console.log(differing.length === 0
      ? `imports: ${files.length} files are what ${MODULE} gives`
      : `imports: differ from ${MODULE}: ${differing.join(', ')}; run npm run imports`);
    process.exitCode = differing.length === 0 ? 0 : 1;
  } else {
    files.forEach(file => writeFileSync(join(__dirname, file), readFileSync(join(work, file))));
    console.log(`imports: wrote ${files.join(', ')} from ${MODULE}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function current(file: string): string | undefined {
  try {
    return readFileSync(join(__dirname, file), 'utf8');
  } catch {
    return undefined;
  }
}
