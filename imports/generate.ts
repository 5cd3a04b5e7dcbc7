/** Generates the files of this folder from Istio's CRDs: `npm run imports`. With `--check` it compares them and writes no file. */
import { execFileSync } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { parseAllDocuments, stringify } from 'yaml';

const MODULE = 'istio.io/api@v1.31.4';
const CRD_FILE = 'istio-crds.yaml';
const OVERRIDE_SCHEMA_FILE = 'override-schemas.ts';

/** Modules with the schemas by which overrides are checked, by the release that reads them. */
const OVERRIDE_MODULES: { [release: string]: string } = { '1.30': 'istio.io/api@v1.30.8', '1.31': MODULE };

/** A duration as Istio reads it. In the CRDs an expression of CEL says it, which a JSON Schema cannot. */
const DURATION_PATTERN = '^([0-9]+(\\.[0-9]+)?(h|m|s|ms))+$';

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
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: Array<{ readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }>;
  };
}

/** Schema in the form of Kubernetes. */
interface Schema {
  readonly properties?: { readonly [field: string]: Schema };
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

const work = mkdtempSync(join(tmpdir(), 'istio-imports-'));
try {
  const crds = crdsOf(MODULE)
    .filter(crd => crd.spec.names.kind in KINDS)
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

  writeFileSync(join(work, OVERRIDE_SCHEMA_FILE), overrideSchemas());
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

function crdsOf(module: string): Crd[] {
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8', cwd: work })) as { Dir: string };
  return parseAllDocuments(readFileSync(join(Dir, 'kubernetes', 'customresourcedefinitions.gen.yaml'), 'utf8'))
    .map(document => document.toJSON() as Crd | null)
    .filter((crd): crd is Crd => crd !== null);
}

/** The schemas of traffic policies and HTTP routes, by release, as a module that the library loads where overrides are given. */
function overrideSchemas(): string {
  const schemas = Object.fromEntries(Object.entries(OVERRIDE_MODULES).map(([release, module]) => {
    const crds = crdsOf(module);
    const { portLevelSettings, tls, ...trafficPolicy } = specOf(crds, 'DestinationRule').properties!.trafficPolicy.properties!;
    return [release, {
      trafficPolicy: strict({ type: 'object', properties: trafficPolicy }),
      httpRoute: strict(specOf(crds, 'VirtualService').properties!.http.items!),
    }];
  }));
  return [
    '// Generated from the CRDs of Istio: npm run imports',
    `export const OVERRIDE_SCHEMAS = ${JSON.stringify(schemas, undefined, 1)};`,
    '',
  ].join('\n');
}

function specOf(crds: Crd[], kind: string): Schema {
  const crd = crds.find(({ spec }) => spec.names.kind === kind)!;
  return crd.spec.versions.find(({ name }) => name === 'v1')!.schema.openAPIV3Schema.properties!.spec;
}

/** A schema that refuses fields which it does not name, without what serves readers alone. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(strict);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { 'description': _, 'x-kubernetes-validations': rules, ...schema } = value as Schema;
  const isDuration = schema.type === 'string' && JSON.stringify(rules ?? '').includes('duration(self)');
  return {
    ...Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, key === 'properties' ? strictEach(part as object) : strict(part)])),
    ...schema.properties && schema.type === 'object' && { additionalProperties: false },
    ...isDuration && { pattern: DURATION_PATTERN },
  };
}

function strictEach(properties: object): object {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, strict(schema)]));
}
