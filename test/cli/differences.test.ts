import { differences } from '../../src/cli/live/differences';

const entry = (spec: object, metadata: object = {}) => (
  { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'a', namespace: 'b', ...metadata }, spec }
);

/** Paths of the fields that differ. */
function paths(file: object, live: object, isWhole = true): string[] {
  return differences(file, live, { isWhole }).map(({ path }) => path.join('.'));
}

test.each<{ readonly what: string; readonly file: object; readonly live: object; readonly isWhole?: boolean; readonly found: string[] }>([
  { what: 'the same', file: entry({ hosts: ['a'] }), live: entry({ hosts: ['a'] }), found: [] },
  { what: 'another text', file: entry({ resolution: 'DNS' }), live: entry({ resolution: 'NONE' }), found: ['spec.resolution'] },
  { what: 'a field that is gone', file: entry({ resolution: 'DNS' }), live: entry({}), found: ['spec.resolution'] },
  { what: 'the spec that is gone', file: entry({ a: { b: 1 } }), live: { ...entry({}), spec: undefined }, found: ['spec'] },
  {
    what: 'a field of somebody else in an object of Istio',
    file: entry({ a: 1 }),
    live: entry({ a: 1, subsets: [{ name: 'x' }] }),
    found: ['spec.subsets'],
  },
  {
    what: 'a default of the API server elsewhere',
    file: entry({ a: 1 }),
    live: entry({ a: 1, type: 'ClusterIP' }),
    isWhole: false,
    found: [],
  },
  {
    what: 'an endpoint that was added',
    file: entry({ endpoints: [{ address: '1' }] }),
    live: entry({ endpoints: [{ address: '1' }, { address: '2' }] }),
    found: ['spec.endpoints'],
  },
  {
    what: 'an endpoint that was changed',
    file: entry({ endpoints: [{ address: '1' }] }),
    live: entry({ endpoints: [{ address: '2' }] }),
    found: ['spec.endpoints.0.address'],
  },
  {
    what: 'another order of subsets',
    file: entry({ s: [{ name: 'a' }, { name: 'b' }] }),
    live: entry({ s: [{ name: 'b' }, { name: 'a' }] }),
    found: ['spec.s.0.name', 'spec.s.1.name'],
  },
  {
    what: 'a sidecar that was added to a Deployment',
    file: entry({ containers: [{ name: 'a', image: 'x' }] }),
    live: entry({ containers: [{ name: 'proxy' }, { name: 'a', image: 'x' }] }),
    isWhole: false,
    found: [],
  },
  {
    what: 'another image in a Deployment with a sidecar',
    file: entry({ containers: [{ name: 'a', image: 'x' }] }),
    live: entry({ containers: [{ name: 'proxy' }, { name: 'a', image: 'y' }] }),
    isWhole: false,
    found: ['spec.containers.0.image'],
  },
  {
    what: 'a container that is gone',
    file: entry({ containers: [{ name: 'a', image: 'x' }] }),
    live: entry({ containers: [{ name: 'b' }] }),
    isWhole: false,
    found: ['spec.containers.0'],
  },
  {
    what: 'quantities in another form',
    file: entry({ r: { cpu: '1000m', memory: '1Gi', x: 0.5 } }),
    live: entry({ r: { cpu: '1', memory: '1024Mi', x: '500m' } }),
    isWhole: false,
    found: [],
  },
  {
    what: 'other quantities',
    file: entry({ r: { cpu: '100m' } }),
    live: entry({ r: { cpu: '1' } }),
    isWhole: false,
    found: ['spec.r.cpu'],
  },
  {
    what: 'a number and the same text that is no quantity',
    file: entry({ port: 80 }),
    live: entry({ port: 'http' }),
    found: ['spec.port'],
  },
  { what: 'what is empty', file: entry({ a: {}, b: [], c: null }), live: entry({}), found: [] },
  { what: 'a list instead of an object', file: entry({ a: { b: 1 } }), live: entry({ a: [1] }), found: ['spec.a'] },
  { what: 'a label that is gone', file: entry({}, { labels: { x: '1' } }), live: entry({}), found: ['metadata.labels.x'] },
  {
    what: 'another label',
    file: entry({}, { labels: { x: '1' } }),
    live: entry({}, { labels: { x: '2', y: '3' } }),
    found: ['metadata.labels.x'],
  },
  {
    what: 'a status, and metadata of the API server',
    file: { ...entry({}), status: { a: 1 } },
    live: entry({}, { uid: '1', annotations: { y: 'z' } }),
    found: [],
  },
  {
    what: 'data of a ConfigMap',
    file: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } },
    live: { metadata: { name: 'a' }, data: { k: 'w', other: 'x' } },
    isWhole: false,
    found: ['data.k'],
  },
])('$what', ({ file, live, isWhole, found }) => {
  expect(paths(file, live, isWhole)).toEqual(found);
});
