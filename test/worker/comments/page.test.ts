import { beforeEach, describe, expect, it } from "vitest";
import { storeRemoteComment } from "../../../src/domain/comments/store-comment";
import { call, seedRemoteAccount, setCommentsPolicy, setUpPeople, type Person } from "../social/support";
import { request, testDeps } from "../users/support";
import { seedVideoRows } from "../videos/seed";

let root: Person;
let alice: Person;
let video: { id: number; uuid: string };

beforeEach(async () => {
  ({ root, alice } = await setUpPeople());
  video = await seedVideoRows();
});

async function page(as?: Person): Promise<{ response: Response; html: string }> {
  const response = await request(`/w/${video.uuid}`, { headers: { accept: "text/html", ...as?.headers } });
  const html = await response.text();
  return { response, html: html.slice(html.indexOf('id="comments"'), html.indexOf('id="video-details"')) };
}

async function post(as: Person, text: string): Promise<void> {
  const { status } = await call("POST", `/api/v1/videos/${video.uuid}/comment-threads`, { as, json: { text } });
  expect(status).toBe(200);
}

describe("the comments on a video's page", () => {
  it("are none at first", async () => {
    expect((await page()).html).toContain("No comments yet");
  });

  it("are the newest first, with what answers them, and their markup is what Markdown allows", async () => {
    await post(alice, "first **bold** <script>alert(1)</script> [x](javascript:alert)");
    await post(root, "second");
    const accountId = await seedRemoteAccount("rita");
    const remote = { url: "https://elsewhere.test/c/1", videoId: video.id, accountId, inReplyToId: 1, threadId: 1 };
    await storeRemoteComment(testDeps(), { ...remote, html: "<p>from <em>elsewhere</em></p>", saidAt: 1, createdAt: 1, updatedAt: 1 });
    const { html } = await page();
    expect(html.indexOf("second")).toBeLessThan(html.indexOf("first"));
    expect(html).toContain("<strong>bold</strong> &lt;script&gt;");
    expect(html).not.toContain('href="javascript:');
    expect(html.slice(html.indexOf("thread-replies"))).toContain("<p>from <em>elsewhere</em></p>");
    expect(html).toContain('href="/a/rita@elsewhere.test"');
    expect(html).toContain("3 comments");
  });

  it("that wait are for the owner and their author, whose page nobody else may keep", async () => {
    await setCommentsPolicy(video.id, 3);
    await post(alice, "may I?");
    expect((await page()).html).not.toContain("may I?");
    for (const as of [alice, root]) {
      const { response, html } = await page(as);
      expect(html).toContain("may I?");
      expect(html).toContain("Waits for approval");
      expect(response.headers.get("cache-control")).toBe("private, no-store");
    }
  });

  it("say so where they are switched off", async () => {
    await setCommentsPolicy(video.id, 2);
    const { html } = await page();
    expect(html).toContain("Comments are switched off");
    expect(html).not.toContain("comment-form");
  });
});
