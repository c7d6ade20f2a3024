import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { canonize } from "../../../src/protocol/jsonld/canonize";
import { actorProblems, videoProblems } from "../../support/peertube-validator";
import { ORIGIN, readJson, request, setUpInstance } from "../users/support";
import { seedVideoRows } from "../videos/seed";

type Json = Record<string, unknown>;

const AS_ACTIVITY = { headers: { accept: "application/activity+json, application/ld+json" } };
const AS_PAGE = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

async function fetchDocument(path: string): Promise<Json> {
  const response = await request(path, AS_ACTIVITY);
  expect(response.status, path).toBe(200);
  expect(response.headers.get("content-type"), path).toBe("application/activity+json; charset=utf-8");
  expect(response.headers.get("access-control-allow-origin"), path).toBe("*");
  expect(response.headers.get("vary"), path).toContain("accept");
  return await readJson<Json>(response);
}

beforeEach(setUpInstance);

describe("actors", () => {
  it.each([
    ["/accounts/root", "Person", "root"],
    ["/a/root", "Person", "root"],
    ["/@root", "Person", "root"],
    ["/accounts/ROOT", "Person", "root"],
    ["/video-channels/root_channel", "Group", "root_channel"],
    ["/c/root_channel", "Group", "root_channel"],
    ["/@root_channel", "Group", "root_channel"],
    ["/accounts/peertube", "Application", "peertube"],
    ["/accounts/edgetube", "Application", "peertube"],
  ])("%s is a %s", async (path, type, preferredUsername) => {
    const actor = await fetchDocument(path);
    expect(actor).toMatchObject({
      type,
      preferredUsername,
      id: `${ORIGIN}/${type === "Group" ? "video-channels" : "accounts"}/${preferredUsername}`,
    });
    expect(actorProblems(actor)).toEqual([]);
    expect(await canonize(actor)).not.toBe("");
  });

  it("have the same keys each time, and each its own", async () => {
    const keyOf = async (path: string) => (await fetchDocument(path))["publicKey"];
    expect(await keyOf("/accounts/root")).toEqual(await keyOf("/accounts/root"));
    expect(await keyOf("/accounts/root")).not.toEqual(await keyOf("/accounts/peertube"));
  });

  it("that aren't there are 404, a browser gets the page, and neither finds the other's kind", async () => {
    expect((await request("/accounts/nobody", AS_ACTIVITY)).status).toBe(404);
    expect((await request("/accounts/root_channel", AS_ACTIVITY)).status).toBe(404);
    expect((await request("/video-channels/root", AS_ACTIVITY)).status).toBe(404);
    const page = await request("/a/root", AS_PAGE);
    expect(page.headers.get("content-type")).toContain("text/html");
    expect((await request("/a/root", { headers: { accept: "*/*" } })).headers.get("content-type")).toContain("text/html");
  });

  it.each(["/accounts/root", "/video-channels/root_channel", "/accounts/peertube"])("%s has its collections", async (path) => {
    for (const name of ["followers", "following", "outbox", "playlists"]) {
      expect(await fetchDocument(`${path}/${name}`)).toMatchObject({
        id: `${ORIGIN}${path}/${name}`,
        type: "OrderedCollection",
        totalItems: 0,
      });
      expect(await fetchDocument(`${path}/${name}?page=1`)).toMatchObject({
        type: "OrderedCollectionPage",
        orderedItems: [],
        totalItems: 0,
      });
    }
  });

  it.each(["0", "-1", "x", "1.5", "99999999", "1&size=51", "1&size=0", "1&size=x"])("a page %s is refused", async (page) => {
    expect((await request(`/accounts/root/outbox?page=${page}`, AS_ACTIVITY)).status).toBe(400);
  });
});

describe("videos", () => {
  it("are documents that a PeerTube takes, at every address of theirs", async () => {
    const { uuid, id } = await seedVideoRows({ tags: ["one", "two"], category: 15, language: "en", description: "A description" });
    const video = await fetchDocument(`/videos/watch/${uuid}`);
    expect(videoProblems(video)).toEqual([]);
    expect(video).toMatchObject({ id: `${ORIGIN}/videos/watch/${uuid}`, uuid, name: "A video", duration: "PT30S" });
    expect(await canonize(video)).not.toBe("");
    expect(await fetchDocument(`/videos/${id}`)).toEqual(video);
    const page = await request(`/videos/watch/${uuid}`, AS_PAGE);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  it("have collections that answer, as PeerTube needs them to", async () => {
    const { uuid } = await seedVideoRows();
    for (const name of ["likes", "dislikes", "comments"]) {
      expect(await fetchDocument(`/videos/watch/${uuid}/${name}`)).toMatchObject({ type: "OrderedCollection", totalItems: 0 });
    }
    const announces = await fetchDocument(`/videos/watch/${uuid}/announces?page=1`);
    expect(announces).toMatchObject({ totalItems: 2 });
    for (const announce of announces["orderedItems"] as string[]) {
      expect(await fetchDocument(announce.slice(ORIGIN.length))).toMatchObject({
        type: "Announce",
        id: announce,
        object: `${ORIGIN}/videos/watch/${uuid}`,
      });
    }
    expect(await fetchDocument(`/videos/watch/${uuid}/chapters`)).toMatchObject({ hasPart: [] });
    expect(await fetchDocument(`/videos/watch/${uuid}/activity`)).toMatchObject({ type: "Create", actor: `${ORIGIN}/accounts/root` });
  });

  it("that aren't for everybody are hidden with all that hangs on them; unlisted ones are shown to who knows them", async () => {
    const hidden = await seedVideoRows({ privacy: 3 });
    for (const end of ["", "/likes", "/comments", "/chapters", "/activity", "/announces/1"]) {
      expect((await request(`/videos/watch/${hidden.uuid}${end}`, AS_ACTIVITY)).status, end).toBe(401);
    }
    const unlisted = await seedVideoRows({ privacy: 2 });
    expect(await fetchDocument(`/videos/watch/${unlisted.uuid}`)).toMatchObject({ uuid: unlisted.uuid });
    expect((await request("/videos/watch/0b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c11", AS_ACTIVITY)).status).toBe(404);
  });

  it("of elsewhere are found where they are", async () => {
    const { uuid } = await seedVideoRows();
    await env.DB.prepare("UPDATE videos SET url = ? WHERE uuid = ?").bind("https://other.example/videos/watch/1", uuid).run();
    const response = await request(`/videos/watch/${uuid}`, { ...AS_ACTIVITY, redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://other.example/videos/watch/1");
  });
});

describe("WebFinger", () => {
  const HOST = "edgetube.test";
  it.each([
    [`acct:root@${HOST}`, "/accounts/root"],
    [`acct:@root@${HOST}`, "/accounts/root"],
    [`acct:ROOT@${HOST.toUpperCase()}`, "/accounts/root"],
    [`acct:root_channel@${HOST}`, "/video-channels/root_channel"],
    [`acct:peertube@${HOST}`, "/accounts/peertube"],
    [`acct:edgetube@${HOST}`, "/accounts/peertube"],
    [`acct:${HOST}@${HOST}`, "/accounts/peertube"],
    [`${ORIGIN}/accounts/root`, "/accounts/root"],
    [`${ORIGIN}/video-channels/root_channel`, "/video-channels/root_channel"],
    [`${ORIGIN}/a/root`, "/accounts/root"],
    [`${ORIGIN}/c/root_channel`, "/video-channels/root_channel"],
    [`${ORIGIN}/`, "/accounts/peertube"],
  ])("finds %s", async (resource, path) => {
    // PeerTube asks without escapes.
    for (const query of [resource, encodeURIComponent(resource)]) {
      const response = await request(`/.well-known/webfinger?resource=${query}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toContain("application/jrd+json");
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      const { links } = await readJson<{ links: { rel: string; type: string; href: string }[] }>(response);
      expect(links.find(({ rel }) => rel === "self")).toEqual({ rel: "self", type: "application/activity+json", href: ORIGIN + path });
    }
  });

  it.each([
    ["", 400],
    ["?resource=", 400],
    ["?resource=root", 400],
    ["?resource=acct:root", 400],
    [`?resource=acct:${"a".repeat(3000)}@edgetube.test`, 400],
    ["?resource=acct:nobody@edgetube.test", 404],
    ["?resource=acct:root@elsewhere.example", 404],
    ["?resource=https://elsewhere.example/accounts/root", 404],
    ["?resource=http://edgetube.test/api/v1/config", 404],
    ["?resource=ftp://edgetube.test/accounts/root", 400],
  ])("answers %s with %i", async (query, status) => {
    expect((await request(`/.well-known/webfinger${query}`)).status).toBe(status);
  });

  it("is named by host-meta", async () => {
    const response = await request("/.well-known/host-meta");
    expect(await response.text()).toContain(`${ORIGIN}/.well-known/webfinger?resource={uri}`);
  });
});

describe("NodeInfo", () => {
  it("leads to both versions and to the instance's actor", async () => {
    const { links } = await readJson<{ links: { rel: string; href: string }[] }>(await request("/.well-known/nodeinfo"));
    expect(links.find(({ rel }) => rel === "https://www.w3.org/ns/activitystreams#Application")?.href).toBe(`${ORIGIN}/accounts/peertube`);
    for (const version of ["2.0", "2.1"]) {
      const link = links.find(({ rel }) => rel.endsWith(`/${version}`));
      const document = await readJson<Json>(await request(link?.href.slice(ORIGIN.length) ?? ""));
      expect(document).toMatchObject({ version, software: { name: "edgetube" }, protocols: ["activitypub"] });
    }
  });
});
