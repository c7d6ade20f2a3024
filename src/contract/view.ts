import { z } from "zod";

/** Parts of a video that were watched, in seconds. */
const sectionSchema = z
  .object({ start: z.number().nonnegative(), end: z.number().nonnegative() })
  .refine(({ start, end }) => end >= start, "ends before it begins");
export type WatchedSection = z.output<typeof sectionSchema>;

/** `POST /api/v1/videos/{id}/views` */
export const viewSchema = z.object({
  /** Seconds from the start: where the viewer is. */
  currentTime: z.coerce.number("must be seconds").nonnegative("must not be negative"),
  /** The viewer jumped there. */
  viewEvent: z.enum(["seek"]).nullish(),
  /** One per page: two people of one network are two viewers. */
  sessionId: z.string().max(100).nullish(),
  /** Ours, sent at the end: what was watched. */
  watchedSections: z.array(sectionSchema).max(200).optional(),
});
export type ViewFields = z.output<typeof viewSchema>;
