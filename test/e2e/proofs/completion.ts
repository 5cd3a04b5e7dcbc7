import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { completionScript } from '../../../src/cli/completion/scripts';
import { run } from '../process';
import { must, Proof } from '../proof';

const ROOT = join(__dirname, '..', '..', '..');

/** How each shell starts without the settings of its user, and reads the script. */
const SHELLS = {
  bash: { start: ['bash', '--noprofile', '--norc', '-i'], setup: "PS1='$ '; bind 'set bell-style none'; source ./script" },
  zsh: { start: ['zsh', '-f', '-i'], setup: "PS1='$ '; autoload -U compinit; compinit -u -D; source ./script" },
  fish: { start: ['fish', '--no-config', '-i'], setup: 'source ./script' },
} as const;

/** What is typed, with Tab keys, and the arguments that the command then has. */
const LINES: readonly (readonly [typed: string, expected: string[]])[] = [
  ['gra\t-o h\tdi\t', ['graph', '-o', 'html', 'dist']],
  ['graph --out\tsv\t', ['graph', '--output', 'svg']],
  ['graph --output=sv\t', ['graph', '--output=svg']],
  ['expl\tcluster2\tfoo web -f o\t', ['explain', 'cluster2', 'foo', 'web', '-f', 'other']],
  ['ca rot\tintr\t--clu\tcluster3\t', ['ca', 'rotate-root', 'introduce', '--cluster', 'cluster3']],
  ['check-istio sett\t--obj\tsett\t', ['check-istio', 'settings.yml', '--objects', 'settings.yml']],
];

/** Types at a terminal of its own, and waits after each Tab and Enter until the command has ended, however slow the machine is. */
const TYPIST = `
import json, os, pty, select, sys, time

start, setup, lines = json.load(open(sys.argv[1]))
child, terminal = pty.fork()
if child == 0:
    os.execvp(start[0], start)

def quiet(seconds):
    output = b''
    while select.select([terminal], [], [], seconds)[0]:
        try:
            output += os.read(terminal, 65536)
        except OSError:
            break
    return output

def lines_of(name):
    return len(open(name).readlines()) if os.path.exists(name) else 0

def press(text, name):
    before, deadline = lines_of(name), time.time() + 60
    os.write(terminal, text)
    while lines_of(name) == before and time.time() < deadline:
        quiet(0.1)
    # Then the shell writes what it has read.
    quiet(1)

quiet(2)
os.write(terminal, (setup + '\\n').encode())
quiet(2)
for line in lines:
    os.write(terminal, b'istio-mesh ')
    for part in line.split('\\t')[:-1]:
        press(part.encode() + b'\\t', 'completions')
    press(b'\\n', 'calls')
os.write(terminal, b'exit\\n')
quiet(1)
`;

/** Real shells complete commands, options, values, folders, files and clusters when a person presses the Tab key. */
export const completionProof: Proof = {
  name: 'completion',
  parts: [],
  async show({ folder }) {
    for (const [shell, { start, setup }] of Object.entries(SHELLS)) {
      const home = join(folder, shell);
      for (const path of ['dist/cluster1', 'dist/cluster2', 'pki/clusters/cluster3', 'other', 'bin']) {
        mkdirSync(join(home, path), { recursive: true });
      }
      writeFileSync(join(home, 'settings.yml'), '');
      writeFileSync(join(home, 'script'), completionScript(shell as keyof typeof SHELLS));
      writeCommand(home);
      writeFileSync(join(home, 'typed.json'), JSON.stringify([start, setup, LINES.map(([typed]) => typed)]));
      await run('python3', ['-c', TYPIST, join(home, 'typed.json')], {
        cwd: home, seconds: 300, env: { ...process.env, HOME: home, TERM: 'dumb', PATH: `${join(home, 'bin')}:${process.env.PATH}` },
      });
      const calls = readFileSync(join(home, 'calls'), 'utf8').trimEnd().split('\n').map(line => line.split('|').map(withoutSlash));
      const wrong = LINES.filter(([, expected], i) => JSON.stringify(calls[i]) !== JSON.stringify(expected));
      must(wrong.length === 0, `${shell}: ${JSON.stringify(wrong)}; the calls were ${JSON.stringify(calls)}`);
    }
    return `${LINES.length} lines in each of ${Object.keys(SHELLS).join(', ')}`;
  },
};

/** A folder as all shells write it: zsh takes the slash away when the line ends. */
function withoutSlash(word: string): string {
  return word.replace(/\/$/, '');
}

/** An `istio-mesh` on the path: the real one for completion, and else a note of its arguments. */
function writeCommand(home: string): void {
  const command = join(home, 'bin', 'istio-mesh');
  const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  writeFileSync(command, [
    '#!/bin/sh',
    'if [ "$1" = __complete ]; then',
    `  "${process.execPath}" "${tsx}" --tsconfig "${ROOT}/test/tsconfig.json" "${ROOT}/test/e2e/istio-mesh.ts" "$@"`,
    `  echo "$*" >> "${home}/completions"`,
    'else',
    `  IFS='|'; echo "$*" >> "${home}/calls"`,
    'fi',
    '',
  ].join('\n'));
  chmodSync(command, 0o755);
}
