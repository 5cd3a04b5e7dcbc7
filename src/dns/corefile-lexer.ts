/** Word of a Corefile. */
export interface Token {
  readonly text: string;
  /** Number of the line that the word starts in. */
  readonly line: number;
}

/** White space as the Go function `unicode.IsSpace` defines it. */
const WHITE_SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/**
 * Splits a Corefile into words, as the lexer of CoreDNS does: a quote that is never closed hides the rest of the text, and "#"
 * begins a comment even in the middle of a word.
 */
export function tokensOf(text: string): Token[] {
  const lexer = new Lexer();
  for (const character of text.replace(/^\ufeff/, '')) {
    lexer.read(character);
  }
  return lexer.end();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private line = 1;
  private startLine = 1;
  private word = '';
  private inComment = false;
  private inQuotes = false;
  private isEscaped = false;

  public read(character: string): void {
    if (this.inQuotes) {
      this.readQuoted(character);
    } else if (WHITE_SPACE.test(character)) {
      this.readWhiteSpace(character);
    } else if (this.inComment || character === '#') {
      this.inComment = true;
    } else {
      this.readPlain(character);
    }
  }

  public end(): Token[] {
    if (this.word !== '') {
      this.endWord();
    }
    return this.tokens;
  }

  private readQuoted(character: string): void {
    if (!this.isEscaped && character === '\\') {
      this.isEscaped = true;
      return;
    }
    if (!this.isEscaped && character === '"') {
      this.endWord();
      return;
    }
    this.countLine(character);
    // A backslash escapes quotes only. Before any other character it stands for itself.
    this.word += this.isEscaped && character !== '"' ? `\\${character}` : character;
    this.isEscaped = false;
  }

  private readWhiteSpace(character: string): void {
    // CoreDNS drops carriage returns, even in the middle of a word.
    if (character === '\r') {
      return;
    }
    this.countLine(character);
    if (character === '\n') {
      this.inComment = false;
    }
    if (this.word !== '') {
      this.endWord();
    }
  }

  private readPlain(character: string): void {
    if (this.word === '') {
      this.startLine = this.line;
      if (character === '"') {
        this.inQuotes = true;
        return;
      }
    }
    this.word += character;
  }

  private countLine(character: string): void {
    if (character === '\n') {
      this.line++;
    }
  }

  private endWord(): void {
    this.tokens.push({ text: this.word, line: this.startLine });
    this.word = '';
    this.inQuotes = false;
    // A comment that began within a word ends with the word.
    this.inComment = false;
  }
}
