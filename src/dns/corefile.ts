/**
 * Reads Corefiles as CoreDNS does, down to its habits: a quote that is never closed ends with the file, "#" begins a
 * comment in the middle of a word, and what a snippet holds keeps the line numbers of where it was written.
 * @see https://coredns.io/manual/configuration/
 */

/** A word of a Corefile. */
interface Token {
  readonly text: string;
  readonly line: number;
}

/** A server block: what it serves, and what it says. */
export interface ServerBlock {
  readonly keys: string[];
  /** All words of a directive, its name included, by its name. */
  readonly directives: { readonly [name: string]: string[] };
}

/** Why a text is no Corefile. */
export class CorefileError extends Error {}

/** What an environment variable holds. Where a Corefile is used is not known here, so a reference stays as it is. */
export type Environment = (name: string) => string | undefined;

/**
 * The server blocks of a Corefile. Files that it imports are on other machines: they count as empty.
 * @throws CorefileError where CoreDNS would refuse it, whatever it imports
 */
export function readCorefile(text: string, environment: Environment = () => undefined): ServerBlock[] {
  return new Parser(tokensOf(text), environment).blocks();
}

/** A snippet that imports itself never ends; CoreDNS would hang. */
const MOST_IMPORTS = 1000;

/** White space as Go knows it. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let start = 1;
  let word = '';
  let comment = false;
  let quoted = false;
  let escaped = false;
  const end = () => {
    tokens.push({ text: word, line: start });
    word = '';
    quoted = false;
    // A comment that began within a word ends with it.
    comment = false;
  };
  for (const character of text.replace(/^\ufeff/, '')) {
    if (quoted) {
      if (!escaped && character === '\\') {
        escaped = true;
      } else if (!escaped && character === '"') {
        end();
      } else {
        if (character === '\n') {
          line++;
        }
        // Nothing but a quote can be escaped.
        word += escaped && character !== '"' ? `\\${character}` : character;
        escaped = false;
      }
    } else if (SPACE.test(character)) {
      if (character === '\r') {
        continue;
      }
      if (character === '\n') {
        line++;
        comment = false;
      }
      if (word !== '') {
        end();
      }
    } else if (comment || character === '#') {
      comment = true;
    } else if (word === '' && character === '"') {
      start = line;
      quoted = true;
    } else {
      if (word === '') {
        start = line;
      }
      word += character;
    }
  }
  if (word !== '') {
    end();
  }
  return tokens;
}

class Parser {
  private cursor = -1;
  private imports = 0;
  private readonly snippets = new Map<string, Token[]>();

  public constructor(private tokens: Token[], private readonly environment: Environment) {}

  public blocks(): ServerBlock[] {
    const blocks: ServerBlock[] = [];
    while (this.next()) {
      const block = this.block();
      if (block && block.keys.length > 0) {
        blocks.push(block);
      }
    }
    return blocks;
  }

  private block(): ServerBlock | undefined {
    const { keys, atEnd } = this.addresses();
    if (atEnd) {
      return { keys, directives: {} };
    }
    const [snippet] = keys;
    if (keys.length === 1 && snippet.startsWith('(') && snippet.endsWith(')')) {
      this.snippet(snippet.slice(1, -1));
      return undefined;
    }
    const braces = this.is('{');
    // A file with a single server needs no braces.
    if (!braces) {
      this.cursor--;
    }
    const directives = this.directives();
    if (braces && !this.is('}')) {
      throw this.error('"}" is missing');
    }
    return { keys, directives };
  }

  private addresses(): { keys: string[]; atEnd: boolean } {
    const keys: string[] = [];
    let another = false;
    for (;;) {
      const text = this.replaced(this.text);
      if (text === 'import' && this.startsLine()) {
        this.import();
        continue;
      }
      if (text === '{') {
        if (another) {
          throw this.error('an address is missing after ","');
        }
        return { keys, atEnd: false };
      }
      if (text !== '') {
        another = text.endsWith(',');
        keys.push(another ? text.slice(0, -1) : text);
      }
      const more = this.next();
      if (another && !more) {
        throw this.error('an address is missing after ","');
      }
      if (!more) {
        return { keys, atEnd: true };
      }
      if (!another && this.startsLine()) {
        return { keys, atEnd: false };
      }
    }
  }

  private snippet(name: string): void {
    if (this.snippets.has(name)) {
      throw this.error(`snippet ${name} is declared twice`);
    }
    if (!this.is('{')) {
      throw this.error('"{" is missing');
    }
    const tokens: Token[] = [];
    let depth = 1;
    while (this.next()) {
      if (this.text === '}' && --depth === 0) {
        break;
      }
      if (this.text === '{') {
        depth++;
      }
      tokens.push(this.tokens[this.cursor]);
    }
    if (depth !== 0) {
      throw this.error('"}" is missing');
    }
    this.snippets.set(name, tokens);
  }

  private directives(): { [name: string]: string[] } {
    const directives = new Map<string, string[]>();
    while (this.next()) {
      if (this.text === '}') {
        break;
      }
      if (this.text === 'import') {
        this.import();
        this.cursor--;
        continue;
      }
      this.directive(directives);
    }
    return Object.fromEntries(directives);
  }

  private directive(directives: Map<string, string[]>): void {
    const name = this.replaced(this.text);
    const words = directives.get(name) ?? [];
    directives.set(name, words);
    words.push(this.text);
    let depth = 0;
    while (this.next()) {
      if (this.is('{')) {
        depth++;
      } else if (depth === 0 && this.startsLine()) {
        this.cursor--;
        break;
      } else if (this.is('}')) {
        if (depth === 0) {
          throw this.error('a "}" that closes nothing');
        }
        depth--;
      } else if (this.text === 'import' && this.startsLine()) {
        this.import();
        this.cursor--;
        continue;
      }
      this.tokens[this.cursor] = { ...this.tokens[this.cursor], text: this.replaced(this.text) };
      words.push(this.text);
    }
    if (depth > 0) {
      throw this.error('"}" is missing');
    }
  }

  /** Puts a snippet in the place of the words that import it, and the cursor on its first word. */
  private import(): void {
    if (++this.imports > MOST_IMPORTS) {
      throw this.error('imports without end');
    }
    const argument = this.tokens[this.cursor + 1];
    if (!argument || !this.sameLine(this.cursor)) {
      throw this.error('import without a name');
    }
    const name = this.replaced(argument.text);
    if (name === '') {
      throw this.error('import without a name');
    }
    if (this.sameLine(this.cursor + 1)) {
      throw this.error('import of more than one name');
    }
    // An empty snippet counts as none to CoreDNS, which then looks for a file of its name.
    const inserted = this.snippets.get(name) ?? [];
    this.tokens = [...this.tokens.slice(0, this.cursor), ...inserted, ...this.tokens.slice(this.cursor + 2)];
  }

  private next(): boolean {
    if (this.cursor >= this.tokens.length - 1) {
      return false;
    }
    this.cursor++;
    return true;
  }

  private get text(): string {
    return this.tokens[this.cursor]?.text ?? '';
  }

  private is(text: string): boolean {
    return this.text === text;
  }

  /** Whether the word at the cursor is on a later line than the one before it. */
  private startsLine(): boolean {
    if (this.cursor < 1) {
      return true;
    }
    const [before, token] = [this.tokens[this.cursor - 1], this.tokens[this.cursor]];
    return token !== undefined && before.line + lineBreaks(before) < token.line;
  }

  private sameLine(at: number): boolean {
    const [token, after] = [this.tokens[at], this.tokens[at + 1]];
    return token !== undefined && after !== undefined && token.line + lineBreaks(token) === after.line;
  }

  private replaced(text: string): string {
    return this.withVariables(this.withVariables(text, '{%', '%}'), '{$', '}');
  }

  private withVariables(text: string, open: string, close: string): string {
    let replaced = text;
    for (let from = 0; ;) {
      const start = replaced.indexOf(open, from);
      const end = start < 0 ? -1 : replaced.indexOf(close, start);
      if (end < 0 || end <= start + open.length) {
        return replaced;
      }
      const reference = replaced.slice(start, end + close.length);
      const value = this.environment(reference.slice(open.length, -close.length));
      if (value === undefined) {
        from = end;
      } else {
        replaced = replaced.split(reference).join(value);
      }
    }
  }

  private error(what: string): CorefileError {
    return new CorefileError(`line ${this.tokens[Math.min(this.cursor, this.tokens.length - 1)]?.line ?? 1}: ${what}`);
  }
}

function lineBreaks({ text }: Token): number {
  return text.split('\n').length - 1;
}
