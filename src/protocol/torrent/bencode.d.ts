// The package ships no types; only what we use is described.
declare module "bencode" {
  export type Bencodable = string | number | Uint8Array | Bencodable[] | { [key: string]: Bencodable | undefined };

  const bencode: {
    /** Keys are sorted; undefined values are left out. */
    encode(data: Bencodable): Uint8Array<ArrayBuffer>;
    /** Strings come back as bytes. Throws on what isn't bencode. */
    decode(data: Uint8Array): unknown;
  };
  export default bencode;
}
