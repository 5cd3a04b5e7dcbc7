import { objectsIn } from '../../../checks/content';
import { exportServiceName } from '../../../names';
import { portsOf } from '../../../written/cluster';
import type { PortFacts } from '../facts/entry-facts';
import type { Inputs } from '../input/inputs';

/** Ports of a service of a catalog. */
export function catalogPorts({ ports }: any): PortFacts[] {
  return objectsIn(ports).map(port => ({ name: String(port.name), number: Number(port.port), protocol: String(port.protocol) }));
}

/** Ports in the order of the Service that an export of its own has, which the program writes again. */
export function inOrderOfService(
  ports: readonly PortFacts[], { name, namespace }: { readonly name: string; readonly namespace: string }, { clusters }: Inputs,
): PortFacts[] {
  const [service] = [...clusters.values()].flatMap(cluster => cluster.find('Service', '', namespace, exportServiceName(name)) ?? []);
  const order = service ? portsOf(service).map(({ number }) => number) : [];
  return [...ports].sort((a, b) => order.indexOf(a.number) - order.indexOf(b.number) || a.number - b.number);
}
