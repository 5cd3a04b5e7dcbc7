import type { Command, Option } from 'commander';
import { clusterNames } from './cluster-names';

/** How a word can go on. */
export interface Completion {
  readonly words: { readonly word: string; readonly what: string }[];
  /** What the shell adds: names of folders or files. */
  readonly rest: 'folder' | 'file' | 'none';
}

/** What the scripts read: a word a line, with what it means after a tab, and last how the shell goes on. */
export function completionText(words: string[], program: Command): string {
  const { words: found, rest } = completionOf(words, program);
  return [...found.map(({ word, what }) => `${word}\t${what}`), `:${rest}`].join('\n');
}

/** How the last of the words after `istio-mesh` can go on, as the tree of commands says. */
export function completionOf(words: string[], program: Command): Completion {
  const whole = joined(words);
  const current = whole[whole.length - 1] ?? '';
  const line = readLine(whole.slice(0, -1), program);
  if (line.open) {
    return values(line.open.argChoices, line.open.flags, line, current);
  }
  const [name, start] = split(current);
  const option = start === undefined || line.isOver ? undefined : optionOf(line.command, name);
  if (option) {
    const { words: found, rest } = values(option.argChoices, option.flags, line, start!);
    return { rest, words: found.map(({ word, what }) => ({ what, word: `${name}=${word}` })) };
  }
  if (current.startsWith('-') && !line.isOver) {
    return starting(current, optionsOf(line).map(({ long, short, description }) => [long ?? short ?? '', description]));
  }
  const subcommands = line.operands.length > 0 ? [] : line.command.createHelp().visibleCommands(line.command);
  if (subcommands.length > 0) {
    return starting(current, subcommands.map(command => [command.name(), command.description()]));
  }
  const { registeredArguments: all } = line.command;
  const last = all[all.length - 1];
  const argument = all[line.operands.length] ?? (last?.variadic ? last : undefined);
  return argument === undefined ? starting('', []) : values(argument.argChoices, argument.name(), line, current);
}

/** What the words before the last one mean. */
interface Line {
  readonly command: Command;
  readonly operands: string[];
  /** Values of options, by their long names. */
  readonly given: ReadonlyMap<string, string[]>;
  /** Option that waits for its value. */
  readonly open?: Option;
  /** Whether "--" ended the options. */
  readonly isOver: boolean;
}

function readLine(words: string[], program: Command): Line {
  let command = program;
  let open: Option | undefined;
  let isOver = false;
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  const give = ({ long, short }: Option, value: string[]) => given.set(long ?? short!, [...given.get(long ?? short!) ?? [], ...value]);
  for (const word of words) {
    const [name, value] = split(word);
    const option = isOver || open ? undefined : optionOf(command, name);
    if (open) {
      give(open, [word]);
      open = undefined;
    } else if (option) {
      give(option, value === undefined ? [] : [value]);
      open = value === undefined && option.required ? option : undefined;
    } else if (word === '--') {
      isOver = true;
    } else if (!word.startsWith('-') || isOver) {
      const subcommand = operands.length > 0 ? undefined : command.commands.find(candidate => candidate.name() === word);
      subcommand ? command = subcommand : operands.push(word);
    }
  }
  return { command, operands, given, open, isOver };
}

/** Options that can still be written: each once, unless it can be repeated. */
function optionsOf({ command, given }: Line): Option[] {
  return command.createHelp().visibleOptions(command).filter(
    ({ long, short, description }) => !given.has(long ?? short ?? '') || description.includes('can be repeated'),
  );
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => long === name || short === name);
}

/** Values of an option or argument: its choices, or what its name speaks of. */
function values(choices: readonly string[] | undefined, name: string, line: Line, current: string): Completion {
  if (choices !== undefined) {
    return starting(current, choices.map(choice => [choice, '']));
  }
  if (/cluster/.test(name)) {
    const taken = new Set([...line.operands, ...line.given.get('--cluster') ?? []]);
    return starting(current, clusterNames(line.given).filter(cluster => !taken.has(cluster)).map(cluster => [cluster, 'cluster']));
  }
  const rest = /folder/.test(name) ? 'folder' : /file|settings|cert\b/.test(name) ? 'file' : 'none';
  return { words: [], rest };
}

function starting(current: string, found: [word: string, what: string][]): Completion {
  const words = found.filter(([word]) => word.startsWith(current)).map(([word, what]) => ({ word, what: what.split('\n')[0] }));
  return { words, rest: 'none' };
}

/** Words as a person wrote them: bash makes three of `--output=json`, and of `host:8000`. */
function joined(words: string[]): string[] {
  const whole: string[] = [];
  words.forEach((word, i) => {
    const isPart = i > 0 && [word, words[i - 1]].some(one => one === '=' || one === ':');
    isPart ? whole.push(whole.pop()! + word) : whole.push(word);
  });
  return whole;
}

/** Name of an option and its value, of a word such as `--output=json`. */
function split(word: string): [name: string, value?: string] {
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  return name === undefined ? [word] : [name, value];
}
