import { parse } from 'yaml';
import type { LiveCluster } from './live-cluster';
import { objectAt, objectsIn } from '../../checks/content';
import { requiredSettings } from '../../istio/current/required-settings';
import type { RequiredSettings } from '../../model/required-setting';
import { INSTALL_FOLDER } from '../../output/folder-names';
import type { Finding } from '../../written/finding';
import { firstDataOf } from '../../written/manifest';
import type { SourceFile, SourceFolder } from '../../written/source';
import { missingSettings } from '../check-istio';

/**
 * Settings of the running Istio that imports and exports need and that it lacks: those of `required-settings.yml`, or else those of the
 * install values. None where the folder holds neither.
 * @throws NoAccess where kubectl fails
 */
export async function settingFindings(cluster: LiveCluster, folders: readonly SourceFolder[]): Promise<Finding[]> {
  const file = requiredFile(cluster.name, folders);
  const required = file ? readRequired(file) : neededOf(cluster);
  if (required === undefined) {
    return [];
  }
  const { kubectl } = cluster;
  const namespaces = [...new Set(required.settings.map(({ namespace }) => namespace))].sort();
  const configMap = required.revision === undefined ? 'istio' : `istio-${required.revision}`;
  const objects = await Promise.all(namespaces.flatMap(namespace => [
    kubectl.get(`read the mesh configuration in ${namespace}`, 'configmaps', configMap, `--namespace=${namespace}`),
    kubectl.get(`read gateways in ${namespace}`, 'services,deployments.apps,daemonsets.apps', `--namespace=${namespace}`),
  ]));
  const place = { file: (file ?? cluster.written.settings.file)!.path, line: 1 };
  return missingSettings(required, objects.flat()).map(problem => ({
    ...problem, severity: 'error', place, fix: file ? problem.fix : `${problem.fix}, or install Istio again from the written values`,
  }));
}

function requiredFile(cluster: string, folders: readonly SourceFolder[]): SourceFile | undefined {
  const name = `${INSTALL_FOLDER}/${cluster}/required-settings.yml`;
  return folders.flatMap(({ files }) => files).find(file => file.name === name);
}

function readRequired({ text }: SourceFile): RequiredSettings | undefined {
  const content = objectAt(parse(text));
  return Array.isArray(content.settings) ? content as RequiredSettings : undefined;
}

/** The settings that the install values of a cluster set. */
function neededOf({ written: { name, settings } }: LiveCluster): RequiredSettings | undefined {
  const { file, istioNamespace, trustDomain, trustDomainAliases, clusterDomain, capturesDns } = settings;
  if (file === undefined) {
    return undefined;
  }
  const spec = objectAt(objectAt(firstDataOf(file)).spec);
  const { components, values } = spec;
  const { pilot, revision } = objectAt(values);
  const gatewayOf = (gateways: unknown) => {
    const [gateway] = objectsIn(gateways).filter(({ enabled }) => enabled !== false);
    return gateway && { namespace: String(gateway.namespace ?? istioNamespace), selector: objectAt(gateway.label) };
  };
  return {
    cluster: name,
    revision: typeof spec.revision === 'string' ? spec.revision : typeof revision === 'string' ? revision : undefined,
    settings: requiredSettings({
      cluster: name,
      istioNamespace,
      trustDomain,
      trustDomainAliases,
      clusterDomain,
      dnsCapture: capturesDns === true,
      followsRoots: String(objectAt(objectAt(pilot).env).ISTIO_MULTIROOT_MESH) === 'true',
      observability: false,
      gatewaysOfAnyNamespace: String(objectAt(objectAt(pilot).env).PILOT_SCOPE_GATEWAY_TO_NAMESPACE) !== 'true',
      ingressGateway: gatewayOf(objectAt(components).ingressGateways),
      egressGateway: gatewayOf(objectAt(components).egressGateways),
    }),
  };
}
