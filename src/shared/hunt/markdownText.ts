/**
 * Text as Markdown that shows it as it is: of GitHub's, VS Code's and plain CommonMark. Only what would be markup gets a
 * backslash, so that the raw report can be read too. Pure; for one line that begins a list item, heading or cell.
 */

/** What could end the line, hide in it or turn its direction. */
export function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '\ufffd');
}

export function markdownText(text: string): string {
  return (
    withoutControls(text)
      .replace(/[\\`*[\]#|~<>&$@]/g, '\\$&')
      // Between letters or digits it is no emphasis, and names of files are full of it.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
      // What is taken for a link without any brackets.
      .replace(/\/(?=\/)/g, '/\\')
      .replace(/\bwww(?=\.)/gi, '$&\\')
      .replace(/\b(?:mailto|xmpp)(?=:)/gi, '$&\\')
      // What begins a list or a line across the page, where it stands first.
      .replace(/^[-+=]/, '\\$&')
      .replace(/^(\d+)(?=[.)])/, '$1\\')
      // Four blanks would begin a block of code.
      .replace(/^ /, '&#32;')
  );
}
