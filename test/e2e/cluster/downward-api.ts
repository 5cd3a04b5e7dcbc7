/** Returns a field of a pod by the path that the downward API uses. */
export function podField(pod: any, path: string): unknown {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) {
    const [, map, key] = keyed;
    return pod.metadata[map]?.[key];
  }
  if (path === 'status.hostIP') {
    return pod.status.hostIP ?? '';
  }
  return path.split('.').reduce((value: any, part) => value?.[part], pod);
}

/** Returns the content of a file of a downward API volume. Labels and annotations have one line each. */
export function podFieldText(pod: any, path: string): string {
  const value = podField(pod, path);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([key, text]) => `${key}=${JSON.stringify(text)}`).join('\n');
  }
  return String(value ?? '');
}

const UNITS: { [unit: string]: number } = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Returns a resource of a container, such as `limits.cpu`, as the value of an environment variable: in whole units, rounded up. */
export function resourceText(container: any, name: string): string {
  const [kind, resource] = name.split('.');
  const quantity: string = container.resources?.[kind]?.[resource] ?? (resource === 'cpu' ? '2' : '1Gi');
  const [, amount, unit] = /^(\d+)(.*)$/.exec(quantity)!;
  return unit === 'm' ? String(Math.ceil(Number(amount) / 1000)) : String(Number(amount) * (UNITS[unit] ?? 1));
}
