import { objectAt, objectsIn, textsIn } from '../../checks/content';
import type { Kubectl, LiveObject, PodContainer } from '../kubectl/kubectl';

/** Container of a proxy, in sidecars and gateways. */
export const PROXY = 'istio-proxy';

/** Parts of a dump that are read. The dump of everything would hold certificates too, which nobody needs here. */
const RESOURCES = ['dynamic_listeners', 'dynamic_route_configs', 'dynamic_active_clusters'] as const;

/** An address that a proxy sends requests to. */
export interface ProxyEndpoint {
  readonly address: string;
  readonly port: number;
  /** Hostname that the address was looked up for; undefined for an address that istiod named. */
  readonly hostname?: string;
  /** Why the proxy does not use the address now, such as "failed_outlier_check"; undefined for one that it uses. */
  readonly unused?: string;
}

/** An Envoy cluster of a proxy: one subset of one host and port. */
export interface ProxyCluster {
  readonly name: string;
  readonly sni?: string;
  /** Identities that the server must have; none where any workload of the mesh is accepted. */
  readonly identities: string[];
  readonly endpoints: ProxyEndpoint[];
}

/** Answers of the administration interface of a proxy. */
export type ProxyAnswers = { readonly [part in 'listeners' | 'routes' | 'clusters' | 'statuses']: LiveObject };

/** What a proxy runs with, as its own administration interface tells it. */
export class Proxy {
  /**
   * Asks the proxy of a pod, by the command that istioctl runs.
   * @throws NoAccess where the pod or its proxy does not answer
   */
  public static async read(kubectl: Kubectl, pod: { readonly namespace: string; readonly name: string }): Promise<Proxy> {
    const place: PodContainer = { namespace: pod.namespace, pod: pod.name, container: PROXY };
    const ask = (path: string) => kubectl.execJson(place, 'pilot-agent', 'request', 'GET', path);
    const [listeners, routes, clusters] = await Promise.all(RESOURCES.map(resource => ask(`config_dump?resource=${resource}`)));
    return new Proxy(`${pod.namespace}/${pod.name}`, { listeners, routes, clusters, statuses: await ask('clusters?format=json') });
  }

  /** Envoy clusters by name. */
  public readonly clusters: ReadonlyMap<string, ProxyCluster>;
  /** Names of resources whose newest form the proxy refuses, with its reason. */
  public readonly refused: string[];
  private readonly listeners: LiveObject[];
  private readonly routes: ReadonlyMap<string, LiveObject>;

  public constructor(public readonly pod: string, answers: ProxyAnswers) {
    const configs = (answer: LiveObject) => objectsIn(objectAt(answer).configs);
    const dynamic = configs(answers.listeners);
    this.listeners = dynamic.map(listener => objectAt(objectAt(listener.active_state).listener));
    this.refused = dynamic.flatMap(({ name, error_state: error }) => error ? [`${name}: ${String(objectAt(error).details)}`] : []);
    this.routes = new Map(configs(answers.routes).map(({ route_config: route }) => [String(objectAt(route).name), objectAt(route)]));
    const statuses = new Map(objectsIn(objectAt(answers.statuses).cluster_statuses).map(status => [String(status.name), status]));
    this.clusters = new Map(configs(answers.clusters).map(config => clusterOf(objectAt(config.cluster), statuses)).map(
      cluster => [cluster.name, cluster],
    ));
  }

  /** The listener that takes connections to an address and port; undefined where none does. */
  public listenerOf(address: string, port: number): LiveObject | undefined {
    const named = (host: string) => this.listeners.find(
      ({ address: own, additional_addresses: more }) => [own, ...objectsIn(more).map(({ address: other }) => other)].some(
        candidate => isAt(candidate, host, port),
      ),
    );
    return named(address) ?? named('0.0.0.0') ?? named('::');
  }

  /** The names of the Envoy clusters to which a listener sends requests for a host. */
  public targetsOf(listener: LiveObject, hosts: string[]): string[] {
    // The default chain of an HTTP listener takes what is no HTTP.
    const chains = objectsIn(listener.filter_chains);
    const filters = (chains.length > 0 ? chains : objectsIn([listener.default_filter_chain])).flatMap(chain => objectsIn(chain.filters));
    return [...new Set(filters.flatMap(({ typed_config: config }) => {
      const { rds, route_config: inline } = objectAt(config);
      const route = rds === undefined ? inline : this.routes.get(String(objectAt(rds).route_config_name));
      return route === undefined ? targetsIn(config) : routeTargets(route, hosts);
    }))];
  }

  /** The Envoy cluster to which a gateway passes connections with an SNI; undefined where it closes them. */
  public targetOfSni(port: number, sni: string): string | undefined {
    const listener = this.listenerOf('0.0.0.0', port);
    const chain = objectsIn(listener?.filter_chains).find(({ filter_chain_match: match }) => (
      textsIn(objectAt(match).server_names).some(name => name === sni || name.startsWith('*.') && sni.endsWith(name.slice(1)))
    ));
    return objectsIn(chain?.filters).flatMap(({ typed_config: config }) => targetsIn(config))[0];
  }
}

/** Where an address is known in Envoy's form. */
function isAt(address: unknown, host: string, port: number): boolean {
  const { address: own, port_value: number } = objectAt(objectAt(address).socket_address);
  return own === host && number === port;
}

function routeTargets(route: LiveObject, hosts: string[]): string[] {
  const virtualHosts = objectsIn(route.virtual_hosts);
  const found = virtualHosts.find(({ domains }) => textsIn(domains).some(domain => hosts.includes(domain.replace(/:\d+$/, ''))))
    ?? virtualHosts.find(({ domains }) => textsIn(domains).includes('*'));
  return objectsIn(found?.routes).flatMap(({ route: action }) => targetsIn(action));
}

function targetsIn(action: unknown): string[] {
  const { cluster, weighted_clusters: weighted } = objectAt(action);
  return [...textsIn([cluster]), ...objectsIn(objectAt(weighted).clusters).flatMap(({ name }) => textsIn([name]))];
}

function clusterOf(cluster: LiveObject, statuses: ReadonlyMap<string, LiveObject>): ProxyCluster {
  const name = String(cluster.name);
  const sockets = [cluster.transport_socket, ...objectsIn(cluster.transport_socket_matches).map(match => match.transport_socket)];
  const contexts = sockets.map(socket => objectAt(objectAt(socket).typed_config)).filter(({ sni }) => typeof sni === 'string');
  const validation = objectAt(objectAt(contexts[0]?.common_tls_context).combined_validation_context);
  const names = objectsIn(objectAt(validation.default_validation_context).match_subject_alt_names);
  const typed = objectsIn(objectAt(validation.default_validation_context).match_typed_subject_alt_names).map(({ matcher }) => matcher);
  return {
    name,
    ...contexts.length > 0 && { sni: String(contexts[0].sni) },
    identities: textsIn([...names, ...typed].map(matcher => objectAt(matcher).exact)).sort(),
    endpoints: objectsIn(statuses.get(name)?.host_statuses).map(endpointOf),
  };
}

function endpointOf({ address, hostname, health_status: health }: LiveObject): ProxyEndpoint {
  const { address: ip, port_value: port } = objectAt(objectAt(address).socket_address);
  const { eds_health_status: status, ...flags } = objectAt(health);
  const isHealthy = status === undefined || status === 'HEALTHY';
  const reasons = [...isHealthy ? [] : [String(status)], ...Object.keys(flags).filter(flag => flags[flag] === true)];
  return {
    address: String(ip),
    port: Number(port),
    ...typeof hostname === 'string' && hostname !== '' && hostname !== ip && { hostname },
    ...reasons.length > 0 && { unused: reasons.join(', ') },
  };
}
