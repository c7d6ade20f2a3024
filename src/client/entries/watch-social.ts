import { enableComments } from "../comments/comments";
import { enableRating } from "../comments/rating";

// What viewers say under a video. The page shows it before and without this.

enableComments();
enableRating();
