/**
 * Which declaration of a name holds where: the innermost of the blocks around a token that have one. Takes its steps by
 * the declarations around, not by all: generated functions declare the same name in thousands of blocks.
 */
import type { LocalDeclaration } from './localScopes';

/** A declaration, with the one that held in front of it. */
interface Link {
  readonly declaration: LocalDeclaration;
  readonly outer: Link | undefined;
}

export class MeantLocals {
  private readonly links: readonly Link[];

  /** Declarations of one name, ascending. */
  constructor(declarations: readonly LocalDeclaration[]) {
    const links: Link[] = [];
    for (const declaration of declarations)
      links.push({ declaration, outer: stillHolding(links.at(-1), declaration.at) });
    this.links = links;
  }

  /** The last declaration at or in front of the token at `at` that still holds there. */
  at(at: number): LocalDeclaration | undefined {
    let low = 0;
    let high = this.links.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.links[middle]?.declaration.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return stillHolding(this.links[low - 1], at)?.declaration;
  }
}

function stillHolding(link: Link | undefined, at: number): Link | undefined {
  while (link !== undefined && link.declaration.end < at) link = link.outer;
  return link;
}
