/** What a connection may still send: tokens, refilled as time passes. */
export interface TokenBucket {
  tokens: number;
  /** Milliseconds since 1970. */
  filledAt: number;
}

/** A client announces each torrent every two minutes and answers the offers it is sent: a handful of messages a second at worst. */
const CAPACITY = 120;
const TOKENS_PER_SECOND = 5;

export function createTokenBucket(now: number): TokenBucket {
  return { tokens: CAPACITY, filledAt: now };
}

/** Takes a token, or tells that there is none. */
export function takeToken(bucket: TokenBucket, now: number): boolean {
  const elapsed = Math.max(0, now - bucket.filledAt) / 1000;
  bucket.tokens = Math.min(CAPACITY, bucket.tokens + elapsed * TOKENS_PER_SECOND);
  bucket.filledAt = now;
  if (bucket.tokens < 1) {
    return false;
  }
  bucket.tokens -= 1;
  return true;
}

/** WebSocket close codes (RFC 6455, 7.4.1, and IANA's registry). */
export const CloseCode = {
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
  tooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
} as const;
