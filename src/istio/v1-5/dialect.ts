import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { installFiles } from './install';
import { serviceEntry } from './service-entry';
import type { ControlPlaneModel } from '../../model/control-plane-model';
import type { ExportModel } from '../../model/export-model';
import { versionsOf } from '../../model/exporting-cluster';
import type { ImportModel } from '../../model/import-model';
import type { InstallFile } from '../../model/install-file';
import { IRemoteService } from '../../model/remote-service';
import type { RequiredSetting } from '../../model/required-setting';
import type { Routing } from '../../model/routing';
import { localHost, objectName } from '../../names';
import { NO_COMMON_METADATA } from '../../objects/common-metadata';
import type { Dialect, SampleSettings } from '../dialect';
import { subsetLabels } from '../endpoints';
import { ApiVersions, istioObject } from '../istio-object';
import { emitVersions } from '../receiver-rules';
import { routesOf } from '../routes';

const API: ApiVersions = {
  networking: 'networking.istio.io/v1alpha3', security: 'security.istio.io/v1beta1', metadata: NO_COMMON_METADATA,
};
const MUTUAL_TLS = { tls: { mode: 'ISTIO_MUTUAL' as const } };

/**
 * Istio 1.5: the manifests of the guide. The install values of the guide bring a gateway on port 15443 for `*.global` and a
 * DestinationRule with mutual TLS for these hosts, so an export adds no Gateway and an import adds no rule.
 */
export class GuideDialect implements Dialect {
  public readonly generation = '1.5';
  public readonly api = API;
  public readonly hasRevisions = false;
  public readonly bringsDnsServer = true;
  public readonly importsAreScoped = false;
  public readonly importsLocalNames = false;
  public readonly hasImportPolicies = false;
  public readonly installsGatewayServices = false;
  public readonly readsTlsSecrets = false;
  public readonly followsRoots = false;
  public readonly hasReaderSwitch = false;
  public readonly canBeHardened = false;
  public readonly fixedSuffix = 'global';
  public readonly samples: SampleSettings = {
    sleepImage: 'governmentpaas/curl-ssl',
    sleepCommand: ['/bin/sleep', '3650d'],
    sleepLabels: { app: 'sleep' },
    httpbinImage: 'docker.io/kennethreitz/httpbin',
    httpbinPort: 80,
    serviceLabels: () => ({}),
  };

  public sni(service: IRemoteService, port: number): string {
    return `outbound_.${port}_._.${service.host}`;
  }

  public remoteServiceEntry(scope: Construct, model: ImportModel, entryScope: Construct): ApiObject {
    const place = { name: objectName(model.service.name, model.service.namespace), namespace: model.namespace };
    const entry = istioObject(entryScope, 'service-entry', API, 'ServiceEntry', place, () => serviceEntry(model));
    if (model.routing) {
      versionRouting(scope, model, model.routing);
    }
    return entry;
  }

  /** Adds nothing: gateways of Istio 1.5 rewrite only the SNI of `.global` hosts, and constructs refuse local names. */
  public localNameRules(): void {}

  /** Adds nothing, like `localNameRules`. */
  public localNameEntries(): void {}

  /** Adds nothing: only imports under a local name need a remote gateway. */
  public remoteGateway(): void {}

  /** Adds nothing: the install values bring the listener of the egress gateway. */
  public egressListener(): void {}

  /** Adds nothing: the ServiceEntry of the import names the egress gateway and the remote gateways. */
  public egressRoute(): void {}

  public serviceExport(scope: Construct, model: ExportModel): void {
    emitVersions(scope, API, model, MUTUAL_TLS);
  }

  public installFiles(model: ControlPlaneModel): InstallFile[] {
    return installFiles(model);
  }

  /** Returns none: the control plane of the guide is installed from the values of the guide alone. */
  public requiredSettings(): RequiredSetting[] {
    return [];
  }

  public installCommand(file: string): string {
    return `istioctl manifest apply -f ${file}`;
  }

  public uninstallCommand(file: string): string {
    return `istioctl manifest generate -f ${file} | kubectl delete --ignore-not-found -f -`;
  }
}

/**
 * Adds the rules of the page on version routing that the guide refers to: subsets of the `.global` host by endpoint label, the
 * versions of the pods on the local host, and a route from the local host to the remote host.
 * @see https://istio.io/v1.5/blog/2019/multicluster-version-routing/
 */
function versionRouting(scope: Construct, model: ImportModel, routing: Routing): void {
  const { service, namespace } = model;
  const place = { name: objectName(service.name, service.namespace), namespace };
  istioObject(scope, 'destination-rule', API, 'DestinationRule', place, () => ({
    host: service.host,
    // A rule for the host replaces the installed rule for *.global, so it repeats the TLS settings.
    trafficPolicy: MUTUAL_TLS,
    subsets: versionsOf(model.exporters).map(version => ({ name: version, labels: subsetLabels(version, model.exporters) })),
  }));
  istioObject(scope, 'local-destination-rule', API, 'DestinationRule', { ...place, name: `mesh-${place.name}` }, () => ({
    host: localHost(service),
    trafficPolicy: MUTUAL_TLS,
    subsets: versionsOf(model.exporters).map(version => ({ name: version, labels: { version } })),
  }));
  istioObject(scope, 'virtual-service', API, 'VirtualService', place, () => ({
    hosts: [localHost(service)],
    ...routesOf(routing, { destination: service.host, ports: service.ports }),
  }));
}
