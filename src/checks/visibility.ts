/**
 * Whether a namespace sees an Istio object: its own namespace does, and others as `exportTo` says, everybody by default.
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-export_to
 */
export function isVisibleIn(namespace: string, manifest: any): boolean {
  const exportTo: string[] = manifest.spec?.exportTo ?? ['*'];
  const own = manifest.metadata.namespace;
  return exportTo.some(target => target === '*' || target === namespace || target === '.' && own === namespace);
}
