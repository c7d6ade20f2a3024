import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { startInstance } from "../support/instance.ts";
import type { Instance } from "../support/instance.ts";
import { signInThroughPage } from "../support/journeys.ts";

describe("the administrator's page of federation", () => {
  let instance: Instance;
  let browser: { context: BrowserContext; close: () => Promise<void> };
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    instance = await startInstance();
    browser = await launchBrowser();
    page = await browser.context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && message.text().includes("Content Security Policy")) {
        problems.push(message.text());
      }
    });
  });

  afterAll(async () => {
    await browser?.close();
    await instance?.stop();
  });

  const shownTab = async () => await page.locator('[role="tab"][aria-selected="true"]').textContent();

  it("asks whoever is signed out to sign in, and is then in the administrator's menu", async () => {
    await page.goto(`${instance.url}/admin/follows`);
    await page.waitForURL((url) => url.pathname === "/login");
    await signInThroughPage(page, instance);
    await page.click("#user-menu summary");
    await page.click('#user-menu a[href="/admin/follows"]');
    await page.getByRole("tab", { name: "Following" }).waitFor();
    expect(await shownTab()).toBe("Following");
  });

  it("works by keyboard: tabs by arrows, a block by Enter, its end by a button", async () => {
    await page.getByRole("tab", { name: "Following" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await shownTab()).toBe("Followers");
    await page.keyboard.press("ArrowRight");
    expect(await shownTab()).toBe("Blocked");
    expect(new URL(page.url()).hash).toBe("#blocked");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Spam.example");
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "is blocked" }).waitFor();
    await page.getByText("spam.example", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Unblock spam.example" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("No instance is blocked").waitFor();
    await page.getByRole("tab", { name: "Blocked" }).focus();
    await page.keyboard.press("End");
    expect(await shownTab()).toBe("Deliveries");
    await page.keyboard.press("ArrowRight");
    expect(await shownTab()).toBe("Following");
  });

  it("says what can't be followed, and keeps what was written", async () => {
    await page.fill("#follow-targets", "no/host");
    await page.getByRole("button", { name: "Follow", exact: true }).click();
    await page.getByRole("alert").filter({ hasText: "«no/host» is no host" }).waitFor();
    expect(await page.inputValue("#follow-targets")).toBe("no/host");
  });

  it("rejects all followers only after it asked, and shows that following is off", async () => {
    await page.getByRole("tab", { name: "Followers" }).click();
    await page.getByRole("button", { name: "Reject all followers…" }).click();
    const dialog = page.getByRole("dialog", { name: "Reject all followers?" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("Instances may follow this one").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Reject all followers…" }).click();
    await dialog.getByRole("button", { name: "Reject all followers" }).click();
    await page.getByRole("status").filter({ hasText: "being rejected" }).waitFor();
    expect(await page.getByLabel("Instances may follow this one").isChecked()).toBe(false);
    expect(await page.getByLabel("Anybody may follow accounts and channels").isChecked()).toBe(false);
  });

  it("says when the instance can't be reached, and loads when it can again", async () => {
    await browser.context.route("**/api/v1/server/**", (route) => route.abort());
    await page.getByRole("tab", { name: "Deliveries" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "can’t be reached" }).first();
    await alert.waitFor();
    await browser.context.unroute("**/api/v1/server/**");
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Waiting deliveries").waitFor();
  });

  it("fits a narrow window, and broke no policy", async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    for (const name of ["Following", "Followers", "Blocked", "Deliveries"]) {
      const tab = page.getByRole("tab", { name });
      await tab.click();
      await page.waitForTimeout(200);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
      const box = await tab.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 999), name).toBeLessThanOrEqual(360);
    }
    expect(problems).toEqual([]);
  });

  it("lets a viewer subscribe to a channel and end it; signed out, tells how to follow from elsewhere", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${instance.url}/c/root_channel`);
    const button = page.locator(".subscribe button.when-signed-in");
    await button.and(page.locator(":enabled")).click();
    await button.and(page.locator('[aria-pressed="true"]:enabled')).click();
    await button.and(page.locator('[aria-pressed="false"]:enabled')).waitFor();
    const other = await launchBrowser();
    try {
      const signedOut = await other.context.newPage();
      await signedOut.goto(`${instance.url}/c/root_channel`);
      await signedOut.click(".subscribe summary");
      expect(await signedOut.textContent(".subscribe code")).toBe(`@root_channel@${new URL(instance.url).host}`);
    } finally {
      await other.close();
    }
  });
});
