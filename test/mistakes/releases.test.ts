import { clusters, exporter, HTTP, Mistake, testMistakes } from './mistake';
import { GatewayService, IstioRelease, Mesh, RemoteService } from '../../src';

/** Releases that are not supported, and settings that Istio 1.5 does not have. */
const RELEASE_MISTAKES: Mistake[] = [
  { name: 'a mesh without a release', code: 'MESH008', hint: 'IstioRelease.V1_31', mistake: c => new Mesh(c.app, 'other', {} as any) },
  { name: 'an unsupported release', code: 'MESH008', hint: '1.31', mistake: () => IstioRelease.of('1.12') },
  { name: 'a release that is not a version', code: 'MESH008', hint: 'latest', mistake: () => IstioRelease.of('latest') },
  {
    name: 'a cluster on 1.5 in a mesh on 1.31',
    code: 'MESH008',
    hint: 'SNI',
    mistake: c => c.mesh.addCluster('old', { istio: IstioRelease.V1_5 }),
  },
  {
    name: 'a custom suffix on 1.5',
    code: 'MESH008',
    hint: '"mesh.example"',
    mistake: c => new Mesh(c.app, 'old', { istio: IstioRelease.V1_5, suffix: 'mesh.example' }),
  },
  {
    name: 'a setting of the gateway Service on 1.5',
    code: 'MESH008',
    hint: 'ingressGatewayService',
    mistake: () => clusters(IstioRelease.V1_5).mesh.addCluster('c', { ingressGatewayService: GatewayService.azure() }),
  },
  {
    name: 'a custom namespace for Istio on 1.5',
    code: 'MESH008',
    hint: 'istioNamespace',
    mistake: () => clusters(IstioRelease.V1_5).mesh.addCluster('c', { istioNamespace: 'mesh' }),
  },
  {
    name: 'a service with another suffix on 1.5',
    code: 'MESH008',
    hint: 'a.b.corp.example',
    mistake: () => {
      const service = new RemoteService({ name: 'a', namespace: 'b', suffix: 'corp.example', ports: HTTP, exporters: [exporter('c')] });
      return clusters(IstioRelease.V1_5).one.importService(service, { namespace: 'foo' });
    },
  },
  {
    name: 'a revision on 1.5',
    code: 'MESH008',
    hint: 'revision',
    mistake: () => clusters(IstioRelease.V1_5).mesh.addCluster('c', { revision: 'canary' }),
  },
];

testMistakes(RELEASE_MISTAKES);
