import { readActorCollection, readActorDocument, type ActorCollection } from "../../../domain/documents/actors";
import { readRate } from "../../../domain/documents/videos";
import { INSTANCE_ACTOR, INSTANCE_ACTOR_ALIAS, INSTANCE_ACTOR_NAME, type LocalActor } from "../../../protocol/activitystreams/local-actors";
import type { Context, Route } from "../../route";
import { activityResponse, pageOf } from "./answer";

/** What a path's name means: accounts and the instance share theirs. */
function accountOf({ params }: Context): LocalActor {
  const name = params["handle"] ?? "";
  return [INSTANCE_ACTOR_NAME, INSTANCE_ACTOR_ALIAS].includes(name.toLowerCase()) ? INSTANCE_ACTOR : { kind: "account", name };
}

function channelOf({ params }: Context): LocalActor {
  return { kind: "channel", name: params["handle"] ?? "" };
}

function documentRoute(path: string, ...candidates: ((context: Context) => LocalActor)[]): Route {
  return {
    method: "GET",
    path,
    auth: "none",
    accept: "activity",
    handler: async (context) => {
      for (const candidate of candidates) {
        const document = await readActorDocument(context.deps, candidate(context));
        if (document !== undefined) {
          return activityResponse(document);
        }
      }
      return activityResponse(undefined);
    },
  };
}

const COLLECTIONS: ActorCollection[] = ["followers", "following", "outbox", "playlists"];

/** Collections have no page of their own, so whoever asks gets the document. */
function collectionRoutes(base: string, actorOf: (context: Context) => LocalActor): Route[] {
  return COLLECTIONS.map((name) => ({
    method: "GET",
    path: `${base}/:handle/${name}`,
    auth: "none",
    handler: async (context) => activityResponse(await readActorCollection(context.deps, actorOf(context), name, pageOf(context))),
  }));
}

function rateRoute(kind: "likes" | "dislikes"): Route {
  return {
    method: "GET",
    path: `/accounts/:handle/${kind}/:name`,
    auth: "none",
    handler: async ({ deps, params }) =>
      activityResponse(await readRate(deps, { accountName: params["handle"] ?? "", kind, name: params["name"] ?? "" })),
  };
}

export const activityActorRoutes: Route[] = [
  documentRoute("/accounts/:handle", accountOf),
  documentRoute("/video-channels/:handle", channelOf),
  documentRoute("/a/:handle", accountOf),
  documentRoute("/c/:handle", channelOf),
  documentRoute("/@:handle", accountOf, channelOf),
  ...collectionRoutes("/accounts", accountOf),
  ...collectionRoutes("/video-channels", channelOf),
  rateRoute("likes"),
  rateRoute("dislikes"),
];
