import { Chart, Duration } from 'cdk8s';
import type { Kind } from './kind';
import { instance } from './kinds';

// They are apart from the other kinds, so that commands which need no more than those start without cdk8s.

/** A duration of cdk8s. */
export const duration: Kind<Duration> = instance(Duration, { write: 'Duration.seconds(2)' });

/** A chart of cdk8s. */
export const chart: Kind<Chart> = instance(Chart, { write: "new Chart(app, 'cluster1')" });
