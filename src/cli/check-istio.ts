import { parseAllDocuments } from 'yaml';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Problem, shown } from '../errors/problem';
import type { RequiredSetting, RequiredSettings } from '../model/required-setting';
import { isRecord } from '../options/kind';

/** An object of Kubernetes, as far as it is read here. Any field can be missing. */
type Manifest = any;

/** Values of fields of the mesh configuration that Istio takes where the field is not set. */
const DEFAULTS: { readonly [path: string]: unknown } = { trustDomain: 'cluster.local' };

/** Returns the objects in a text: YAML documents or JSON, and lists as kubectl prints them. */
export function objectsIn(text: string): Manifest[] {
  const documents = parseAllDocuments(text).map(document => document.toJSON()).filter(isRecord);
  return documents.flatMap((document: Manifest) => Array.isArray(document.items) ? document.items : [document]).filter(isRecord);
}

/** Returns the settings that an Istio lacks. */
export function missingSettings({ cluster, revision, settings }: RequiredSettings, objects: Manifest[]): Problem[] {
  const istio = new InstalledObjects(objects, revision);
  return settings.flatMap(setting => {
    const { found, fix } = istio.look(setting);
    return found.length > 0 && found.every(value => fits(value, setting.value)) ? [] : [{
      fix,
      code: MeshErrorCode.ADOPTED_ISTIO,
      where: `Istio of '${cluster}'`,
      what: `${setting.setting} is not what the mesh needs in ${setting.namespace}: ${setting.reason}`,
      got: found.find(value => !fits(value, setting.value)) ?? 'nothing',
      expected: shown(setting.value),
    }];
  });
}

/** Returns lines about ports that the gateways of the mesh open beside those that the mesh needs. */
export function openPorts({ settings }: RequiredSettings, objects: Manifest[]): string[] {
  const istio = new InstalledObjects(objects, undefined);
  return settings.filter(({ setting }) => setting === 'gateway.port').flatMap(setting => istio.servicesOf(setting).flatMap(service => {
    const others = portsOf(service).map(({ port }) => port).filter(port => port !== setting.value && port !== 15021);
    return others.length > 0 ? [`${service.metadata.namespace}/${service.metadata.name} also opens ${others.join(', ')}`] : [];
  }));
}

/** What was found for a setting in each place that must have it, and how to set it. */
interface Finding {
  readonly found: unknown[];
  readonly fix: string;
}

/** The objects of an Istio in a cluster. */
class InstalledObjects {
  public constructor(private readonly objects: Manifest[], private readonly revision: string | undefined) {}

  /** Looks up a setting. */
  public look(required: RequiredSetting): Finding {
    const { setting, namespace, value } = required;
    const [, owner, path] = /^(meshConfig|istiod\.env|istiod\.domain|gateway\.env|gateway\.port)\.?(.*)$/.exec(setting) ?? [];
    switch (owner) {
      case 'meshConfig':
        return {
          found: this.meshConfigs(namespace).map(config => at(config, path) ?? DEFAULTS[path]), fix: `set ${setting} in Istio's values`,
        };
      case 'istiod.env':
        return {
          found: this.istiods(namespace).map(pods => variableOf(pods, path)), fix: `set pilot.env.${path} in Istio's values`,
        };
      case 'istiod.domain':
        return { found: this.istiods(namespace).map(domainOf), fix: "set global.proxy.clusterDomain in Istio's values" };
      case 'gateway.env':
        return {
          found: this.gateways(required).map(pods => variableOf(pods, path)), fix: `set the variable ${path} of the gateway's pods`,
        };
      case 'gateway.port':
        return {
          found: this.servicesOf(required).some(service => portsOf(service).some(({ port, targetPort = port }) =>
            port === value && targetPort === value)) ? [value] : [],
          fix: `add port ${value} with the same target port to the Service of the gateway, and keep its other ports`,
        };
      default:
        return { found: [], fix: 'use the version of istio-mesh that wrote the file of required settings' };
    }
  }

  /** Services of a gateway. */
  public servicesOf(required: RequiredSetting): Manifest[] {
    const services = this.objects.filter(({ kind, metadata }) => kind === 'Service' && metadata?.namespace === required.namespace);
    return services.filter(({ spec }) => isRecord(spec?.selector)
      && this.gateways(required).some(pods => isSubset(spec.selector, pods.metadata?.labels)));
  }

  private meshConfigs(namespace: string): unknown[] {
    const name = this.revision === undefined ? 'istio' : `istio-${this.revision}`;
    return this.objects
      .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.namespace === namespace && metadata.name === name)
      .map(({ data }) => parseAllDocuments(String(data?.mesh ?? ''))[0]?.toJSON());
  }

  /** Templates of the pods of istiod. */
  private istiods(namespace: string): Manifest[] {
    return this.templates(namespace).filter(({ metadata }) => metadata?.labels?.app === 'istiod'
      && (metadata.labels['istio.io/rev'] ?? 'default') === (this.revision ?? 'default'));
  }

  /** Templates of the pods of a gateway. */
  private gateways({ namespace, labels }: RequiredSetting): Manifest[] {
    return this.templates(namespace).filter(({ metadata }) => isSubset(labels ?? {}, metadata?.labels));
  }

  private templates(namespace: string): Manifest[] {
    return this.objects
      .filter(({ kind, metadata }) => ['Deployment', 'DaemonSet'].includes(kind) && metadata?.namespace === namespace)
      .flatMap(({ spec }) => spec?.template ?? []);
  }
}

function portsOf({ spec }: Manifest): Array<{ readonly port: number; readonly targetPort?: number | string }> {
  return Array.isArray(spec?.ports) ? spec.ports : [];
}

function containersOf(pods: Manifest): Manifest[] {
  return Array.isArray(pods.spec?.containers) ? pods.spec.containers : [];
}

function variableOf(pods: Manifest, name: string): unknown {
  const variables = containersOf(pods).flatMap(({ env }) => Array.isArray(env) ? env : []);
  return variables.find(variable => variable.name === name)?.value;
}

/** The argument `--domain` of istiod, whose default is `cluster.local`. */
function domainOf(pods: Manifest): unknown {
  const args = containersOf(pods).flatMap(container => Array.isArray(container.args) ? container.args : []);
  const index = args.indexOf('--domain');
  return index < 0 ? 'cluster.local' : args[index + 1];
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => isRecord(found) ? found[key] : undefined, value);
}

function isSubset(labels: { readonly [key: string]: unknown }, all: unknown): boolean {
  return isRecord(all) && Object.entries(labels).every(([key, value]) => all[key] === value);
}

/** Whether a value is the one that is needed. A list must hold every item that is needed. */
function fits(found: unknown, needed: RequiredSetting['value']): boolean {
  return Array.isArray(needed) ? Array.isArray(found) && needed.every(item => found.includes(item)) : String(found) === String(needed);
}
