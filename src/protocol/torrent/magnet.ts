export interface MagnetParts {
  /** 40 hex digits. */
  infoHash: string;
  displayName: string;
  trackers: string[];
  /** Whole addresses of the file's bytes. */
  webSeeds: string[];
  /** Where the `.torrent` file is. */
  torrentUrl: string;
}

/** A magnet URI (BEP 9, with `ws` of BEP 19 and `xs`, the exact source): any title and address come back as they went in. */
export function magnetUri(parts: MagnetParts): string {
  const parameters = [
    `xt=urn:btih:${parts.infoHash}`,
    `dn=${escape(parts.displayName)}`,
    ...parts.trackers.map((tracker) => `tr=${escape(tracker)}`),
    ...parts.webSeeds.map((webSeed) => `ws=${escape(webSeed)}`),
    `xs=${escape(parts.torrentUrl)}`,
  ];
  return `magnet:?${parameters.join("&")}`;
}

/** Half of a surrogate pair, which a title cut in the middle can end in, makes encodeURIComponent throw. */
function escape(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
