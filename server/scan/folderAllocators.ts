/**
 * Allocators that settings name, by the folder their setting holds for. Without a folder they hold everywhere.
 */
import type { NamedAllocator } from '../core/tags/namedAllocators';
import { isInside } from './files/paths';

export interface AllocatorsOfFolder {
  /** Absolute; absent: of the command line. */
  readonly folder?: string;
  readonly allocators: readonly NamedAllocator[];
}

/** Answers for one setup. */
export class FolderAllocators {
  constructor(private readonly all: readonly AllocatorsOfFolder[]) {}

  of(file: string): readonly NamedAllocator[] {
    return this.all
      .filter(({ folder }) => folder === undefined || isInside(folder, file))
      .flatMap(({ allocators }) => allocators);
  }
}
