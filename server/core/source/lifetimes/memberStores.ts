/**
 * Places in a text where members are given something, found before it is tokenized: names and what stands around them.
 * Knows neither types nor values; a comment counts as text.
 */
export interface MemberStore {
  readonly name: string;
  readonly offset: number;
  readonly isAddress: boolean;
  /** The name stands by itself: a member only in a method of its class. */
  readonly isBare: boolean;
}

const MOST_STORES = 5_000;

/** Places where one of these members is assigned something but null, or its address is taken. Comments count. */
export function memberStores(text: string, names: ReadonlySet<string>): MemberStore[] {
  const found: MemberStore[] = [];
  const list = [...names].map(escapedName).join('|');
  if (list === '') return found;
  const add = (match: RegExpExecArray, isAddress: boolean): void => {
    const [all, access = '', name = ''] = match;
    const isBare = access === '';
    found.push({ name, offset: match.index + all.indexOf(name, all.indexOf(access)), isAddress, isBare });
  };
  const stores = `(?:(->|\\.)\\s*|(?<![\\w$>.]))(${list})(?![\\w$])(?:\\s*\\[[^\\]\\n]*\\])?\\s*=(?!=)\\s*(?!(?:NULL|nullptr|0)\\s*[;,)])`;
  for (const match of text.matchAll(new RegExp(stores, 'g'))) {
    add(match, false);
    if (found.length > MOST_STORES) return found;
  }
  const addresses = `(?<!&)&\\s*\\(?(?:[\\w>.\\[\\]()-]{0,80}(->|\\.))?(${list})(?![\\w$])(?!\\s*(?:->|\\.|\\[|\\())`;
  for (const match of text.matchAll(new RegExp(addresses, 'g'))) {
    add(match, true);
    if (found.length > MOST_STORES) return found;
  }
  return found;
}

/** A name inside a regular expression. */
export function escapedName(name: string): string {
  return name.replaceAll('$', '\\$');
}
