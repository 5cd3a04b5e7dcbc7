import { CatalogService, catalogServices } from './catalogs';
import { WrittenCluster } from './cluster';
import { gatewayOwners, GatewayOwners } from './gateway-owners';
import { Manifest, manifestsOf, UnreadableDocument } from './manifest';
import { folderError, isCatalog, isYaml } from './read-folder';
import { settingsOf } from './settings';
import { SourceFile, SourceFolder } from './source';
import { INSTALL_FOLDER, RESERVED_FOLDERS } from '../output/folder-names';

/** A mesh as its output folders describe it: what the files say, also where somebody edited them. */
export interface WrittenMesh {
  readonly folders: readonly SourceFolder[];
  /** Clusters by name, in the order of their names. */
  readonly clusters: ReadonlyMap<string, WrittenCluster>;
  readonly services: readonly CatalogService[];
  readonly gatewayOwners: GatewayOwners;
  /** Documents that are no objects of Kubernetes. */
  readonly unreadable: readonly UnreadableDocument[];
  /** Objects for engines and persons, outside the folders of clusters. */
  readonly otherManifests: readonly Manifest[];
}

const LISTING = /(^|\/)kustomization\.ya?ml$/;

/** Reads the mesh that some folders describe together: output folders, and folders with manifests of one cluster. */
export function meshIn(folders: readonly SourceFolder[]): WrittenMesh {
  const drafts = new Map<string, Draft>();
  const unreadable: UnreadableDocument[] = [];
  const otherManifests: Manifest[] = [];
  const services: CatalogService[] = [];
  for (const { file, cluster, isInstall } of folders.flatMap(filesWithOwner)) {
    if (isCatalog(file.name)) {
      services.push(...readCatalog(file, unreadable));
    }
    if (!isYaml(file.name)) {
      continue;
    }
    const draft = cluster === undefined ? undefined : draftOf(drafts, cluster);
    if (LISTING.test(file.name)) {
      draft?.listings.push(file);
      continue;
    }
    if (isInstall && !file.name.endsWith('/istio-operator.yml')) {
      continue;
    }
    if (isInstall && draft) {
      draft.operator = file;
      continue;
    }
    const content = manifestsOf(file);
    unreadable.push(...content.unreadable);
    (draft?.manifests ?? otherManifests).push(...content.manifests);
  }
  const clusters = [...drafts].sort(([a], [b]) => a < b ? -1 : 1).map(([name, draft]) => [name, clusterOf(name, draft)] as const);
  const byName = new Map(clusters);
  return { folders, clusters: byName, services, gatewayOwners: gatewayOwners([...byName.values()], services), unreadable, otherManifests };
}

/** What is known of a cluster while files are read. */
interface Draft {
  readonly manifests: Manifest[];
  readonly listings: SourceFile[];
  /** IstioOperator with the install values. */
  operator?: SourceFile;
}

interface OwnedFile {
  readonly file: SourceFile;
  /** Cluster whose folder holds the file; undefined for files of no cluster. */
  readonly cluster?: string;
  readonly isInstall: boolean;
}

/** The files of a folder, each with its cluster: the first part of its path, or the second part below `install/`. */
function filesWithOwner({ path, cluster, files }: SourceFolder): OwnedFile[] {
  if (cluster !== undefined) {
    return files.map(file => ({ file, cluster, isInstall: false }));
  }
  const stray = files.find(({ name }) => !name.includes('/') && isYaml(name));
  if (stray) {
    throw folderError(path, `manifests stand directly in the folder, such as ${stray.name}`, `write CLUSTER=${path}, with the name of `
      + 'the cluster that the manifests are for, or name the folder above');
  }
  return files.map(file => {
    const [first, second, ...rest] = file.name.split('/');
    if (first === INSTALL_FOLDER && rest.length > 0) {
      return { file, cluster: second, isInstall: true };
    }
    return { file, cluster: second === undefined || RESERVED_FOLDERS.includes(first) ? undefined : first, isInstall: false };
  });
}

function draftOf(drafts: Map<string, Draft>, cluster: string): Draft {
  const draft = drafts.get(cluster) ?? { manifests: [], listings: [] };
  drafts.set(cluster, draft);
  return draft;
}

function clusterOf(name: string, { manifests, listings, operator }: Draft): WrittenCluster {
  const entries = manifests.filter(({ kind, group }) => kind === 'ServiceEntry' && group === 'networking.istio.io');
  return new WrittenCluster(name, manifests, settingsOf(operator, entries), listings);
}

function readCatalog(file: SourceFile, unreadable: UnreadableDocument[]): CatalogService[] {
  const services = catalogServices(file);
  if (services === undefined) {
    unreadable.push({ place: { file: file.path, line: 1 }, what: 'a catalog that is no JSON', expected: 'the catalog of a synth' });
  }
  return services ?? [];
}
