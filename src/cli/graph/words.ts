import { counted } from '../counted';
import type { GraphModel } from './model';

/** A mesh in one line. */
export function titleOf({ clusters }: GraphModel): string {
  return `Istio mesh of ${counted(clusters.length, 'cluster')}`;
}

/** What a mesh has, in one sentence. */
export function summaryOf({ services, imports, clusters }: GraphModel): string {
  const through = imports.filter(({ path }) => path === 'egress').length;
  const stopped = imports.filter(item => item.stopped.length > 0).length;
  const roots = clusters.flatMap(({ root }) => root ?? []);
  const behind = roots.filter(({ phase }) => phase !== 'stable');
  return [
    counted(services.length, 'service'),
    `${counted(imports.length, 'import')}${through > 0 ? `, ${through} through egress gateways` : ''}`,
    ...stopped > 0 ? [`${stopped} stopped`] : [],
    ...behind.length > 0 ? [`root being replaced: ${behind.filter(({ phase }) => phase === 'introduced').length} introduced, `
      + `${behind.filter(({ phase }) => phase === 'switched').length} switched, ${roots.length - behind.length} stable`] : [],
  ].join(' · ');
}
