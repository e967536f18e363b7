/**
 * Local variables of a Rust function that is being evaluated, by block. A copy is made where it is not known which way it
 * goes; the copies are joined again.
 */
import { join, open, type Possible } from './rustData';

export class Frame {
  private scopes: Map<string, Possible>[];
  /** What `return` has given so far. */
  readonly returned: Possible[] = [];

  constructor(variables: Iterable<readonly [string, Possible]> = []) {
    this.scopes = [new Map(variables)];
  }

  get(name: string): Possible | undefined {
    return this.scopes.findLast((scope) => scope.has(name))?.get(name);
  }

  declare(name: string, value: Possible): void {
    this.scopes.at(-1)?.set(name, value);
  }

  /** False when there is no such variable. */
  assign(name: string, value: Possible): boolean {
    const scope = this.scopes.findLast((one) => one.has(name));
    scope?.set(name, value);
    return scope !== undefined;
  }

  enter(): void {
    this.scopes.push(new Map());
  }

  leave(): void {
    this.scopes.pop();
  }

  /** The variables as they are, to go back to. */
  save(): readonly ReadonlyMap<string, Possible>[] {
    return this.scopes.map((scope) => new Map(scope));
  }

  restore(saved: readonly ReadonlyMap<string, Possible>[]): void {
    this.scopes = saved.map((scope) => new Map(scope));
  }

  /** Variables as they may be after either of several ways. */
  joinAll(ways: readonly (readonly ReadonlyMap<string, Possible>[])[]): void {
    const [first, ...more] = ways;
    if (first === undefined) return;
    this.scopes = first.map((scope, at) => {
      const values = [...scope].map(([name, value]) => {
        const others = more.map((way) => way[at]?.get(name) ?? open('it has no value on some way'));
        return [name, join([value, ...others])] as const;
      });
      return new Map(values);
    });
  }
}

/** Evaluation met something whose effects it can't follow. */
export class NotFollowed extends Error {}
