import { z } from "zod";

/** `POST /api/v1/server/actors/rotate-keys`: whose keys are replaced. */
export const rotateKeysSchema = z
  .strictObject({
    accountName: z.string().min(1).max(100).optional(),
    channelName: z.string().min(1).max(100).optional(),
    /** The instance's own actor. */
    instance: z.literal(true).optional(),
  })
  .refine(
    ({ accountName, channelName, instance }) => [accountName, channelName, instance].filter((given) => given !== undefined).length === 1,
    "name one actor: accountName, channelName or instance",
  );
export type RotateKeysFields = z.output<typeof rotateKeysSchema>;

/** What it answers. */
export interface RotatedKeys {
  actor: { url: string; publicKeyPem: string | null; rotatedAt: string };
}
