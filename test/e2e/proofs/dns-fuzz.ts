import { spawn } from 'child_process';
import { mkdirSync } from 'fs';
import { join } from 'path';
import { createInterface } from 'readline';
import { CorefileError, readCorefile, ServerBlock } from '../../../src/dns/corefile';
import { mergeCorefile, takeOutOfCorefile } from '../../../src/dns/corefile-merge';
import { COREFILES, REFUSED } from '../../dns/corefiles';
import { must, Proof } from '../proof';

const MUTATIONS = 100_000;
const ZONE = { zone: 'global', resolvers: ['10.96.0.53'] };
/** Pieces of the mutations: texts with a meaning in the grammar of Corefiles. */
const PIECES = [
  '{',
  '}',
  '"',
  '\\',
  '#',
  ',',
  '\n',
  '\r\n',
  ' ',
  '\t',
  'import',
  'import snip',
  '(snip)',
  '(',
  ')',
  'global:53',
  '.:53',
  '.',
  '{$X}',
  '{%Y%}',
  '{$',
  '\u00a0',
  '\ufeff',
  'forward . 1.1.1.1',
  'errors',
  '# BEGIN cdk8s-istio-multicluster: global\n',
  '# END cdk8s-istio-multicluster: global\n',
  'é',
  '\u{1f600}',
];

/** Result of CoreDNS's own parser for a Corefile. */
interface Verdict {
  readonly error?: string;
  readonly blocks: ServerBlock[] | null;
}

/** The library reads every mutation of the corpus as CoreDNS does, and a merged Corefile has all blocks of the original. */
export const dnsFuzzProof: Proof = {
  name: 'dns-fuzz',
  parts: [{ name: 'corefile-judge', module: 'coredns', package: './corefile-judge' }],
  async show({ folder, program }) {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const judge = judgeOf(program('corefile-judge'), empty);
    const random = generator(20261125);
    const corpus = [...COREFILES, ...REFUSED].map(({ text }) => text);
    const counts = { read: 0, refused: 0, merged: 0, elsewhere: 0, endless: 0 };
    try {
      for (let done = 0; done < MUTATIONS; done += 500) {
        const batch = Array.from({ length: 500 }, () => mutated(corpus, random));
        const ours = batch.map(attemptRead);
        const asked = batch.filter((_, i) => ours[i] !== 'endless');
        counts.endless += batch.length - asked.length;
        const verdicts = await judge.ask(asked);
        asked.forEach((text, i) => agree(text, attemptRead(text), verdicts[i], counts));
        const merged = asked.flatMap((text): Array<[string, string]> => {
          const result = attemptMerge(text);
          return result === undefined ? [] : [[text, result]];
        });
        const after = await judge.ask(merged.map(([, result]) => result));
        merged.forEach(([text, result], i) => kept(text, result, after[i], counts));
      }
    } finally {
      judge.end();
    }
    const isEnough = counts.merged > MUTATIONS / 10 && counts.refused > MUTATIONS / 100;
    must(isEnough, `too few mutations are read or refused: ${JSON.stringify(counts)}`);
    return `${MUTATIONS} mutations: ${counts.read} read equally by CoreDNS's parser and the library, ${counts.refused} refused by both, `
      + `${counts.elsewhere} import files of another machine, ${counts.endless} import themselves; `
      + `${counts.merged} merged, each accepted by CoreDNS with every foreign block unchanged, and withdrawn again to the byte`;
  },
};

/** Throws unless both parsers give the same result for a text. */
function agree(
  text: string,
  ours: ServerBlock[] | string,
  verdict: Verdict,
  counts: { read: number; refused: number; elsewhere: number },
): void {
  const refusal = verdict.error;
  if (refusal && /File to import not found|Failed to use import|Could not import|Glob pattern/.test(refusal)) {
    counts.elsewhere++;
  } else if (refusal) {
    must(typeof ours === 'string', `CoreDNS refuses what the library accepts (${refusal}): ${JSON.stringify(text)}`);
    counts.refused++;
  } else {
    must(typeof ours !== 'string', `the library refuses what CoreDNS accepts (${ours}): ${JSON.stringify(text)}`);
    must(
      same(ours as ServerBlock[], verdict.blocks!),
      `read differently: ${JSON.stringify(text)}\nours    ${JSON.stringify(ours)}\nCoreDNS ${JSON.stringify(verdict.blocks)}`,
    );
    counts.read++;
  }
}

/** Throws unless the merged Corefile has the block, all other blocks unchanged, and can be restored to the original. */
function kept(text: string, merged: string, verdict: Verdict, counts: { merged: number }): void {
  const original = takeOutOfCorefile(text, ZONE.zone);
  must(takeOutOfCorefile(merged, ZONE.zone) === original, `not taken out to the byte: ${JSON.stringify(text)}`);
  must(mergeCorefile(merged, ZONE) === merged, `merging twice changes something: ${JSON.stringify(text)}`);
  if (verdict.error && /import|Glob/i.test(verdict.error)) {
    return;
  }
  must(!verdict.error, `CoreDNS refuses the merged Corefile (${verdict.error}): ${JSON.stringify(text)}`);
  const blocks = verdict.blocks!;
  must(
    same(readCorefile(original, () => ''), blocks.slice(0, -1)),
    `a foreign block was changed: ${JSON.stringify(text)} ${JSON.stringify(merged)} ${JSON.stringify(blocks)}`,
  );
  must(blocks.length > 0 && blocks[blocks.length - 1].keys[0]?.startsWith('global:'), `the block is missing: ${JSON.stringify(text)}`);
  counts.merged++;
}

function attemptRead(text: string): ServerBlock[] | string {
  try {
    return readCorefile(text, () => '');
  } catch (error) {
    if (error instanceof CorefileError) {
      return /without end/.test(error.message) ? 'endless' : error.message;
    }
    throw error;
  }
}

function attemptMerge(text: string): string | undefined {
  try {
    return mergeCorefile(text, ZONE);
  } catch (error) {
    if (error instanceof CorefileError) {
      return undefined;
    }
    throw error;
  }
}

function same(ours: ServerBlock[], theirs: ServerBlock[]): boolean {
  const sorted = ({ directives }: ServerBlock) => Object.entries(directives).sort(([a], [b]) => a < b ? -1 : 1);
  const text = (blocks: ServerBlock[]) => JSON.stringify(blocks.map(block => [block.keys ?? [], sorted(block)]));
  return text(ours) === text(theirs);
}

/** Returns a number from 0 to below the limit. */
type Random = (below: number) => number;

/** The text that each kind of mutation inserts. The last kind, INSERTION, removes no text. */
const MUTATION_KINDS: Array<(corpus: string[], random: Random) => string> = [
  () => '',
  (_, random) => PIECES[random(PIECES.length)],
  (_, random) => ` ${PIECES[random(PIECES.length)]} `,
  (corpus, random) => corpus[random(corpus.length)].slice(0, random(60)),
];
const INSERTION = MUTATION_KINDS.length - 1;

/** A text of the corpus with one to four random changes. */
function mutated(corpus: string[], random: Random): string {
  let text = corpus[random(corpus.length)];
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(text.length + 1);
    const kind = random(MUTATION_KINDS.length);
    const piece = MUTATION_KINDS[kind](corpus, random);
    const removed = kind === INSERTION ? 0 : random(8);
    // The conversion replaces halves of surrogate pairs, which YAML cannot hold.
    text = Buffer.from(text.slice(0, at) + piece + text.slice(at + removed)).toString();
  }
  return text;
}

/** A generator of pseudo-random numbers, which are the same in every run. */
function generator(seed: number): Random {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** Starts CoreDNS's parser as a process in an empty folder. */
function judgeOf(program: string, cwd: string): { ask: (texts: string[]) => Promise<Verdict[]>; end: () => void } {
  const child = spawn(program, [], { cwd, env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting: Array<(verdict: Verdict) => void> = [];
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()!(JSON.parse(line)));
  return {
    ask: texts => Promise.all(texts.map(text => new Promise<Verdict>(resolve => {
      waiting.push(resolve);
      child.stdin.write(`${JSON.stringify(text)}\n`);
    }))),
    end: () => child.kill(),
  };
}
