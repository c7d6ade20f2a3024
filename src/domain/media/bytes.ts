export function startsWith(bytes: Uint8Array, at: number, expected: number[]): boolean {
  return expected.every((byte, index) => bytes[at + index] === byte);
}

export function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
