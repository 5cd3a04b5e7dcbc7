import { mergeCorefile, serverBlock } from '../../../src/dns/corefile-merge';
import { COREFILES } from '../../dns/corefiles';
import { ask, DnsAnswer, DnsPod } from '../cluster/dns-pod';
import { KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare } from '../cluster/machine';
import { must, Proof } from '../proof';
import { BESIDE_COREFILE, NOTHING, Platform, PLATFORMS, Question, UPSTREAMS } from './dns-questions';
import { makeWorld, OF_THE_ZONE, RESOLVER, World } from './dns-surroundings';

const ZONE = { zone: 'global', resolvers: [RESOLVER] };
/** The oldest CoreDNS that is supported, and the newest. */
const VERSIONS = [['coredns', '1.12.4'], ['coredns-1.15', '1.15.0']];
/** Servers that run at once. */
const AT_ONCE = 3;

/** Files of /etc/coredns, by their path in it. */
interface Files {
  readonly [path: string]: string;
}

/** A platform's DNS, as it is and with the zone of the mesh. */
interface Subject {
  readonly name: string;
  readonly platform: Platform;
  /** Nothing for what has no platform. */
  readonly before?: Files;
  readonly after: Files;
}

/** What was asked, and the answer. */
interface Reply {
  readonly how: string;
  readonly question: Question;
  readonly answer: DnsAnswer;
}

/** Each Corefile that is written or merged answers: for the zone of the mesh as its resolver does, for all other names as before. */
export const dnsAnswersProof: Proof = {
  name: 'dns-answers',
  parts: [
    ...VERSIONS.map(([module]) => ({ name: module, module, package: 'github.com/coredns/coredns' })),
    ...KUBE_PARTS,
  ],
  async show({ program }) {
    const all = subjects();
    const counts = { zone: 0, others: 0 };
    await prepare();
    try {
      const world = await makeWorld(program);
      const pods = await inGroups(all, async (subject, i) => DnsPod.add(`dns-${i}`, addresses(subject, i), world.surroundings));
      for (const [module, version] of VERSIONS) {
        const end = await world.serve(program(module));
        const own = await replies(world, { addresses: [RESOLVER], questions: OF_THE_ZONE });
        must(mistakes(own).length === 0, `CoreDNS ${version}, the mesh's resolver: ${mistakes(own).join('; ')}`);
        counts.zone += own.length;
        await inGroups(all, async (subject, i) => {
          const platform = { ...subject.platform, addresses: addresses(subject, i) };
          const [zone, others] = await judged(world, program(module), pods[i], { ...subject, platform })
            .catch(error => {
              throw new Error(`CoreDNS ${version}, ${subject.name}: ${error.message}`);
            });
          counts.zone += zone;
          counts.others += others;
        });
        await planted(world, program(module), pods[0], { ...all[0].platform, addresses: addresses(all[0], 0) });
        await end();
      }
    } finally {
      await cleanUp();
    }
    return `CoreDNS ${VERSIONS.map(([, version]) => version).join(' and ')}: ${COREFILES.length} Corefiles with the zone merged in, `
      + '2 with it as a key of coredns-custom, the block alone and the mesh\'s resolver answer over UDP and TCP: '
      + `${counts.zone} of ${counts.zone} for the zone (the VIP, no IPv6, NXDOMAIN for others), ${counts.others} of ${counts.others} for the platform's names, `
      + 'as expected and as before the zone was added (Services by a real API server, forwards, also over TLS, templates, gRPC); '
      + 'without the zone none gives the VIP; a wrong resolver and a changed forward are caught. '
      + 'Not changed: platforms\' servers for TLS and gRPC, which do not know the zone';
  },
};

function subjects(): Subject[] {
  const text = (wanted: string) => COREFILES.find(({ name }) => name === wanted)!.text;
  const sample = (name: string) => ({ platform: PLATFORMS[name], before: { ...BESIDE_COREFILE, Corefile: text(name) } });
  const missing = COREFILES.filter(({ name }) => PLATFORMS[name] === undefined);
  must(missing.length === 0, `nothing is asked of ${missing.map(({ name }) => name).join(', ')}`);
  return [
    ...COREFILES.map(({ name }) => ({ name, ...sample(name), after: { ...BESIDE_COREFILE, Corefile: mergeCorefile(text(name), ZONE) } })),
    ...['AKS', 'k3s'].map(
      name => ({
        name: `${name} with coredns-custom`,
        ...sample(name),
        after: { ...sample(name).before, 'custom/istio-global.server': serverBlock(ZONE) },
      }),
    ),
    { name: 'the block alone', platform: { questions: [NOTHING] }, after: { Corefile: serverBlock(ZONE) } },
  ];
}

/** Where the DNS of a subject is asked. */
function addresses({ platform }: Subject, i: number): string[] {
  return platform.addresses ?? [`10.60.1.${i + 1}`];
}

/**
 * Throws unless the answers are right, and those of the platform are the same as before.
 * @returns how many were for the zone, and how many for others
 */
async function judged(world: World, coredns: string, pod: DnsPod, { platform, before, after }: Subject): Promise<[number, number]> {
  const asked = (files: Files, questions: Question[]) => served(pod, coredns, files, async () => ({
    platform: await replies(world, { ...platform, questions }), zone: await replies(world, { ...platform, questions: OF_THE_ZONE }),
  }));
  const was = before && await asked(before, platform.questions);
  const is = await asked(after, platform.questions);
  if (was) {
    must(mistakes(was.platform).length === 0, `before the zone was added, ${mistakes(was.platform).join('; ')}`);
    const vips = was.zone.filter(({ question, answer }) => question === OF_THE_ZONE[0] && mistake(question, answer) === undefined);
    must(vips.length === 0, 'gives the VIP without the zone, so what it gives with it shows nothing');
    const changed = differences(was.platform, is.platform);
    must(changed.length === 0, `not as before: ${changed.join('; ')}`);
  }
  const wrong = mistakes([...is.zone, ...is.platform]);
  must(wrong.length === 0, wrong.join('; '));
  return [is.zone.length, is.platform.length];
}

/** Errors that were put in are found by the same checks: who answers for the zone, and who for other names. */
async function planted(world: World, coredns: string, pod: DnsPod, platform: Platform): Promise<void> {
  const text = COREFILES[0].text;
  const files = (corefile: string) => ({ ...BESIDE_COREFILE, Corefile: corefile });
  const before = files(text);
  const finds = async (error: RegExp, corefile: string, name: string) => {
    const found = await judged(world, coredns, pod, { name, platform, before, after: files(corefile) })
      .then(() => 'nothing', ({ message }) => message as string);
    must(error.test(found), `${name} is not caught: ${found}`);
  };
  await finds(/^catalog\.shop\.global A/, mergeCorefile(text, { ...ZONE, resolvers: UPSTREAMS.eight.addresses }), 'a wrong resolver');
  await finds(/^not as before: example\.org A/, mergeCorefile(text, ZONE).replace('/etc/resolv.conf', '1.1.1.1'), 'a changed forward');
}

/** Does something while CoreDNS runs with these files; throws if it does not run to the end of it. */
async function served<T>(pod: DnsPod, coredns: string, files: Files, what: () => Promise<T>): Promise<T> {
  const running = await pod.serve(coredns, files);
  const result = await what();
  await running.end();
  return result;
}

/** Asks everything, at each address and by each transport. */
async function replies(world: World, { addresses: servers = [], port: usual = '53', questions }: Platform): Promise<Reply[]> {
  const found: Reply[] = [];
  for (const question of questions) {
    const { name, type, server, port = usual, transports = ['+notcp', '+tcp'] } = question;
    for (const address of server ? [server] : servers) {
      for (const transport of transports) {
        found.push(
          {
            question,
            how: `${name} ${type} ${transport} @${address}#${port}`,
            answer: await ask(world.client, address, port, name, type, transport),
          },
        );
      }
    }
  }
  return found;
}

function mistakes(given: Reply[]): string[] {
  return given.flatMap(({ how, question, answer }) => mistake(question, answer)?.replace(/^/, `${how}: `) ?? []);
}

/** What is wrong with an answer. */
function mistake({ name, type, status, data, beside = [] }: Question, answer: DnsAnswer): string | undefined {
  const { ANSWER = [], ADDITIONAL = [] } = answer.records;
  const wanted = [status, ...data.map(value => `${name}. ${type} ${value}`), ...[...beside].sort()].join(', ');
  const got = [answer.status, ...ANSWER, ...ADDITIONAL].join(', ');
  return wanted === got ? undefined : `${got} instead of ${wanted}`;
}

/** Where answers differ, in anything that a client can see but times to live. */
function differences(before: Reply[], after: Reply[]): string[] {
  const [were, are] = [before, after].map(given => given.map(({ answer }) => JSON.stringify(answer)));
  return before.flatMap(({ how }, i) => were[i] === are[i] ? [] : [`${how}: ${are[i]} instead of ${were[i]}`]);
}

/** Does something for each, some at once; whatever fails, nothing is under way any more when it throws. */
async function inGroups<T, R>(all: T[], what: (one: T, i: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += AT_ONCE) {
    const ended = await Promise.allSettled(all.slice(i, i + AT_ONCE).map((one, j) => what(one, i + j)));
    for (const one of ended) {
      if (one.status === 'rejected') {
        throw one.reason;
      }
      done.push(one.value);
    }
  }
  return done;
}
