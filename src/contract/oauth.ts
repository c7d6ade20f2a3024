import { z } from "zod";

// Signing in as PeerTube's clients do (OAuth 2's password and refresh grants). Field names are OAuth's.

/** `GET /api/v1/oauth-clients/local` */
export interface OAuthClient {
  client_id: string;
  client_secret: string;
}

/** The form of `POST /api/v1/users/token`; which fields a grant needs is for the route to say, in OAuth's words. */
export const tokenRequestSchema = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  grant_type: z.string().optional(),
  username: z.string().trim().optional(),
  password: z.string().optional(),
  refresh_token: z.string().optional(),
});
export type TokenRequest = z.output<typeof tokenRequestSchema>;

/** What `POST /api/v1/users/token` answers; lifetimes in seconds. */
export interface TokenResponse {
  token_type: "Bearer";
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_token_expires_in: number;
}
