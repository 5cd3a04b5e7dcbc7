import { COREFILES } from './corefiles';
import { forwarding, problems, warnings } from './forwarding';
import { ClusterDns } from '../../src';

const resolvers = ['10.96.0.53'];

describe('ClusterDns.eksAddon', () => {
  const corefile = COREFILES[2].text;
  const values = { replicaCount: 3, tolerations: [{ operator: 'Exists' }] };

  test.each([
    { form: 'JSON, and the Corefile of the cluster', options: { corefile, configurationValues: JSON.stringify(values) } },
    {
      form: 'YAML, and the Corefile of the cluster',
      options: { corefile, configurationValues: 'replicaCount: 3\ntolerations:\n- operator: Exists\n' },
    },
    { form: 'JSON with a Corefile', options: { configurationValues: JSON.stringify({ ...values, corefile }) } },
    {
      form: 'JSON with the Corefile of the cluster',
      options: { corefile: `${corefile}\n`, configurationValues: JSON.stringify({ ...values, corefile }) },
    },
  ])('keeps all configuration values, given $form', ({ options }) => {
    const [{ content }] = forwarding(ClusterDns.eksAddon({ resolvers, ...options })).files;
    expect(content).toEqual({ ...values, corefile: expect.stringContaining('forward . 10.96.0.53\n') });
    const [{ content: withdrawn }] = forwarding(ClusterDns.eksAddon({ resolvers, ...options }).withdrawn()).files;
    expect({ ...withdrawn, corefile: withdrawn.corefile.trimEnd() }).toEqual({ ...values, corefile: corefile.trimEnd() });
    expect(warnings(ClusterDns.eksAddon({ resolvers, ...options }))).toEqual([]);
  });

  test('warns that an update loses the values that were not passed', () => {
    const warning = expect.stringMatching(/^MESH072 .*resets all other configuration values/);
    expect(warnings(ClusterDns.eksAddon({ resolvers, corefile }))).toEqual([warning]);
    expect(warnings(ClusterDns.eksAddon({ resolvers, corefile, configurationValues: '' }))).toEqual([]);
    expect(warnings(ClusterDns.eksAddon({ resolvers }))).toEqual([]);
  });

  test('writes instructions when the Corefile is unknown', () => {
    const [{ content }] = forwarding(ClusterDns.eksAddon({ resolvers, configurationValues: JSON.stringify(values) })).files;
    expect(content.keep).toMatch(/every other configuration value/);
  });

  test.each([
    {
      mistake: 'another Corefile than that of the cluster',
      options: { corefile, configurationValues: '{"corefile":".:53 {}"}' },
      reason: /another Corefile/,
    },
    { mistake: 'a list', options: { configurationValues: '[]' }, reason: /no object in JSON or YAML/ },
    { mistake: 'a text', options: { configurationValues: 'values.json' }, reason: /no object in JSON or YAML/ },
    { mistake: 'invalid JSON', options: { configurationValues: '{"a": [}' }, reason: /not valid YAML/ },
    { mistake: 'a Corefile that is no text', options: { configurationValues: '{"corefile": {}}' }, reason: /is no text/ },
  ])('refuses configuration values with $mistake', ({ options, reason }) => {
    expect(problems(ClusterDns.eksAddon({ resolvers, ...options }))).toEqual([expect.stringMatching(reason)]);
  });
});
