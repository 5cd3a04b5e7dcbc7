import { Token, tokensOf } from './corefile-lexer';
import { CurrentContentError } from './current-content';

/**
 * Returns the value of an environment variable. For undefined, a reference to the variable stays as it is: the environment of
 * CoreDNS is usually unknown where a Corefile is read.
 */
export type Environment = (name: string) => string | undefined;

/** Limit for references to variables in one word. Each one can change the whole word. */
const MAX_VARIABLES = 100;

/** Position in the words of a Corefile. */
export class CorefileCursor {
  private readonly before: Token[] = [];
  private current?: Token;
  /** Words after the cursor, the last one first: a word is taken from the end, and the words of an import are put there. */
  private readonly after: Token[];

  public constructor(text: string, private readonly environment: Environment) {
    this.after = tokensOf(text).reverse();
  }

  /** Word at the cursor; undefined outside of the text. */
  public get token(): Token | undefined {
    return this.current;
  }

  /** Text of the word at the cursor; empty outside of the text. */
  public get text(): string {
    return this.current?.text ?? '';
  }

  /** Whether the word at the cursor has this text. */
  public isAt(text: string): boolean {
    return this.text === text;
  }

  /** Moves to the next word, and returns whether there is one. */
  public next(): boolean {
    const next = this.after.pop();
    if (next === undefined) {
      return false;
    }
    if (this.current !== undefined) {
      this.before.push(this.current);
    }
    this.current = next;
    return true;
  }

  /** Moves back, so that `next` reads the word at the cursor again. */
  public back(): void {
    if (this.current !== undefined) {
      this.after.push(this.current);
    }
    this.current = this.before.pop();
  }

  /** Whether the word at the cursor is on a later line than the word before it. */
  public startsLine(): boolean {
    const before = this.before[this.before.length - 1];
    return before === undefined || (this.current !== undefined && lastLineOf(before) < this.current.line);
  }

  /** The words after the cursor that stand in its line, up to a number of words. */
  public restOfLine(maximum: number): Token[] {
    const rest: Token[] = [];
    let last = this.current;
    while (rest.length < maximum) {
      const token = this.after[this.after.length - 1 - rest.length];
      if (last === undefined || token === undefined || lastLineOf(last) !== token.line) {
        break;
      }
      rest.push(token);
      last = token;
    }
    return rest;
  }

  /** Puts other words in the place of the word at the cursor and the word after it. The cursor is then on the first of them. */
  public replaceTwo(tokens: Token[]): void {
    this.after.pop();
    for (let i = tokens.length - 1; i >= 0; i--) {
      this.after.push(tokens[i]);
    }
    this.current = this.after.pop();
  }

  /** Puts the values of environment variables into the word at the cursor. */
  public expand(): void {
    if (this.current !== undefined) {
      this.current = { ...this.current, text: this.expanded(this.text) };
    }
  }

  /** Returns a text with the values of environment variables in the place of `{%NAME%}` and `{$NAME}`. */
  public expanded(text: string): string {
    return this.withVariables(this.withVariables(text, '{%', '%}'), '{$', '}');
  }

  /** Returns an error that names the line of the cursor. */
  public error(reason: string, found?: string): CurrentContentError {
    const line = (this.current ?? this.before[this.before.length - 1])?.line ?? 1;
    return new CurrentContentError(`line ${line}: ${reason}`, found);
  }

  private withVariables(text: string, open: string, close: string): string {
    let expanded = text;
    let from = 0;
    for (let count = 0; ; count++) {
      const start = expanded.indexOf(open, from);
      const end = start < 0 ? -1 : expanded.indexOf(close, start);
      if (end < 0 || end <= start + open.length) {
        return expanded;
      }
      if (count === MAX_VARIABLES) {
        throw this.error(`a word with more than ${MAX_VARIABLES} variables`);
      }
      const reference = expanded.slice(start, end + close.length);
      const value = this.environment(reference.slice(open.length, -close.length));
      if (value === undefined) {
        from = end;
      } else {
        expanded = expanded.split(reference).join(value);
      }
    }
  }
}

/** Line that a word ends in: a word in quotes can have several lines. */
function lastLineOf({ text, line }: Token): number {
  return line + text.split('\n').length - 1;
}
