declare module "parse-torrent" {
  export interface ParsedTorrent {
    infoHash: string;
    name: string;
    announce: string[];
    urlList: string[];
    length: number;
    pieceLength: number;
    lastPieceLength: number;
    pieces: string[];
    comment?: string;
    created?: Date;
    xs?: string;
  }
  export default function parseTorrent(torrent: string | Uint8Array): Promise<ParsedTorrent>;
}
