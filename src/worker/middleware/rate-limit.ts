import { networkOf } from "../../protocol/network";

/** The client's network, for counting its failures; "unknown" where nothing says (an instance without Cloudflare's edge). */
export function clientNetworkOf(request: Request): string {
  const address = request.headers.get("cf-connecting-ip");
  return address === null ? "unknown" : networkOf(address);
}
