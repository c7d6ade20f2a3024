import { rateVideoSchema, type MyRating, type RatingName } from "../../../../../contract/rate";
import { getRating, setRate, type Rating } from "../../../../../domain/rates/set-rate";
import { parseBody } from "../../../../middleware/validation";
import { jsonResponse, userOf, type Context, type Route } from "../../../../route";
import { watchableVideo } from "../../../../watchable-video";

const NUMBERS: Record<RatingName, Rating> = { like: 1, dislike: -1, none: 0 };
const NAMES: Record<Rating, RatingName> = { 1: "like", [-1]: "dislike", 0: "none" };

async function rate(context: Context): Promise<Response> {
  const { deps, request } = context;
  const { rating } = await parseBody(rateVideoSchema, request);
  const { video } = await watchableVideo(context);
  await setRate(deps, { accountId: userOf(context).accountId, videoId: video.id, rating: NUMBERS[rating], saidAt: deps.now() });
  return new Response(null, { status: 204 });
}

async function getMyRating(context: Context): Promise<Response> {
  const { video } = await watchableVideo(context);
  const rating = await getRating(context.deps, { accountId: userOf(context).accountId, videoId: video.id });
  const body: MyRating = { videoId: video.id, rating: NAMES[rating] };
  return jsonResponse(body, { headers: { "cache-control": "no-store" } });
}

export const rateRoutes: Route[] = [
  { method: "PUT", path: "/api/v1/videos/:id/rate", auth: "required", handler: rate },
  { method: "GET", path: "/api/v1/users/me/videos/:id/rating", auth: "required", handler: getMyRating },
];
