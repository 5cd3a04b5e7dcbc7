import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Mark } from './mark';

const UNWRITTEN = new Mark<Chart>('Unwritten');

/**
 * Scope for what a chart declares and no folder holds any more: an import that retires, or what a cluster has retired. The
 * constructs stand in an app that nobody synthesizes, so a clean-up still knows the objects.
 */
export function unwrittenScope(chart: Chart): Construct {
  const there = UNWRITTEN.of(chart);
  if (there) {
    return there;
  }
  const fresh = new Chart(new App(), chart.node.id);
  UNWRITTEN.set(chart, fresh);
  return fresh;
}

/** The chart of what a chart declares and no folder holds; undefined when there is nothing of the kind. */
export function unwrittenOf(chart: Chart): Chart | undefined {
  return UNWRITTEN.of(chart);
}
