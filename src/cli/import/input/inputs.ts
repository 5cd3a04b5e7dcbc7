import { readFileSync, statSync } from 'fs';
import { basename } from 'path';
import type { LiveFile } from './kubectl';
import { withoutOperator } from './operator';
import { publicPart } from './secrets';
import { objectAt, objectsIn } from '../../../checks/content';
import { MeshError, MeshErrors } from '../../../errors/mesh-error';
import { MeshErrorCode } from '../../../errors/mesh-error-code';
import type { Problem } from '../../../errors/problem';
import { withFileErrors } from '../../../files/file-errors';
import { isDnsLabel } from '../../../names';
import { INSTALL_FOLDER, RESERVED_FOLDERS } from '../../../output/folder-names';
import { WrittenCluster } from '../../../written/cluster';
import { unreadableProblem } from '../../../written/finding';
import { Manifest, manifestsOf, titleOf } from '../../../written/manifest';
import { folderError, isCatalog, isYaml, readFolder } from '../../../written/read-folder';
import { settingsOf } from '../../../written/settings';
import type { SourceFile } from '../../../written/source';

/** Standard input, as a file. */
const STDIN = 0;

/** Everything that is imported. */
export interface Inputs {
  /** Clusters by name, in the order of their names. */
  readonly clusters: ReadonlyMap<string, WrittenCluster>;
  /** Services of catalogs, as data that nobody has checked. */
  readonly services: readonly any[];
  /** DNS suffix that a catalog names. */
  readonly suffix?: string;
  /** Files of install values. */
  readonly installFiles: readonly SourceFile[];
}

/** A file, and the cluster that it is of. */
interface OwnedFile {
  readonly file: SourceFile;
  readonly cluster?: string;
  /** Namespace of objects that name none: the one of `kubectl apply --namespace`. */
  readonly namespace?: string;
  readonly isInstall: boolean;
}

const LISTING = /(^|\/)kustomization\.ya?ml$/;

/**
 * Reads everything that is to be imported.
 * @param paths `CLUSTER=FILE` or `CLUSTER=FOLDER`, `CLUSTER/NAMESPACE=...` for objects without a namespace, or the output folder of a synth
 * @param live what running clusters hold
 * @throws MESH100 for arguments that name no cluster and for two forms of one object, MESH085 for a path at which nothing is, MESH086 for
 * files that are no YAML or hold no objects
 */
export function readInputs(paths: readonly string[], live: readonly LiveFile[] = []): Inputs {
  const files = [...paths.flatMap(filesAt), ...live.map((file): OwnedFile => ({ ...file, isInstall: false }))];
  const problems: Problem[] = [];
  const byCluster = new Map<string, { readonly manifests: Manifest[]; operator?: SourceFile }>();
  for (const { file, cluster, namespace = 'default', isInstall } of files) {
    if (cluster === undefined || LISTING.test(file.name)) {
      continue;
    }
    const draft = byCluster.get(cluster) ?? { manifests: [] };
    byCluster.set(cluster, draft);
    if (isInstall) {
      draft.operator = file.name.endsWith('/istio-operator.yml') ? file : draft.operator;
      continue;
    }
    const { operator, others } = withoutOperator(file);
    draft.operator = operator ?? draft.operator;
    const { manifests, unreadable } = manifestsOf(others);
    problems.push(...unreadable.map(unreadableProblem));
    draft.manifests.push(...manifests.map(manifest => publicPart(inNamespace(manifest, namespace))));
  }
  const clusters = [...byCluster].sort(([a], [b]) => a < b ? -1 : 1).map(([name, { manifests, operator }]) => {
    const unique = withoutRepetition(name, manifests, problems);
    const entries = unique.filter(({ kind, group }) => kind === 'ServiceEntry' && group === 'networking.istio.io');
    return [name, new WrittenCluster(name, unique, settingsOf(operator, entries), [])] as const;
  });
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  if (clusters.length === 0) {
    const fix = 'write CLUSTER=FOLDER for each cluster, such as cluster1=manifests/east';
    throw argumentError('import', 'no cluster to import', undefined, fix);
  }
  const catalogs = files.flatMap(({ file }) => isCatalog(file.name) ? [catalogIn(file)] : []);
  return {
    clusters: new Map(clusters),
    services: catalogs.flatMap(({ services }) => objectsIn(services)),
    suffix: catalogs.map(({ suffix }) => suffix).find(suffix => typeof suffix === 'string'),
    installFiles: files.filter(({ isInstall }) => isInstall).map(({ file }) => file),
  };
}

/** An error about the arguments of the command. */
export function argumentError(where: string, what: string, got: unknown, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.IMPORT_ARGUMENT, where, what, got, fix });
}

/** The cluster and the rest of an argument such as `cluster1=value`. */
export function clusterArgument(where: string, argument: string, example: string): readonly [string, string] {
  const [, cluster, value] = /^([^=]*)=(.+)$/s.exec(argument) ?? [];
  if (cluster === undefined || !isDnsLabel(cluster) || RESERVED_FOLDERS.includes(cluster)) {
    throw argumentError(where, 'this names no cluster', argument, `write CLUSTER=VALUE with the name of a cluster, such as ${example}`);
  }
  return [cluster, value];
}

function filesAt(argument: string): OwnedFile[] {
  const [, cluster, namespace, path] = /^([^=/]*)(?:\/([^=/]*))?=(.+)$/s.exec(argument) ?? [];
  return cluster === undefined ? filesOfOutput(argument) : filesOfArgument(argument, { cluster, namespace, path });
}

function filesOfArgument(
  argument: string, { cluster, namespace, path }: { cluster: string; namespace?: string; path: string },
): OwnedFile[] {
  clusterArgument('import', argument.replace(/^([^=/]*)\/[^=/]*=/, '$1='), 'cluster1=manifests/east');
  if (namespace !== undefined && !isDnsLabel(namespace)) {
    throw argumentError('import', 'this names no namespace', argument, 'write CLUSTER/NAMESPACE=FILE, such as cluster1/foo=httpbin.yaml');
  }
  const isOne = path === '-' || isFile(path);
  const files = isOne ? [fileAt(path)] : readFolder({ path, cluster }).files.filter(isManifestFile);
  return files.map(file => ({ file, cluster, namespace, isInstall: false }));
}

/** Files of the output folder of a synth, each with its cluster: the first part of its path, or the second part below `install/`. */
function filesOfOutput(path: string): OwnedFile[] {
  if (isFile(path)) {
    throw argumentError('import', 'a file of no cluster', path, `write CLUSTER=${path}, with the name of the cluster that it is for`);
  }
  const { files } = readFolder({ path });
  const stray = files.find(({ name }) => !name.includes('/') && isYaml(name));
  if (stray) {
    throw folderError(path, `manifests stand directly in the folder, such as ${stray.name}`, `write CLUSTER=${path}, with the name of `
      + 'the cluster that the manifests are for, or name the folder above');
  }
  return files.filter(({ name }) => isCatalog(name) || isYaml(name)).map(file => {
    const [first, second, ...rest] = file.name.split('/');
    if (first === INSTALL_FOLDER && rest.length > 0) {
      return { file, cluster: second, isInstall: true };
    }
    return { file, cluster: second === undefined || RESERVED_FOLDERS.includes(first) ? undefined : first, isInstall: false };
  });
}

function isManifestFile({ name, text }: SourceFile): boolean {
  return isYaml(name) || name.endsWith('.json') && !isCatalog(name) && /"apiVersion"/.test(text);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function fileAt(path: string): SourceFile {
  const text = withFileErrors(path, () => readFileSync(path === '-' ? STDIN : path, 'utf8'));
  return { path: path === '-' ? 'standard input' : path, name: basename(path), text };
}

/** Groups whose objects all have namespaces, and the kinds of the core that have. */
const NAMESPACED = ['networking.istio.io', 'security.istio.io', 'gateway.networking.k8s.io', 'apps', 'admiral.io'];
const NAMESPACED_CORE = ['Service', 'ConfigMap', 'Secret', 'ServiceAccount', 'Pod', 'Endpoints'];

/** An object in the namespace into which `kubectl apply` puts it. */
function inNamespace(manifest: Manifest, namespace: string): Manifest {
  const { group, kind, content } = manifest;
  const isNamespaced = NAMESPACED.includes(group) && kind !== 'GatewayClass' || group === '' && NAMESPACED_CORE.includes(kind);
  return manifest.namespace !== '' || !isNamespaced
    ? manifest : { ...manifest, namespace, content: { ...content, metadata: { ...content.metadata, namespace } } };
}

/** Objects without repetition. Two forms of one object would make the result depend on the order of files. */
function withoutRepetition(cluster: string, manifests: Manifest[], problems: Problem[]): Manifest[] {
  const known = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const key = `${manifest.kind}.${manifest.group} ${manifest.namespace} ${manifest.name}`;
    const first = known.get(key);
    if (first && JSON.stringify(first.content) !== JSON.stringify(manifest.content)) {
      problems.push({
        code: MeshErrorCode.IMPORT_ARGUMENT,
        where: `${manifest.file.path}:${manifest.line}`,
        what: `${titleOf(manifest)} of ${cluster} stands twice, with different content`,
        got: `also at ${first.file.path}:${first.line}`,
        fix: 'pass one of the two',
      });
    }
    known.set(key, first ?? manifest);
  }
  return [...known.values()];
}

function catalogIn(file: SourceFile): any {
  try {
    return objectAt(JSON.parse(file.text));
  } catch {
    throw argumentError(file.path, 'a catalog that is no JSON', undefined, 'pass the catalog that a synth wrote, or leave it out');
  }
}
