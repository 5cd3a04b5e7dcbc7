import type { Command } from 'commander';
import { guideMesh } from '../../examples/guide/mesh';
import { programWith } from '../../src/cli/program';
import { workplace } from '../pki/pki';
import { runMain, WrittenFolder } from '../written/written-folder';

const program = programWith({ hasCa: true, setExitCode: () => undefined });

/** Every command that help shows, by its words after `istio-mesh`. */
function commandsBelow(command: Command, words: string[] = []): string[][] {
  const children = command.createHelp().visibleCommands(command).filter(child => child.name() !== 'help');
  return [words, ...children.flatMap(child => commandsBelow(child, [...words, child.name()]))];
}

const COMMANDS = commandsBelow(program).map(words => [words.join(' ')]);

test.each(COMMANDS)('istio-mesh %s --help is as reviewed', async words => {
  expect(await runMain([...words.split(' ').filter(word => word !== ''), '--help'])).toMatchSnapshot();
});

test.each(COMMANDS.filter(([words]) => !['', 'ca'].includes(words)))('istio-mesh %s --help has examples', async words => {
  const { out } = await runMain([...words.split(' '), '--help']);
  const [, examples] = /\nExamples:\n([\s\S]*)/.exec(out) ?? [];
  expect(examples).toContain(`istio-mesh ${words}`);
});

describe('with NO_COLOR', () => {
  const before = { ...process.env };

  afterEach(() => {
    process.env = { ...before };
  });

  /** What commands with a table or a text print, of a folder with a mistake. */
  async function printed(): Promise<string[]> {
    const folder = WrittenFolder.of(guideMesh).remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
    const { ca } = workplace();
    await ca('init');
    const runs = [
      ['explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', 'dist'],
      ['check', 'dist', '--pki', 'beside/none'],
      ['diff', 'cluster1=dist/cluster1', '--against', 'dist', '--pki', 'beside/none'],
      ['graph', 'dist'],
      ['graph', '--help'],
    ];
    const texts = [(await ca('status')).out];
    for (const args of runs) {
      texts.push(Object.values(await folder.run(...args)).join());
    }
    return texts;
  }

  test('no command colours its output, and FORCE_COLOR alone does', async () => {
    process.env = { ...before, FORCE_COLOR: '1', NO_COLOR: '1' };
    expect((await printed()).filter(text => text.includes('\u001b'))).toEqual([]);
    process.env = { ...before, FORCE_COLOR: '1' };
    delete process.env.NO_COLOR;
    expect((await printed()).filter(text => text.includes('\u001b')).length).toBeGreaterThanOrEqual(2);
  });
});
