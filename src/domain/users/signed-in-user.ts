/** Who makes a request: the user of the bearer token, with the account that acts for them. */
export interface SignedInUser {
  id: number;
  username: string;
  role: UserRole;
  accountId: number;
  /** The token's row, so that a request can revoke it. */
  tokenId: number;
}

/** PeerTube's numbers. */
export const UserRole = { administrator: 0, moderator: 1, user: 2 } as const;
export type UserRole = (typeof UserRole)[keyof typeof UserRole];
