/**
 * What a Rust call's name stands for: functions of Windows under their own name, under one a `use` gives them, or under one
 * that an `extern` block declares for the linker.
 */
import type { Node } from 'web-tree-sitter';
import type { Allocator } from '../../tags/allocators';
import { calledAllocator } from '../calls/calls';
import type { RustPaths } from './rustPaths';

const LINKED = /#\[\s*link_name\s*=\s*"(\w+)"\s*\]\s*(?:pub(?:\([^)\n]*\))?\s+)?(?:(?:un)?safe\s+)?fn\s+(\w+)/g;

export class RustCallees {
  private readonly linked: ReadonlyMap<string, string>;

  constructor(
    text: string,
    private readonly paths: RustPaths,
  ) {
    this.linked = text.includes('link_name')
      ? new Map([...text.matchAll(LINKED)].map(([, name = '', alias = '']) => [alias, name]))
      : new Map();
  }

  allocator(name: Node, callee: Node): Allocator | undefined {
    const own = calledAllocator(name.text) ?? calledAllocator(this.linked.get(name.text) ?? '');
    if (own || callee.type !== 'identifier') return own;
    const alias = this.paths.aliasAt(name.text, name);
    return alias && calledAllocator(alias.segments.at(-1) ?? '');
  }
}
