import { App, Chart, Testing } from 'cdk8s';
import { IConstruct } from 'constructs';
import {
  ClusterDns, EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshCluster, MeshProps, RetirementStep, ServicePort,
} from '../../src';

export const SERVICE = { namespace: 'shop', ports: [ServicePort.http('http', 8000)] };

/** What retires in the mesh. */
export interface Retiring {
  readonly cluster3?: RetirementStep;
  /** Whether cluster2 retires its export of `catalog`. */
  readonly exportOfCluster2?: boolean;
  /** Whether cluster1 retires its import of `alone`. */
  readonly importOfAlone?: boolean;
}

export interface RetiringMesh {
  readonly mesh: Mesh;
  readonly cluster1: MeshCluster;
  readonly cluster2: MeshCluster;
  readonly cluster3: MeshCluster;
}

/**
 * A mesh of three clusters. cluster2 and cluster3 export `catalog`, and cluster3 exports `alone`. cluster1 imports both
 * services, and cluster3 imports `catalog`.
 */
export function retiringMesh(retiring: Retiring = {}, props: Partial<MeshProps> = {}): RetiringMesh {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31, ...props });
  const addCluster = (n: number, retire?: RetirementStep) => mesh.addCluster(`cluster${n}`, {
    ingressGateway: GatewayAddress.of(`203.0.113.${n}`),
    egressGateway: EgressGateway.service(),
    strictMtls: true,
    retire,
    dns: ClusterDns.coreDnsCustom({ resolvers: ['10.96.0.53'] }),
  });
  const [cluster1, cluster2, cluster3] = [addCluster(1), addCluster(2), addCluster(3, retiring.cluster3)];
  const catalog = cluster2.exportService('catalog', { ...SERVICE, retire: retiring.exportOfCluster2 });
  cluster3.exportService('catalog', SERVICE);
  const alone = cluster3.exportService('alone', SERVICE);
  cluster1.importService(catalog, { namespace: 'a' });
  cluster1.importService(alone, { namespace: 'a', via: ImportPath.egressGateway(), retire: retiring.importOfAlone });
  cluster3.importService(catalog, { namespace: 'b' });
  return { mesh, cluster1, cluster2, cluster3 };
}

/** Kind and name of each object that a synth of the chart writes. */
export function objectNames(chart: Chart): string[] {
  return Testing.synth(chart).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** Addresses in the ServiceEntry of namespace `a`; undefined without the entry. */
export function endpointAddresses(cluster: MeshCluster, entryName: string): string[] | undefined {
  const entry = Testing.synth(cluster).find(
    ({ kind, metadata }) => kind === 'ServiceEntry' && metadata.name === entryName && metadata.namespace === 'a',
  );
  return entry?.spec.endpoints.map(({ address }: { address: string }) => address);
}

/** The messages of all problems that validation finds below a construct. */
export function problemsBelow(construct: IConstruct): string[] {
  return construct.node.findAll().flatMap(node => node.node.validate());
}
