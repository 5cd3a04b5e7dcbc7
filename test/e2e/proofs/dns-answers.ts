import { mergeCorefile, serverBlock } from '../../../src/dns/corefile-merge';
import { mergeStubDomains } from '../../../src/dns/stub-domains';
import { StubDomainsReader } from '../../../src/dns/stub-domains-reader';
import { COREFILES, NODE_CACHES } from '../../dns/corefiles';
import { ask, DnsAnswer, DnsPod } from '../cluster/dns-pod';
import { KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare } from '../cluster/machine';
import { nodeCacheCorefile } from '../cluster/node-cache';
import { must, Proof } from '../proof';
import { BESIDE_COREFILE, nodeCacheQuestions, NOT_SERVED, Platform, PLATFORMS, Question, UPSTREAMS } from './dns-questions';
import { makeWorld, ZONE_QUESTIONS, RESOLVER, World } from './dns-surroundings';

const ZONE = { zone: 'global', resolvers: [RESOLVER] };
/** The oldest supported CoreDNS, and the newest. */
const VERSIONS = [{ module: 'coredns', version: '1.12.4' }, { module: 'coredns-1.15', version: '1.15.0' }];
/** Number of servers that run at the same time. */
const AT_ONCE = 3;

/** Files of /etc/coredns by path. */
interface Files {
  readonly [path: string]: string;
}

/** The DNS of a platform, without and with the zone of the mesh. */
interface Subject {
  readonly name: string;
  readonly platform: Platform;
  /** Files without the zone; undefined for a Corefile that belongs to no platform. */
  readonly before?: Files;
  readonly after: Files;
}

/** A query and its answer. */
interface Reply {
  /** Name, type, transport and server of the query, for messages. */
  readonly query: string;
  readonly question: Question;
  readonly answer: DnsAnswer;
}

/**
 * With each Corefile that the library writes or merges, CoreDNS answers for the zone as the resolver of the mesh does, and for all other
 * names as before.
 */
export const dnsAnswersProof: Proof = {
  name: 'dns-answers',
  parts: [
    ...VERSIONS.map(({ module }) => ({ name: module, module, package: 'github.com/coredns/coredns' })),
    ...KUBE_PARTS,
  ],
  async show({ program }) {
    const allSubjects = subjects();
    const counts = { zone: 0, others: 0 };
    await prepare();
    try {
      const world = await makeWorld(program);
      const pods = await inGroups(allSubjects, async (subject, i) => DnsPod.add(`dns-${i}`, addresses(subject, i), world.surroundings));
      for (const { module, version } of VERSIONS) {
        const end = await world.serve(program(module));
        const ofResolver = await replies(world, { addresses: [RESOLVER], questions: ZONE_QUESTIONS });
        must(mistakes(ofResolver).length === 0, `CoreDNS ${version}, the resolver of the mesh: ${mistakes(ofResolver).join('; ')}`);
        counts.zone += ofResolver.length;
        await inGroups(allSubjects, async (subject, i) => {
          const platform = { ...subject.platform, addresses: addresses(subject, i) };
          const { zone, others } = await checkAnswers(world, program(module), pods[i], { ...subject, platform })
            .catch(error => {
              throw new Error(`CoreDNS ${version}, ${subject.name}: ${error.message}`);
            });
          counts.zone += zone;
          counts.others += others;
        });
        await plantedErrors(world, program(module), pods[0], { ...allSubjects[0].platform, addresses: addresses(allSubjects[0], 0) });
        await end();
      }
    } finally {
      await cleanUp();
    }
    return `CoreDNS ${VERSIONS.map(({ version }) => version).join(' and ')}: ${COREFILES.length} Corefiles with the zone merged in, `
      + '3 with the zone as a key of coredns-custom, '
      + `${NODE_CACHES.length} node-local caches with the zone in their Corefile and as a stub domain (but behind Cilium), `
      + 'the server block alone and the resolver of the mesh answer over UDP and TCP: '
      + `${counts.zone} of ${counts.zone} for the zone (the VIP, no IPv6, NXDOMAIN for unknown names), `
      + `${counts.others} of ${counts.others} for the names of the platform, `
      + 'as expected and as before the zone was added (Services by a real API server, forwards, also over TLS, templates, gRPC); '
      + 'without the zone no Corefile gives the VIP; a wrong resolver and a changed forward are found. '
      + 'Servers of the platforms for TLS and gRPC stay unchanged and do not know the zone';
  },
};

function subjects(): Subject[] {
  const text = (wanted: string) => COREFILES.find(({ name }) => name === wanted)!.text;
  const sample = (name: string) => ({ platform: PLATFORMS[name], before: { ...BESIDE_COREFILE, Corefile: text(name) } });
  const missing = COREFILES.filter(({ name }) => PLATFORMS[name] === undefined);
  must(missing.length === 0, `no question exists for ${missing.map(({ name }) => name).join(', ')}`);
  return [
    ...COREFILES.map(({ name }) => ({ name, ...sample(name), after: { ...BESIDE_COREFILE, Corefile: mergeCorefile(text(name), ZONE) } })),
    ...['AKS', 'k3s'].map(
      name => ({
        name: `${name} with coredns-custom`,
        ...sample(name),
        after: { ...sample(name).before, 'custom/istio-global.server': serverBlock(ZONE) },
      }),
    ),
    {
      name: 'Gardener with coredns-custom',
      platform: { port: '8053', questions: PLATFORMS.k3s.questions },
      before: gardener({}),
      after: gardener({ 'custom/istio-global.server': serverBlock(ZONE, [], 8053) }),
    },
    ...nodeCaches(),
    { name: 'the block alone', platform: { questions: [NOT_SERVED] }, after: { Corefile: serverBlock(ZONE) } },
  ];
}

/** Files of CoreDNS on Gardener, which listens on port 8053 and imports coredns-custom as k3s does. */
function gardener(custom: Files): Files {
  const k3s = COREFILES.find(({ name }) => name === 'k3s')!.text;
  const server = 'custom/mine.server';
  const onPort = (text: string) => text.replace(':53', ':8053');
  return { ...BESIDE_COREFILE, ...custom, [server]: onPort(BESIDE_COREFILE[server]), Corefile: onPort(k3s) };
}

/** Node-local DNS caches that got the zone in their own Corefile, and as a stub domain. Each has addresses of its own. */
function nodeCaches(): Subject[] {
  return NODE_CACHES.flatMap(({ name, text }, i) => {
    const cached = (way: string, n: number, mergedInto: (base: string) => string, stubDomains: string): Subject => {
      const [local, service] = [`169.254.30.${n}`, `10.96.1.${n}`];
      const base = text.replace(/\b169\.254\.2[05]\.10\b/g, local).replace(/\b10\.96\.0\.10\b/g, service);
      const used = name.startsWith('NodeLocal') ? [local, service] : [local];
      const cache = { addresses: used, clusterDns: UPSTREAMS.kubeDns.addresses[0] };
      return {
        name: `${name}, ${way}`,
        platform: { addresses: used, questions: nodeCacheQuestions(name) },
        before: { Corefile: nodeCacheCorefile(base, '{}', cache) },
        after: { Corefile: nodeCacheCorefile(mergedInto(base), stubDomains, cache) },
      };
    };
    const stubDomains = mergeStubDomains('{"consul": ["10.1.1.1"]}', ZONE.zone, ZONE.resolvers, StubDomainsReader.NODE_CACHE);
    const inCorefile = cached('its own Corefile', 2 * i + 1, base => mergeCorefile(base, ZONE), '{}');
    // A cache whose pods lack its addresses does not start with stub domains, so the library refuses them.
    return name === 'RKE2 with Cilium' ? [inCorefile] : [inCorefile, cached('stub domains', 2 * i + 2, base => base, stubDomains)];
  });
}

/** Addresses of the DNS of a subject. */
function addresses({ platform }: Subject, i: number): string[] {
  return platform.addresses ?? [`10.60.1.${i + 1}`];
}

interface Counts {
  readonly zone: number;
  readonly others: number;
}

/**
 * Throws unless all answers are right, and those for the names of the platform are the same as before.
 * @returns the number of answers for the zone, and for other names
 */
async function checkAnswers(world: World, coredns: string, pod: DnsPod, { platform, before, after }: Subject): Promise<Counts> {
  const repliesWith = (files: Files) => whileServing(pod, coredns, files, async () => ({
    platform: await replies(world, platform),
    zone: await replies(world, { ...platform, questions: ZONE_QUESTIONS }),
  }));
  const without = before && await repliesWith(before);
  const withZone = await repliesWith(after);
  if (without) {
    must(mistakes(without.platform).length === 0, `before the zone was added, ${mistakes(without.platform).join('; ')}`);
    const vips = without.zone.filter(({ question, answer }) => question === ZONE_QUESTIONS[0] && mistake(question, answer) === undefined);
    must(vips.length === 0, 'gives the VIP without the zone, so its answers with the zone show nothing');
    const changed = differences(without.platform, withZone.platform);
    must(changed.length === 0, `not as before: ${changed.join('; ')}`);
  }
  const wrong = mistakes([...withZone.zone, ...withZone.platform]);
  must(wrong.length === 0, wrong.join('; '));
  return { zone: withZone.zone.length, others: withZone.platform.length };
}

/** The same checks find planted errors: another server answers for the zone, and another for other names. */
async function plantedErrors(world: World, coredns: string, pod: DnsPod, platform: Platform): Promise<void> {
  const text = COREFILES[0].text;
  const files = (corefile: string) => ({ ...BESIDE_COREFILE, Corefile: corefile });
  const before = files(text);
  const finds = async (error: RegExp, corefile: string, name: string) => {
    const found = await checkAnswers(world, coredns, pod, { name, platform, before, after: files(corefile) })
      .then(() => 'nothing', ({ message }) => message as string);
    must(error.test(found), `${name} is not found: ${found}`);
  };
  await finds(/^catalog\.shop\.global A/, mergeCorefile(text, { ...ZONE, resolvers: UPSTREAMS.eight.addresses }), 'a wrong resolver');
  await finds(/^not as before: example\.org A/, mergeCorefile(text, ZONE).replace('/etc/resolv.conf', '1.1.1.1'), 'a changed forward');
}

/** Does `work` while CoreDNS runs with these files. Throws if CoreDNS ends before the work. */
async function whileServing<T>(pod: DnsPod, coredns: string, files: Files, work: () => Promise<T>): Promise<T> {
  const running = await pod.serve(coredns, files);
  const result = await work();
  await running.end();
  return result;
}

/** Sends each query to each address of the platform, by each transport. */
async function replies(world: World, { addresses: servers = [], port: platformPort = '53', questions }: Platform): Promise<Reply[]> {
  const found: Reply[] = [];
  for (const question of questions) {
    const { name, type, server, port = platformPort, transports = ['+notcp', '+tcp'] } = question;
    for (const address of server ? [server] : servers) {
      for (const transport of transports) {
        const answer = await ask(world.client, address, port, name, type, transport);
        found.push({ question, query: `${name} ${type} ${transport} @${address}#${port}`, answer });
      }
    }
  }
  return found;
}

/** The wrong answers, each with its query. */
function mistakes(all: Reply[]): string[] {
  return all.flatMap(({ query, question, answer }) => {
    const wrong = mistake(question, answer);
    return wrong === undefined ? [] : [`${query}: ${wrong}`];
  });
}

/** The difference between an answer and the expected one; undefined for a right answer. */
function mistake({ name, type, status, data, beside = [] }: Question, answer: DnsAnswer): string | undefined {
  const { ANSWER = [], ADDITIONAL = [] } = answer.records;
  const wanted = [status, ...data.map(value => `${name}. ${type} ${value}`), ...[...beside].sort()].join(', ');
  const got = [answer.status, ...ANSWER, ...ADDITIONAL].join(', ');
  return wanted === got ? undefined : `${got} instead of ${wanted}`;
}

/** Queries whose answer has changed, with both answers. */
function differences(before: Reply[], after: Reply[]): string[] {
  const [old, current] = [before, after].map(all => all.map(({ answer }) => JSON.stringify(answer)));
  return before.flatMap(({ query }, i) => old[i] === current[i] ? [] : [`${query}: ${current[i]} instead of ${old[i]}`]);
}

/** Does `work` for each item, some at a time. If it throws, all work of the group has ended before. */
async function inGroups<T, R>(items: T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const results = await Promise.allSettled(items.slice(i, i + AT_ONCE).map((item, j) => work(item, i + j)));
    for (const result of results) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
      done.push(result.value);
    }
  }
  return done;
}
