/**
 * What CMake's folders hand down: macros and include folders of a CMakeLists hold in those below it, whose own come last
 * and win. Over project files' plain values; reads nothing.
 */
import { isInside } from '../files/paths';
import { joinFlags, type CompileFlags } from './compileFlags';
import type { Project } from './projectFile';

/** Each project with what the folders above it hand down. */
export function withFoldersAbove(projects: readonly Project[]): Project[] {
  const above = projects.filter(handsDown);
  if (above.length === 0) return [...projects];
  return projects.map((project) => {
    if (project.folderFlags === undefined || project.flags === undefined) return project;
    const outer = above
      .filter((one) => one.folder !== project.folder && isInside(one.folder, project.folder))
      .sort((a, b) => a.folder.length - b.folder.length);
    return outer.length === 0 ? project : inherit(project, outer);
  });
}

function handsDown({ folderFlags, folderIncludes }: Project): boolean {
  const { first = [], last = [] } = folderIncludes ?? {};
  return Object.keys(folderFlags?.defines ?? {}).length + first.length + last.length > 0;
}

/** `outer` from the outermost on. */
function inherit(project: Project, outer: readonly Project[]): Project {
  const { flags, flagsOf, folderIncludes, includeFolders } = project;
  const inherited = joinFlags(outer.flatMap((one) => one.folderFlags ?? [])).defines;
  const add = (own: CompileFlags): CompileFlags => ({
    ...own,
    defines: { ...Object.fromEntries(inherited), ...own.defines },
  });
  const ofSources = Object.entries(flagsOf ?? {}).map(([source, own]) => [source, add(own)] as const);
  const { first = [], last = [] } = folderIncludes ?? {};
  const folders = new Set([...first, ...last]);
  return {
    ...project,
    ...(flags && { flags: add(flags) }),
    flagsOf: Object.fromEntries(ofSources),
    includeFolders: [
      ...includeFolders.filter((folder) => !folders.has(folder)),
      ...first,
      ...outer.flatMap((one) => one.folderIncludes?.first ?? []).reverse(),
      ...outer.flatMap((one) => one.folderIncludes?.last ?? []),
      ...last,
    ],
  };
}
