import { svgElement } from './dom';
import type { Edge } from '../src/cli/graph/layout';

/** Order of the kinds of lines, from back to front. */
const KINDS: Edge['kind'][] = ['export', 'direct', 'bow', 'egress'];

/** Lines of one kind are one path: a browser draws thousands of lines in it faster than a hundred elements. */
export function paths(edges: readonly Edge[]): SVGElement[] {
  return KINDS.flatMap(kind => [false, true].flatMap(isStopped => {
    const d = edges.filter(edge => edge.kind === kind && edge.isStopped === isStopped).map(edge => edge.d).join('');
    return d === '' ? [] : [svgElement('path', { d, class: `edge ${kind}${isStopped ? ' stopped' : ''}` })];
  }));
}

/** A label in the middle of a line. */
export function pill({ middle: [x, y] }: Edge, label: string): SVGElement[] {
  const width = label.length * 7 + 12;
  return [
    svgElement('rect', { class: 'pill', x: x - width / 2, y: y - 9, width, height: 18, rx: 9 }),
    svgElement('text', { 'class': 'pill-text', x, 'y': y + 4, 'text-anchor': 'middle' }, label),
  ];
}
