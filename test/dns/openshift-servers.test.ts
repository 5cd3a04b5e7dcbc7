import { mergeOpenShiftServers, OpenShiftServer, withdrawFromOpenShiftServers } from '../../src/dns/openshift-servers';

const OWN: OpenShiftServer = { name: 'istio-global', zones: ['global'], forwardPlugin: { upstreams: ['10.0.0.1'] } };
const FOREIGN: OpenShiftServer = { name: 'corp', zones: ['corp.example'], forwardPlugin: { upstreams: ['10.1.1.1'] } };

test('a merge adds the server at the end, and keeps the servers of others', () => {
  expect(mergeOpenShiftServers(JSON.stringify([FOREIGN]), OWN)).toEqual([FOREIGN, OWN]);
});

test('a merge replaces an earlier server where it stands', () => {
  const moved = { ...OWN, forwardPlugin: { upstreams: ['10.0.0.2'] } };
  expect(mergeOpenShiftServers(JSON.stringify([OWN, FOREIGN]), moved)).toEqual([moved, FOREIGN]);
});

test('only the servers of others are left after the zone was withdrawn', () => {
  expect(withdrawFromOpenShiftServers([OWN, FOREIGN], OWN.name)).toEqual([FOREIGN]);
});

test.each([
  { content: 'another server for the zone', text: '[{"name":"x","zones":["Global."]}]', reason: /another server .*: x/ },
  {
    content: 'a server of the same name for other zones',
    text: '[{"name":"istio-global","zones":["corp.example","global"]}]',
    reason: /another server .*: istio-global/,
  },
  { content: 'an object', text: '{}', reason: /not a JSON list of servers/ },
  { content: 'a list of other values', text: '[null]', reason: /not a JSON list of servers/ },
  { content: 'a zone that is no text', text: '[{"name":"x","zones":[1]}]', reason: /not a JSON list of servers/ },
  { content: 'an incomplete text', text: '[', reason: /not valid JSON/ },
])('a merge into $content is refused with a reason', ({ text, reason }) => {
  expect(() => mergeOpenShiftServers(text, OWN)).toThrow(reason);
});
