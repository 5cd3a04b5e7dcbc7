/** Domains in which a resolver looks up names. */
export interface ServiceDomains {
  readonly clusterDomain: string;
}

/**
 * The names that a pod asks for, in the order of the search list that Kubernetes gives it. A name that ends in a dot is asked for as it
 * is.
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
 */
export function searchedNames(host: string, namespace: string, { clusterDomain }: ServiceDomains): string[] {
  const name = host.toLowerCase();
  if (name.endsWith('.')) {
    return [name.slice(0, -1)];
  }
  const domains = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  const searched = domains.map(domain => `${name}.${domain}`);
  // The option ndots:5 of Kubernetes: a name with five dots or more is asked for as it is first.
  return name.split('.').length > 5 ? [name, ...searched] : [...searched, name];
}

/** Whether a host is the name of a Service in its own cluster. */
export function isServiceHost(host: string, { clusterDomain }: ServiceDomains): boolean {
  return host.endsWith(`.svc.${clusterDomain}`) && host.split('.').length === clusterDomain.split('.').length + 3;
}
