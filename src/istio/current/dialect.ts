import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { egressRoutes, listener, listenerName, remoteGateways, remoteGatewaysRule } from './egress';
import { installFiles } from './install';
import { localEntries, localRule } from './local-import';
import { LocalService, RemoteGatewayObject } from './local-objects';
import { requiredSettings } from './required-settings';
import { destinationRule, importRoutes, serviceEntry, sni } from './service-entry';
import type { ControlPlaneModel } from '../../model/control-plane-model';
import type { EgressGateway } from '../../model/egress-gateway';
import type { ExportModel } from '../../model/export-model';
import type { ExportingCluster } from '../../model/exporting-cluster';
import { EgressModel, hasLocalRoutes, ImportModel, LocalImportModel } from '../../model/import-model';
import type { InstallFile } from '../../model/install-file';
import { GATEWAY_PORT } from '../../model/port-number';
import type { IRemoteService } from '../../model/remote-service';
import type { RequiredSetting } from '../../model/required-setting';
import { asLabel, objectName } from '../../names';
import { OUTSIDE_OF_A_MESH } from '../../objects/common-metadata';
import type { Dialect, SampleSettings } from '../dialect';
import { ApiVersions, istioObject, istioObjectFrom } from '../istio-object';
import { emitVersions } from '../receiver-rules';
import { takesRoutes, routesOf } from '../routes';

const API: ApiVersions = { networking: 'networking.istio.io/v1', security: 'security.istio.io/v1', metadata: OUTSIDE_OF_A_MESH };

/** Istio 1.29 to 1.31: the steps of the guide in the form that these releases need. Gateways open only for declared exports. */
export class CurrentDialect implements Dialect {
  public readonly generation = '1.29 and later';
  public readonly api = API;
  public readonly hasRevisions = true;
  public readonly bringsDnsServer = false;
  public readonly importsAreScoped = true;
  public readonly importsLocalNames = true;
  public readonly hasImportPolicies = true;
  public readonly installsGatewayServices = true;
  public readonly readsTlsSecrets = true;
  public readonly followsRoots = true;
  public readonly hasReaderSwitch: boolean;
  public readonly canBeHardened = true;
  public readonly samples: SampleSettings = {
    sleepImage: 'docker.io/curlimages/curl:8.16.0',
    sleepCommand: ['/bin/sleep', 'infinity'],
    sleepGracePeriodSeconds: 0,
    // Not in the sample of Istio: `istioctl validate` warns about workloads without a version.
    sleepLabels: { app: 'sleep', version: 'v1' },
    httpbinImage: 'docker.io/mccutchen/go-httpbin:v2.15.0',
    httpbinPort: 8080,
    restrictedUser: 65532,
    serviceLabels: name => ({ service: name }),
  };

  public constructor({ hasReaderSwitch }: { readonly hasReaderSwitch: boolean }) {
    this.hasReaderSwitch = hasReaderSwitch;
  }

  public sni(service: IRemoteService, port: number): string {
    return sni(service, port);
  }

  public remoteServiceEntry(scope: Construct, model: ImportModel, entryScope: Construct): ApiObject {
    const { service, namespace } = model;
    const place = { name: objectName(service.name, service.namespace), namespace };
    istioObjectFrom(model, scope, 'destination-rule', API, 'DestinationRule', place, destinationRule);
    if (model.routing || service.ports.some(takesRoutes)) {
      istioObjectFrom(model, scope, 'virtual-service', API, 'VirtualService', place, importRoutes);
    }
    return istioObjectFrom(model, entryScope, 'service-entry', API, 'ServiceEntry', place, serviceEntry);
  }

  public localNameRules(scope: Construct, model: LocalImportModel): void {
    const { service: { name }, namespace, localHost: host, routing, policy, service, createService } = model;
    const place = { name: `mesh-import.${name}`, namespace };
    if (createService) {
      new LocalService(scope, model);
    }
    istioObject(scope, 'destination-rule', API, 'DestinationRule', place, () => localRule(model));
    if (hasLocalRoutes(model)) {
      istioObject(scope, 'virtual-service', API, 'VirtualService', place, () => ({
        hosts: [host],
        ...routesOf(routing, { destination: host, ports: service.ports, policy }),
      }));
    }
  }

  public localNameEntries(entryScope: Construct, model: LocalImportModel): void {
    for (const { name, spec } of localEntries(model)) {
      istioObject(entryScope, name, API, 'WorkloadEntry', { name, namespace: model.namespace }, spec);
    }
  }

  public remoteGateway(scope: Construct, namespace: string, { cluster, gateways }: ExportingCluster): void {
    const ports = [...new Set(gateways.map(({ port }) => port))].sort((a, b) => a - b);
    ports.forEach(port => new RemoteGatewayObject(scope, {
      cluster, namespace, gateways: gateways.filter(gateway => gateway.port === port), isOneOfSeveral: ports.length > 1,
    }));
  }

  public egressListener(scope: Construct, gateway: EgressGateway): void {
    istioObject(scope, 'gateway', API, 'Gateway', { name: listenerName(gateway), namespace: gateway.namespace }, () => listener(gateway));
  }

  public egressRoute(scope: Construct, model: EgressModel): void {
    const place = { name: asLabel(`mesh-${model.name}`), namespace: model.egressGateway.namespace };
    istioObject(scope, 'service-entry', API, 'ServiceEntry', place, () => remoteGateways(model));
    istioObject(scope, 'destination-rule', API, 'DestinationRule', place, () => remoteGatewaysRule(model));
    istioObject(scope, 'virtual-service', API, 'VirtualService', place, () => egressRoutes(model));
  }

  /**
   * Adds a Gateway for each export. Istio drops a server whose host another Gateway claims already, so in a shared Gateway one team
   * could close the exports of all others.
   */
  public serviceExport(scope: Construct, model: ExportModel): void {
    const place = { name: objectName(model.name, model.namespace, 'mesh-'), namespace: model.gateway.namespace };
    istioObject(scope, 'gateway', API, 'Gateway', place, () => ({
      selector: model.gateway.selector,
      servers: [
        { port: { number: GATEWAY_PORT, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: [model.gatewayHost] },
      ],
    }));
    emitVersions(scope, API, model);
  }

  public installFiles(model: ControlPlaneModel): InstallFile[] {
    return installFiles(model);
  }

  public requiredSettings(model: ControlPlaneModel): RequiredSetting[] {
    return requiredSettings(model);
  }

  public installCommand(file: string): string {
    return `istioctl install -f ${file}`;
  }

  public uninstallCommand(file: string): string {
    return `istioctl uninstall --skip-confirmation -f ${file}`;
  }
}
