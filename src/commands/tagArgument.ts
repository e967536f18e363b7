/**
 * The tag a command is given: by a link, a key binding, or the panel's context menu. Any of them may give anything. Pure.
 */

function isTag(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

/** A number, or an object that holds one as `tag`: what VS Code hands on from a webview's context menu. */
export function tagArgument(argument: unknown): number | undefined {
  if (isTag(argument)) return argument;
  if (typeof argument !== 'object' || argument === null || !('tag' in argument)) return undefined;
  return isTag(argument.tag) ? argument.tag : undefined;
}
