import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import { load } from 'js-yaml';
import { Contender, linesOf, OurOutput, yamlFilesIn } from './contenders';
import { built } from '../test/e2e/parts';

const PEERS = join(__dirname, 'peers');

/** Imports up to which peers are measured: with more, some of them need more memory than the machine has. */
const MAX_IMPORTS = 10_000;

/** Returns the tools that people use instead, built from their pinned versions. */
export async function peers(work: string): Promise<Contender[]> {
  const build = (name: string, goPackage: string) => built({ name, module: name, package: goPackage }, line => console.log(line));
  const folder = join(work, 'peers');
  return [
    helm(await build('helm', 'helm.sh/helm/v4/cmd/helm'), join(folder, 'helm')),
    jsonnet(await build('jsonnet', 'github.com/google/go-jsonnet/cmd/jsonnet')),
    cue(await build('cue', 'cuelang.org/go/cmd/cue')),
    kustomize(await build('kustomize', 'sigs.k8s.io/kustomize/kustomize/v5'), join(folder, 'kustomize')),
  ];
}

/** One chart, and a file of values for each cluster: a run for each cluster. */
function helm(program: string, folder: string): Contender {
  const chart = join(PEERS, 'helm');
  return {
    name: 'Helm, a run for each cluster',
    maxImports: MAX_IMPORTS,
    prepare: (_, ours) => {
      const values = ours.clusters.map(cluster => written(join(folder, `${cluster}.yaml`), valuesOf(objectsOf(ours, cluster))));
      return linesOf(...values, join(chart, 'Chart.yaml'), ...['exports', 'imports'].map(name => join(chart, 'templates', `${name}.yaml`)));
    },
    command: ({ clusters }, outdir) => forEachCluster(
      clusters,
      `${program} template "$cluster" ${chart} -f ${folder}/"$cluster".yaml --output-dir ${outdir}/"$cluster"`,
    ),
    textsOf: (outdir, cluster) => yamlFilesIn(join(outdir, cluster, 'mesh'), 'templates'),
  };
}

/** One run, which writes a JSON file for each object. */
function jsonnet(program: string): Contender {
  const source = join(PEERS, 'mesh.jsonnet');
  return {
    name: 'go-jsonnet',
    maxImports: MAX_IMPORTS,
    prepare: () => linesOf(source),
    command: ({ clusters, imports }, outdir) => [
      program, '--ext-code', `clusters=${clusters}`, '--ext-code', `imports=${imports}`, '-c', '-m', outdir, source,
    ],
    textsOf: (outdir, cluster) => readdirSync(join(outdir, cluster)).map(file => readFileSync(join(outdir, cluster, file), 'utf8')),
  };
}

/** One run, which writes one JSON file for all clusters. */
function cue(program: string): Contender {
  const folder = join(PEERS, 'cue');
  return {
    name: 'CUE, one file for all clusters',
    maxImports: MAX_IMPORTS,
    prepare: () => linesOf(join(folder, 'mesh.cue')),
    command: ({ clusters, imports }, outdir) => shell(
      `mkdir -p ${outdir} && cd ${folder} && ${program} export . -t clusters=${clusters} -t imports=${imports} -e clusters `
        + `--out json --outfile ${outdir}/all.json`,
    ),
    textsOf: (outdir, cluster) => {
      const all: { readonly [cluster: string]: unknown[] } = JSON.parse(readFileSync(join(outdir, 'all.json'), 'utf8'));
      return all[cluster].map(object => JSON.stringify(object));
    },
  };
}

/** A base for each service, and a list of bases for each cluster: a run for each cluster, which writes a file for each object. */
function kustomize(program: string, folder: string): Contender {
  return {
    name: 'kustomize, a run for each cluster',
    maxImports: MAX_IMPORTS,
    prepare: (_, ours) => {
      const files = new Map(ours.clusters.flatMap(cluster => kustomizeFiles(cluster, ours)));
      return linesOf(...[...files].map(([path, text]) => written(join(folder, path), text)));
    },
    command: ({ clusters }, outdir) => forEachCluster(
      clusters,
      `mkdir -p ${outdir}/"$cluster" && ${program} build ${folder}/clusters/"$cluster" -o ${outdir}/"$cluster"`,
    ),
    textsOf: yamlFilesIn,
  };
}

interface ManifestOf<T> {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: T;
}

interface EntrySpec {
  readonly hosts: string[];
  readonly addresses: string[];
  readonly endpoints: { readonly address: string }[];
}

interface GatewaySpec {
  readonly servers: { readonly hosts: string[] }[];
}

/** The objects of a cluster that values for Helm are made from. */
interface HelmObjects {
  readonly entries: ManifestOf<EntrySpec>[];
  readonly gateways: ManifestOf<GatewaySpec>[];
}

function objectsOf({ files }: OurOutput, cluster: string): HelmObjects {
  const of = (kind: string) => [...files].filter(([path]) => path.startsWith(`${cluster}/${kind}.`)).map(([, text]) => load(text));
  return { entries: of('ServiceEntry') as ManifestOf<EntrySpec>[], gateways: of('Gateway') as ManifestOf<GatewaySpec>[] };
}

/** The values of a cluster, as a user of Helm keeps them by hand or by a script. */
function valuesOf({ entries, gateways }: HelmObjects): string {
  const exported = gateways.map(({ spec: { servers: [{ hosts: [host] }] } }) => `  - ${host.split('.')[0]}`);
  const imported = entries.map(({ spec: { hosts: [host], addresses: [vip], endpoints: [{ address }] } }) => (
    `  - name: ${host.split('.')[0]}\n    gateway: ${address}\n    vip: ${vip}`
  ));
  return ['exports:', ...exported, 'imports:', ...imported, ''].join('\n');
}

/** The files of a cluster for kustomize, by path: its exports, the bases of the services that it imports, and its list of both. */
function kustomizeFiles(cluster: string, { files }: OurOutput): Array<[string, string]> {
  const objects = [...files].filter(([path]) => dirname(path) === cluster && path.endsWith('.yaml'));
  const exports = objects.filter(([path]) => basename(path).startsWith('Gateway.'));
  const imports = objects.filter(([path]) => !basename(path).startsWith('Gateway.'));
  const baseOf = (path: string) => `services/${basename(path, '.yaml').split('_')[2]}`;
  const bases = new Set(imports.map(([path]) => baseOf(path)));
  const kinds = ['DestinationRule.yaml', 'VirtualService.yaml', 'ServiceEntry.yaml'];
  return [
    ...exports.map(([path, text]): [string, string] => [`clusters/${path}`, text]),
    ...imports.map(([path, text]): [string, string] => [`${baseOf(path)}/${basename(path).split('.')[0]}.yaml`, text]),
    ...[...bases].map((base): [string, string] => [`${base}/kustomization.yaml`, kustomization(kinds)]),
    [
      `clusters/${cluster}/kustomization.yaml`,
      kustomization([...exports.map(([path]) => basename(path)), ...[...bases].map(base => `../../${base}`)]),
    ],
  ];
}

function kustomization(resources: string[]): string {
  const lines = resources.map(resource => `  - ${resource}`);
  return ['apiVersion: kustomize.config.k8s.io/v1beta1', 'kind: Kustomization', 'resources:', ...lines, ''].join('\n');
}

function written(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function forEachCluster(clusters: number, command: string): string[] {
  return shell(`for cluster in $(seq -f cluster-%.0f 0 ${clusters - 1}); do ${command} || exit 1; done`);
}

function shell(script: string): string[] {
  return ['sh', '-c', script];
}
