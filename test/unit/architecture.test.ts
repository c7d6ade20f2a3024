import { describe, expect, it } from "vitest";
import { checkImports, findForbiddenImports } from "../../scripts/lib/import-rules.ts";
import { inProject } from "../../scripts/lib/project.ts";

describe("the arrows between the folders of src", () => {
  it("are kept by every file", () => {
    expect(checkImports(inProject("src"))).toEqual([]);
  });

  it.each([
    ["worker/routes/api/v1/videos.ts", `import { Upload } from "../../../../durable-objects/upload";`],
    ["worker/routes/api/v1/videos.ts", `import { videos } from "../../../../storage/d1/videos";`],
    ["durable-objects/upload.ts", `import type { Context } from "../worker/route";`],
    ["queue-consumers/media.ts", `export { Upload } from "../durable-objects/upload";`],
    ["domain/videos/publish.ts", `import { jsonResponse } from "../../worker/route";`],
    ["storage/d1/videos.ts", `import { ok } from "../../domain/result";`],
    ["protocol/paths.ts", `import { videos } from "../contract/video";`],
    ["protocol/torrent.ts", `import { createHash } from "node:crypto";`],
    ["client/entries/watch.tsx", `const videos = await import("../../domain/videos");`],
    ["domain/videos/list.ts", `import { eq } from "drizzle-orm";`],
  ])("%s may not have %s", (file, source) => {
    expect(findForbiddenImports(file, source)).toHaveLength(1);
  });

  it.each([
    ["worker/index.ts", `export { Upload } from "../durable-objects/upload";`],
    ["worker/deps.ts", `import { openDatabase } from "../storage/d1/database";`],
    ["domain/videos/list.ts", `import { listVideos } from "../../storage/d1/videos";\nimport { paths } from "../../protocol/paths";`],
    ["client/entries/watch.tsx", `import type { Video } from "../../contract/video";\nimport { render } from "preact";`],
  ])("%s may have %s", (file, source) => {
    expect(findForbiddenImports(file, source)).toEqual([]);
  });
});
