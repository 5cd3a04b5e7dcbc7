/** The host where the hostile namespace wants the traffic of others. */
export const HOSTILE_HOST = 'sink.hostile.example';
