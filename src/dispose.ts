/**
 * Ownership of listeners and other things that must be let go. Every listener of ours is added to one such list.
 */
import type { Disposable } from 'vscode';

/** Disposes of its items once, last first; an item added afterwards is disposed of at once. */
export class DisposableList implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.disposed = true;
    while (this.items.length > 0) this.items.pop()?.dispose();
  }
}
