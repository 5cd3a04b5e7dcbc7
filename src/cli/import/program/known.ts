import { Duration } from 'cdk8s';
import { KubeDnsStubDomain } from '../../../dns/kube-dns-stub-domain';
import { Mesh } from '../../../mesh/mesh';
import { AllowedCaller } from '../../../model/allowed-caller';
import { ClusterPriority } from '../../../model/cluster-priority';
import { EgressGateway } from '../../../model/egress-gateway';
import { GatewayAddress } from '../../../model/gateway-address';
import { ImportName } from '../../../model/import-name';
import { ImportPath } from '../../../model/import-path';
import { IstioRelease } from '../../../model/istio-release';
import { LoadBalancing } from '../../../model/load-balancing';
import { PathMatch } from '../../../model/path-match';
import { RemoteService } from '../../../model/remote-service';
import { RetryOn } from '../../../model/retries';
import { Routing } from '../../../model/routing';
import { ServicePort } from '../../../model/service-port';
import { ServiceVersion } from '../../../model/service-version';
import { StringMatch } from '../../../model/string-match';

/** Everything that a program of `import` can name. */
export const KNOWN: { readonly [name: string]: any } = {
  AllowedCaller,
  ClusterPriority,
  Duration,
  EgressGateway,
  GatewayAddress,
  ImportName,
  ImportPath,
  IstioRelease,
  KubeDnsStubDomain,
  LoadBalancing,
  Mesh,
  PathMatch,
  RemoteService,
  RetryOn,
  Routing,
  ServicePort,
  ServiceVersion,
  StringMatch,
};

/** The names that cdk8s exports; this library exports the others. */
export const OF_CDK8S = ['Duration'];
