import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Dialect } from '../istio/dialect';
import type { EgressGateway } from '../model/egress-gateway';
import type { IRemoteService, ServiceExporter } from '../model/remote-service';
import type { ServicePort } from '../model/service-port';
import type { ServiceVersion } from '../model/service-version';

/** An import as the checks see it. */
export interface DeclaredImport {
  /** The import, in words. */
  readonly where: string;
  readonly service: IRemoteService;
  readonly namespace: string;
  /** Whether the importing namespace alone sees it. */
  readonly scoped: boolean;
  readonly viaEgress: boolean;
  readonly addresses: () => string[];
  /** The clusters that serve it. */
  readonly exporters: () => ServiceExporter[];
}

/** An export as the checks see it. */
export interface DeclaredExport {
  readonly name: string;
  readonly namespace: string;
  /** The host within the cluster. */
  readonly localHost: string;
  /** The ports that importers are told; none when that is not known. */
  readonly ports: ServicePort[];
  readonly versions: ServiceVersion[];
  readonly gatewayNamespace: string;
}

/** A service's way through an egress gateway as the checks see it. */
export interface DeclaredEgress {
  readonly service: IRemoteService;
  readonly egressGateway: EgressGateway;
  readonly exporters: () => ServiceExporter[];
  readonly dialect: Dialect;
}

/** What the constructs of this library declared in a chart, which stands for one cluster. */
export class Declarations {
  public readonly imports: DeclaredImport[] = [];
  public readonly exports: DeclaredExport[] = [];
  public readonly egress: DeclaredEgress[] = [];
  /** Objects that are in the chart no more, since what they are for retires. */
  public readonly retired: ApiObject[] = [];
  private found?: ApiObject[];

  public constructor(public readonly chart: Chart) {}

  /** The objects of the chart that are of a kind, as Kubernetes gets them. */
  public manifests(kind: string, apiGroup: string): any[] {
    return this.objects.filter(object => object.kind === kind && object.apiGroup === apiGroup && !isOurs(object)).map(object => object.toJson());
  }

  /** All objects of the chart, as they are when the checks begin. */
  public get objects(): ApiObject[] {
    this.found ??= this.chart.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === this.chart);
    return this.found;
  }

  /** Runs the checks on the chart as it is now. */
  public check<T>(run: () => T): T {
    this.found = undefined;
    return run();
  }
}

const OURS = Symbol.for('cdk8s-istio-multicluster.Object');

/** An object made by this library, whose content the checks need not doubt. */
export class OwnObject extends ApiObject {
  /** @internal */
  public readonly [OURS] = true;
}

/** Whether an object was made by this library. */
export function isOurs(object: ApiObject): boolean {
  return OURS in object;
}

/** What was declared, by chart: forgotten with the chart. */
const declarations = new WeakMap<Chart, Declarations>();

/** What was imported in a chart so far. */
export function declaredIn(chart: Chart): DeclaredImport[] {
  return declarations.get(chart)?.imports ?? [];
}

/** What was in a chart before it retired. */
export function retiredIn(chart: Chart): ApiObject[] {
  return declarations.get(chart)?.retired ?? [];
}

/** The declarations of the chart that a construct stands in. `onFirst` is called when there are none yet. */
export function declarationsOf(scope: Construct, onFirst: (declared: Declarations) => void): Declarations {
  const chart = Chart.of(scope);
  const known = declarations.get(chart);
  if (known) {return known;}
  const fresh = new Declarations(chart);
  declarations.set(chart, fresh);
  onFirst(fresh);
  return fresh;
}
