import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ExportModel } from '../model/export-model';
import type { ImportModel, LocalImportModel, RoutingModel } from '../model/import-model';
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
}

/** A routing, with the construct that declares it. */
export interface DeclaredRouting extends RoutingModel {
  readonly path: string;
}

/** A manifest of the user's own, with the construct that it comes from. */
export interface ForeignManifest {
  readonly path: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: { readonly [key: string]: string } };
  /** Content that nobody has checked: any field can hold anything. */
  readonly spec?: any;
}

/** What the constructs of this library declare in a chart. A chart stands for one cluster. */
export class Declarations {
  public readonly imports: DeclaredImport[] = [];
  public readonly localImports: DeclaredLocalImport[] = [];
  public readonly exports: DeclaredExport[] = [];
  public readonly routings: DeclaredRouting[] = [];
  private found?: ApiObject[];
  private services?: Map<string, ForeignManifest>;

  public constructor(public readonly chart: Chart) {}

  /** The user's own objects of a kind, as Kubernetes gets them. */
  public manifests(kind: string, apiGroup: string): ForeignManifest[] {
    return this.objects
      .filter(object => object.kind === kind && object.apiGroup === apiGroup && !provenanceOf(object).isOwnContent)
      .map(object => ({ ...object.toJson(), path: object.node.path }));
  }

  /** The user's own Service of a name and namespace. */
  public serviceAt({ name, namespace }: { readonly name: string; readonly namespace: string }): ForeignManifest | undefined {
    this.services ??= new Map(
      this.manifests('Service', 'core').map(service => [`${service.metadata.namespace}/${service.metadata.name}`, service]),
    );
    return this.services.get(`${namespace}/${name}`);
  }

  /** Every object of the chart, as it is when the checks begin. */
  public get objects(): ApiObject[] {
    this.found ??= this.chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === this.chart);
    return this.found;
  }

  /** Runs the checks on the chart as it is now. */
  public check<T>(run: () => T): T {
    this.found = undefined;
    this.services = undefined;
    return run();
  }
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
