/**
 * Rust's integer types by name, those of Windows' bindings among them, and how values and their bytes fit them.
 */
export interface IntegerType {
  readonly bits: number;
  readonly signed: boolean;
}

const WORDS: Readonly<Record<string, string>> = {
  usize: 'u64',
  isize: 'i64',
  char: 'u32',
  ULONG: 'u32',
  DWORD: 'u32',
  UINT: 'u32',
  UINT32: 'u32',
  c_ulong: 'u32',
  c_uint: 'u32',
  LONG: 'i32',
  INT: 'i32',
  INT32: 'i32',
  NTSTATUS: 'i32',
  c_long: 'i32',
  c_int: 'i32',
  UCHAR: 'u8',
  BYTE: 'u8',
  UINT8: 'u8',
  c_uchar: 'u8',
  CHAR: 'i8',
  c_char: 'i8',
  USHORT: 'u16',
  WORD: 'u16',
  UINT16: 'u16',
  WCHAR: 'u16',
  c_ushort: 'u16',
  SHORT: 'i16',
  ULONG64: 'u64',
  ULONGLONG: 'u64',
  UINT64: 'u64',
  DWORD64: 'u64',
  SIZE_T: 'u64',
  ULONG_PTR: 'u64',
  UINT_PTR: 'u64',
  POOL_FLAGS: 'u64',
  c_ulonglong: 'u64',
  LONGLONG: 'i64',
  LONG64: 'i64',
  c_longlong: 'i64',
};

/** The integer type of a name, also of those that the bindings of Windows give them; undefined for other types. */
export function integerType(name: string): IntegerType | undefined {
  const word = name.split('::').at(-1) ?? name;
  const match = /^([iu])(8|16|32|64|128)$/.exec(Object.hasOwn(WORDS, word) ? (WORDS[word] ?? '') : word);
  return match ? { bits: Number(match[2]), signed: match[1] === 'i' } : undefined;
}

/** A value cut to a type, as `as` does it. */
export function cut(value: bigint, { bits, signed }: IntegerType): bigint {
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

/** The bytes of a number, lowest first. */
export function bytesOfInteger(value: bigint, bits: number): number[] {
  return Array.from({ length: bits / 8 }, (_, at) => Number((BigInt.asUintN(bits, value) >> BigInt(8 * at)) & 0xffn));
}

export function fromLittle(bytes: readonly number[]): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
