import type { VideoRefusal } from "../domain/videos/get-video";
import type { Problem } from "./problem";

/** What a client is told where a video can't be shown. */
export function videoProblem(refusal: VideoRefusal): Problem {
  switch (refusal.reason) {
    case "unknown-video":
      return { status: 404, detail: "There is no such video here; it may have been removed. Check the address." };
    case "sign-in-needed":
      return {
        status: 401,
        code: "unauthorized_request",
        detail: "This video isn't public: sign in to watch it.",
        headers: { "www-authenticate": "Bearer" },
      };
    case "forbidden":
      return { status: 403, detail: "This video is private: only its owner can watch it." };
  }
}
