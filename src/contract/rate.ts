import { z } from "zod";

export const RATINGS = ["like", "dislike", "none"] as const;
export type RatingName = (typeof RATINGS)[number];

/** `PUT /api/v1/videos/{id}/rate` */
export const rateVideoSchema = z.object({ rating: z.enum(RATINGS, "must be like, dislike or none") });

/** `GET /api/v1/users/me/videos/{id}/rating` */
export interface MyRating {
  videoId: number;
  rating: RatingName;
}
