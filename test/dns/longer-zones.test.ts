import { COREFILES, RKE2_VALUES } from './corefiles';
import { problems, warnings } from './forwarding';
import { ClusterDns } from '../../src';

const resolvers = ['10.96.0.53'];

describe('a longer zone, whose names do not reach the resolver,', () => {
  const [servers] = RKE2_VALUES;
  const withServer = (zone: string) => `${servers.text}- zones:\n  - zone: ${zone}\n  port: 53\n  plugins:\n  - name: whoami\n`;
  const platforms = (zone: string): ClusterDns[] => [
    ClusterDns.coreDns({ resolvers, corefile: `${COREFILES[0].text}${zone}:53 {\n    whoami\n}\n` }),
    ClusterDns.eksAddon({ resolvers, corefile: `${COREFILES[0].text}${zone}:53 {\n    whoami\n}\n`, configurationValues: '{}' }),
    ClusterDns.coreDnsCustom({ resolvers, data: JSON.stringify({ 'a.server': `${zone}:53 {\n    whoami\n}\n` }) }),
    ClusterDns.kubeDns({ resolvers, stubDomains: JSON.stringify({ [zone]: ['10.1.1.1'] }) }),
    ClusterDns.nodeLocal({ resolvers, stubDomains: JSON.stringify({ [zone]: ['10.1.1.1'] }) }),
    ClusterDns.openShift({ resolvers, servers: JSON.stringify([{ name: 'corp', zones: [zone] }]) }),
    ClusterDns.rke2({ resolvers, valuesContent: withServer(zone) }),
  ];

  test.each(platforms('bar.global'))('is told on $platform, and no obstacle', dns => {
    expect(problems(dns)).toEqual([]);
    expect(warnings(dns)).toEqual([expect.stringMatching(/^MESH071 .*longer zone.*got "bar\.global"; fix: /)]);
  });

  test.each([...platforms('corp.example'), ...platforms('notglobal')])('is not a zone beside the zone: $platform', dns => {
    expect([...problems(dns), ...warnings(dns)]).toEqual([]);
  });
});
