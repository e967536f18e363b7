/**
 * Which projects of a scan have been read to their end: counts files, knows nothing of what is found in them.
 */

/** Files of a scan that are still to be read, by their projects. */
export class ProjectProgress {
  readonly #left = new Map<string, number>();

  /** `linkedTo`: projects that share names with one; the same from both ends. */
  constructor(private readonly linkedTo: (project: string) => readonly string[]) {}

  /** One more file of the project is to be read. */
  expect(project: string): void {
    this.#left.set(project, (this.#left.get(project) ?? 0) + 1);
  }

  /** One of its files was read. Gives the projects that now know all their files, and those of all they share names with. */
  done(project: string): string[] {
    const left = (this.#left.get(project) ?? 0) - 1;
    this.#left.set(project, left);
    if (left > 0) return [];
    return [project, ...this.linkedTo(project)].filter((key) => this.#isComplete(key));
  }

  #isComplete(project: string): boolean {
    return [project, ...this.linkedTo(project)].every((key) => (this.#left.get(key) ?? 0) <= 0);
  }
}
