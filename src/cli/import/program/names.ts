/** Names that a program cannot give to a variable: those of the language, and those that it has already. */
const TAKEN = [
  'abstract', 'any', 'arguments', 'as', 'async', 'await', 'boolean', 'break', 'case', 'catch', 'class', 'const', 'continue',
  'debugger', 'declare',
  'default', 'delete', 'do', 'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'from', 'function', 'get', 'global',
  'globalThis', 'if', 'implements', 'import', 'in', 'instanceof', 'interface', 'is', 'let', 'module', 'namespace', 'never', 'new', 'null',
  'number', 'object', 'of', 'package', 'private', 'protected', 'public', 'require', 'return', 'set', 'static', 'string', 'super', 'switch',
  'symbol', 'this', 'throw', 'true', 'try', 'type', 'typeof', 'undefined', 'unknown', 'var', 'void', 'while', 'with', 'yield',
  'app', 'mesh', 'console', 'exports', 'process', 'Infinity', 'NaN', 'name', 'constructor', 'prototype',
];

/** Variables of a program, each for one thing. */
export class Names {
  private readonly taken = new Set(TAKEN);

  /** A variable whose name is made of some words, each of them as many as it takes to be the only one. */
  public unique(...candidates: string[]): string {
    const names = candidates.map(camelCase);
    const free = names.find(name => !this.taken.has(name)) ?? this.numbered(names[names.length - 1]);
    this.taken.add(free);
    return free;
  }

  private numbered(name: string): string {
    for (let number = 2; ; number++) {
      if (!this.taken.has(`${name}${number}`)) {
        return `${name}${number}`;
      }
    }
  }
}

/** Words of DNS labels as a variable: `back-office` becomes `backOffice`. */
function camelCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter(word => word !== '');
  const joined = words.map((word, i) => i === 0 ? word : word[0].toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(joined) ? joined : `x${joined}`;
}
