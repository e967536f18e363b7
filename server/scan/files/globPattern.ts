/**
 * Globs of the setting poollens.scan.exclude over relative paths with forward slashes. Knows `*`, `?`, `**` and `{a,b}`,
 * as VS Code's own excludes do; no character classes. Not made into regular expressions: a workspace's settings may hold
 * a glob on which those take forever, while here a character costs at most one look at every place in the glob.
 */

/** What a place in the globs waits for. `end` is behind the last character of one of them. */
type Step =
  | { readonly kind: 'char'; readonly char: string }
  /** `?`, and `*` while `repeats`: any character but a slash. */
  | { readonly kind: 'name'; readonly repeats: boolean }
  /** `**`: any characters. */
  | { readonly kind: 'any' }
  /** Nothing, and on at either place. */
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'end' };

/** Longer globs are nobody's. */
const LONGEST_GLOB = 1000;

/** Steps of all globs, one behind the other. */
class Program {
  readonly steps: Step[] = [];
  readonly starts: number[] = [];

  add(glob: string): void {
    this.starts.push(this.steps.length);
    this.#glob(glob);
    this.steps.push({ kind: 'end' });
  }

  #glob(glob: string): void {
    for (let at = 0; at < glob.length; at += 1) {
      const char = glob.charAt(at);
      const close = char === '{' ? glob.indexOf('}', at) : -1;
      if (glob.startsWith('**/', at)) {
        // Nothing at all, or folders with the slash behind them.
        const next = this.steps.length;
        this.steps.push({ kind: 'fork', to: [next + 1, next + 3] }, { kind: 'any' }, { kind: 'char', char: '/' });
        at += 2;
      } else if (glob.startsWith('**', at)) {
        this.steps.push({ kind: 'any' });
        at += 1;
      } else if (char === '*' || char === '?') this.steps.push({ kind: 'name', repeats: char === '*' });
      else if (close > 0) {
        this.#choices(glob.slice(at + 1, close).split(','));
        at = close;
      } else this.steps.push({ kind: 'char', char });
    }
  }

  #choices(choices: readonly string[]): void {
    const fork = this.steps.length;
    this.steps.push({ kind: 'fork', to: [] });
    const starts: number[] = [];
    const leaves: number[] = [];
    for (const choice of choices) {
      starts.push(this.steps.length);
      this.#glob(choice);
      leaves.push(this.steps.length);
      this.steps.push({ kind: 'fork', to: [] });
    }
    this.steps[fork] = { kind: 'fork', to: starts };
    for (const leave of leaves) this.steps[leave] = { kind: 'fork', to: [this.steps.length] };
  }
}

/** The places at which a path stands, after each of its characters. */
class Places {
  readonly #marks: Uint32Array;
  #mark = 0;
  #now: number[] = [];

  constructor(private readonly steps: readonly Step[]) {
    this.#marks = new Uint32Array(steps.length);
  }

  /** Whether the path, or a folder above it, comes to the end of a glob. */
  match(starts: readonly number[], path: string): boolean {
    this.#begin();
    for (const start of starts) this.#enter(start);
    for (let at = 0; at < path.length; at += 1) {
      const char = path.charAt(at);
      if (char === '/' && this.#isAtEnd()) return true;
      const before = this.#now;
      if (before.length === 0) return false;
      this.#begin();
      for (const place of before) this.#advance(place, char);
    }
    return this.#isAtEnd();
  }

  #begin(): void {
    this.#mark += 1;
    this.#now = [];
  }

  #isAtEnd(): boolean {
    return this.#now.some((place) => this.steps[place]?.kind === 'end');
  }

  #advance(place: number, char: string): void {
    const step = this.steps[place];
    if (step === undefined) return;
    if (step.kind === 'char' && step.char === char) this.#enter(place + 1);
    else if (step.kind === 'any') this.#enter(place);
    else if (step.kind === 'name' && char !== '/') this.#enter(step.repeats ? place : place + 1);
  }

  /** Stands at a place, and at those that are reached from it without a character. */
  #enter(first: number): void {
    const open = [first];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const step = this.steps[place];
      if (step === undefined || this.#marks[place] === this.#mark) continue;
      this.#marks[place] = this.#mark;
      if (step.kind === 'fork') open.push(...step.to);
      else this.#now.push(place);
      if (step.kind === 'any' || (step.kind === 'name' && step.repeats)) open.push(place + 1);
    }
  }
}

/** Without `./` or slashes in front, and slashes behind. */
function withoutSlashes(glob: string): string {
  const text = glob.replace(/^\.?\/+/, '');
  let end = text.length;
  while (text.charAt(end - 1) === '/') end -= 1;
  return text.slice(0, end);
}

/** Says of a path relative to its root (forward slashes) whether one of the globs names it, or a folder above it. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const fold = (text: string): string => (process.platform === 'win32' ? text.toLowerCase() : text);
  const program = new Program();
  for (const glob of globs) {
    const wanted = glob.length > LONGEST_GLOB ? '' : withoutSlashes(glob.trim());
    if (wanted !== '') program.add(fold(wanted));
  }
  if (program.starts.length === 0) return () => false;
  const places = new Places(program.steps);
  return (path) => places.match(program.starts, fold(path));
}
