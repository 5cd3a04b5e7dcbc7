import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { objectAt } from './content';
import type { EgressGateway } from '../model/egress-gateway';
import type { ExportModel } from '../model/export-model';
import type { ImportModel, LocalImportModel } from '../model/import-model';
import type { IRemoteService } from '../model/remote-service';
import type { Routing } from '../model/routing';
import { Mark } from '../objects/mark';
import { provenanceOf } from '../objects/provenance';

/** An import, with what a check needs to know of its release. */
export interface DeclaredImport extends ImportModel {
  /** Whether only the importing namespace sees the import. */
  readonly isScoped: boolean;
  /** Path of the construct. */
  readonly path: string;
}

/** An import under the service's own name, with the construct that declares it. */
export interface DeclaredLocalImport extends LocalImportModel {
  readonly path: string;
}

/** An export, with the construct that declares it. */
export interface DeclaredExport extends ExportModel {
  readonly path: string;
  /** Governing Service of a StatefulSet, where `name` is one of its pods. */
  readonly governingService?: string;
  /** Labels of the pods of the Service, as the user declares them. */
  readonly workloadSelector?: { readonly [key: string]: string };
  /** Principals that may call the pods; undefined when every workload of the mesh may. */
  readonly callers?: string[];
  /** Whether the pods accept nothing but mutual TLS. */
  readonly strictMtls?: boolean;
  /** Whether a Gateway of its own opens the export; on Istio 1.5 one Gateway is open for every Service. */
  readonly isScoped: boolean;
}

/** A routing, with the construct that declares it. */
export interface DeclaredRouting {
  readonly where: string;
  readonly path: string;
  readonly routing: Routing;
  /** The import, which may retire. */
  readonly imported: Omit<ImportModel, 'addresses'>;
}

/** A route through an egress gateway, with the construct that declares it. */
export interface DeclaredEgressRoute {
  readonly egressGateway: EgressGateway;
  readonly importingCluster?: string;
  /** What is imported by the route, by host; retiring imports included. */
  readonly services: ReadonlyMap<string, IRemoteService>;
  readonly path: string;
}

/** A manifest of the user's own, with the construct that it comes from. */
export interface ForeignManifest {
  readonly path: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: { readonly [key: string]: string };
    readonly labels?: { readonly [key: string]: string };
  };
  /** Content that nobody has checked: any field can hold anything. Empty where the manifest has no spec. */
  readonly spec: any;
}

/** The Istio of a cluster, as far as checks read it. */
export interface IstioFacts {
  /** Root namespace: its policies apply to every namespace. */
  readonly rootNamespace: string;
  /** Whether Gateways of any namespace configure the gateways, instead of those beside the gateway alone. */
  readonly gatewaysOfAnyNamespace: boolean;
}

const ISTIO_FACTS = new Mark<IstioFacts>('IstioFacts');
const UNKNOWN_ISTIO: IstioFacts = { rootNamespace: 'istio-system', gatewaysOfAnyNamespace: true };

/** What the constructs of this library declare in a chart. A chart stands for one cluster. */
export class Declarations {
  public readonly imports: DeclaredImport[] = [];
  public readonly localImports: DeclaredLocalImport[] = [];
  public readonly exports: DeclaredExport[] = [];
  public readonly routings: DeclaredRouting[] = [];
  public readonly egressRoutes: DeclaredEgressRoute[] = [];
  private found?: ApiObject[];
  private byKind?: Map<string, ApiObject[]>;
  private readonly rendered = new Map<string, ForeignManifest[]>();
  private services?: Map<string, ForeignManifest>;
  private importedHosts?: Map<string, DeclaredImport[]>;

  public constructor(public readonly chart: Chart) {}

  /** The user's own objects of a kind, as Kubernetes gets them. */
  public manifests(kind: string, apiGroup: string): ForeignManifest[] {
    const key = `${kind}.${apiGroup}`;
    const known = this.rendered.get(key);
    if (known) {
      return known;
    }
    this.byKind ??= indexed(this.foreignObjects, object => `${object.kind}.${object.apiGroup}`);
    const manifests = (this.byKind.get(key) ?? []).map(manifestOf);
    this.rendered.set(key, manifests);
    return manifests;
  }

  /** The user's own Service of a name and namespace. */
  public serviceAt({ name, namespace }: { readonly name: string; readonly namespace: string }): ForeignManifest | undefined {
    this.services ??= new Map(
      this.manifests('Service', 'core').map(service => [`${service.metadata.namespace}/${service.metadata.name}`, service]),
    );
    return this.services.get(`${namespace}/${name}`);
  }

  /** The user's own Service of an export: the exported one, or the governing Service of an exported pod. */
  public serviceOf({ name, governingService, namespace }: DeclaredExport): ForeignManifest | undefined {
    return this.serviceAt({ name: governingService ?? name, namespace });
  }

  /** The imports of a host under its global name. */
  public importsOf(host: unknown): DeclaredImport[] {
    this.importedHosts ??= indexed(this.imports, ({ service }) => service.host);
    return typeof host === 'string' ? this.importedHosts.get(host) ?? [] : [];
  }

  /** The Istio of the cluster; assumptions for a chart outside of a mesh. */
  public get istio(): IstioFacts {
    return ISTIO_FACTS.of(this.chart) ?? UNKNOWN_ISTIO;
  }

  /** Every object of the chart, as it is when the checks begin. */
  public get objects(): ApiObject[] {
    this.found ??= this.chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === this.chart);
    return this.found;
  }

  /** Runs the checks on the chart as it is now. */
  public check<T>(run: () => T): T {
    this.found = undefined;
    this.byKind = undefined;
    this.rendered.clear();
    this.services = undefined;
    this.importedHosts = undefined;
    return run();
  }

  private get foreignObjects(): ApiObject[] {
    return this.objects.filter(object => !provenanceOf(object).isOwnContent);
  }
}

function manifestOf(object: ApiObject): ForeignManifest {
  const { spec, ...rest } = object.toJson();
  return { ...rest, spec: objectAt(spec), path: object.node.path };
}

/** Values by a key. */
export function indexed<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const index = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = index.get(key);
    if (group) {
      group.push(value);
    } else {
      index.set(key, [value]);
    }
  }
  return index;
}

/** Notes what is known of the Istio of a chart. */
export function noteIstio(chart: Chart, facts: IstioFacts): void {
  ISTIO_FACTS.set(chart, facts);
}

const DECLARATIONS = new Mark<Declarations>('Declarations');

/** What is imported in a chart so far. */
export function importsIn(chart: Chart): DeclaredImport[] {
  return DECLARATIONS.of(chart)?.imports ?? [];
}

/** The declarations of the chart that a construct stands in. `onFirst` is called when there are none yet. */
export function declarationsOf(scope: Construct, onFirst: (declared: Declarations) => void): Declarations {
  const chart = Chart.of(scope);
  const known = DECLARATIONS.of(chart);
  if (known) {
    return known;
  }
  const fresh = new Declarations(chart);
  DECLARATIONS.set(chart, fresh);
  onFirst(fresh);
  return fresh;
}
