// SPDX-License-Identifier: Apache-2.0
//
// The pages as a browser shows them and as people use them. One line a check, "PASS" or "FAIL".

import { createRequire } from "node:module";

const require = createRequire(process.env.SIGNPOST_MODULES + "/");
const { chromium } = require("playwright-core");
const AxeBuilder = require("@axe-core/playwright").default;

const web = process.env.SIGNPOST_WEB;
const shots = process.env.SIGNPOST_SHOTS;
let passed = 0;
let failed = 0;

const check = (title, wrong) => {
  if (wrong) {
    failed += 1;
    console.log(`FAIL ${title}: ${wrong}`);
  } else {
    passed += 1;
    console.log(`PASS ${title}`);
  }
};

const browser = await chromium.launch({
  executablePath: process.env.SIGNPOST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});

// A page that notes what goes wrong in it. The browser itself tells of a 4xx on its console.
const open = async (options, path) => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10000);
  const page = await context.newPage();
  const wrongs = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text()))
      wrongs.push(message.text());
  });
  page.on("pageerror", (error) => wrongs.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(web)) wrongs.push(`asks for ${request.url()}`);
  });
  if (path) await page.goto(web + path);
  return { page, wrongs, close: () => context.close() };
};

const violations = async (page) => {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map((one) => `${one.id} at ${one.nodes.map((node) => node.target).join(", ")}`);
};

// What stands out of the paper, unless it can be scrolled by itself.
const overflow = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    return wide > innerWidth ? [`${wide} pixels wide`] : [];
  });

const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
const looks = [["phone", "light"], ["desk", "dark"]];
const pages = [
  ["home", ""], ["codes", "codes"], ["code", "codes/422"], ["live", "codes/301"],
  ["wire", "codes/400"], ["unregistered", "codes/299"], ["pair", "compare/301/422"],
  ["turned", "compare/422/301"], ["facts", "compare/180/606"], ["search", "search?q=busy"],
  ["term", "headers/Min-SE"], ["terms", "headers"], ["cause", "causes/17"],
  ["found", "search?q=Min-SE"], ["nothing", "search?q=xyzzyxyzzy"], ["missing", "codes/bussy", 404],
];

const look = async (at, language, name, path, status) => {
  const { size, scheme } = at;
  at.wrongs.length = 0;
  const answer = await at.page.goto(web + (language === "ko" ? "/ko" + (path && "/") : "/") + path);
  const wrongs = [...at.wrongs, ...(await violations(at.page)), ...(await overflow(at.page))];
  if (answer.status() !== status) wrongs.push(`status ${answer.status()}`);
  if ((await at.page.getAttribute("html", "lang")) !== language) wrongs.push("its language");
  check(`${name}, ${language}, ${size}, ${scheme}`, wrongs.join("; "));
  if (shots)
    await at.page.screenshot({
      path: `${shots}/${name}-${language}-${size}-${scheme}.png`, fullPage: true });
};

for (const [size, scheme] of looks) {
  const at = await open({ viewport: sizes[size], colorScheme: scheme });
  for (const language of ["en", "ko"])
    for (const [name, path, status] of pages)
      await look({ ...at, size, scheme }, language, name, path, status ?? 200);
  await at.close();
}

// Each of these does what somebody does, and answers what is wrong.
const acts = {
  "suggestions are offered for what is typed wrongly, and the arrows choose": async () => {
    const at = await open({ viewport: sizes.desk }, "/");
    const field = at.page.locator("input[name=q]");
    await field.pressSequentially("sesion intervl");
    await at.page.locator(".suggestions li", { hasText: "422" }).first().waitFor();
    if (shots) await at.page.screenshot({ path: `${shots}/suggestions.png` });
    const wrongs = await violations(at.page);
    await field.press("ArrowDown");
    await field.press("Enter");
    await at.page.waitForURL(/\/codes\/422$/);
    await at.close();
    return [...wrongs, ...at.wrongs].join("; ");
  },
  "suggestions in Korean lead to pages in Korean, by a click": async () => {
    const at = await open({ viewport: sizes.phone, hasTouch: true }, "/ko/codes/486");
    await at.page.locator("input[name=q]").pressSequentially("영구");
    await at.page.locator(".suggestions li", { hasText: "301" }).click();
    await at.page.waitForURL(/\/ko\/codes\/301$/);
    await at.close();
    return at.wrongs.join("; ");
  },
  "Escape closes the suggestions, and Enter searches": async () => {
    const at = await open({ viewport: sizes.desk }, "/codes");
    const field = at.page.locator("input[name=q]");
    await field.pressSequentially("busy");
    await at.page.locator(".suggestions li").first().waitFor();
    await field.press("Escape");
    if (await at.page.getByRole("listbox").isVisible()) return "it is still open";
    await field.press("Enter");
    await at.page.waitForURL(/\/search\?q=busy$/);
    await at.close();
    return at.wrongs.join("; ");
  },
  "a search works without a script": async () => {
    const at = await open({ javaScriptEnabled: false }, "/ko");
    await at.page.locator("input[name=q]").fill("통화중");
    await at.page.locator("form.search button").click();
    await at.page.waitForURL(/\/ko\/search\?q=/);
    const found = await at.page.locator(".hits li").first().textContent();
    await at.close();
    return found.includes("486") ? "" : found;
  },
  "two codes are compared from the page of one": async () => {
    const at = await open({ javaScriptEnabled: false }, "/codes/422");
    await at.page.locator("select[name=b]").selectOption("423");
    await at.page.locator("form.compare button").click();
    await at.page.waitForURL(/\/compare\/422\/423$/);
    await at.close();
    return at.wrongs.join("; ");
  },
  "the link to the other language is the same page": async () => {
    const at = await open({}, "/compare/301/422");
    await at.page.getByRole("link", { name: "한국어" }).click();
    await at.page.waitForURL(/\/ko\/compare\/301\/422$/);
    await at.page.getByRole("link", { name: "English" }).click();
    await at.page.waitForURL(/\/compare\/301\/422$/);
    await at.close();
    return at.wrongs.join("; ");
  },
  "who likes Korean better is told, and stays": async () => {
    const at = await open({ locale: "ko-KR" }, "/codes/422");
    const hint = await at.page.locator(".hint").textContent();
    await at.close();
    return hint.includes("한국어") ? "" : hint;
  },
  "all codes can be walked through by their neighbours": async () => {
    const at = await open({}, "/codes/100");
    let count = 1;
    for (; count < 200 && (await at.page.locator(".next a").count()) > 0; count++)
      await at.page.locator(".next a").click();
    await at.close();
    return count === 75 && at.wrongs.length === 0 ? "" : `${count} pages; ${at.wrongs.join("; ")}`;
  },
  "a transaction opens and shows its ladder": async () => {
    const at = await open({ viewport: sizes.desk }, "/codes/301");
    const ladders = at.page.locator("#here svg");
    if ((await ladders.count()) === 0) return "no ladder";
    const label = await ladders.first().getAttribute("aria-label");
    await at.close();
    return label.includes("301 Moved Permanently") ? "" : label;
  },
  "on paper there is no way to go": async () => {
    const at = await open({ viewport: { width: 794, height: 1123 } }, "/codes/422");
    await at.page.emulateMedia({ media: "print" });
    if (shots) await at.page.pdf({ path: `${shots}/print.pdf`, format: "A4" });
    const seen = await at.page.locator("header, form, .neighbours").filter({ visible: true }).count();
    const wide = await overflow(at.page);
    await at.close();
    return seen > 0 ? `${seen} of them` : wide.join("; ");
  },
  "every link of the first pages leads somewhere": async () => {
    const at = await open({}, "/");
    const wrongs = [];
    for (const path of ["/", "/codes", "/codes/301", "/ko/causes", "/headers/Contact", "/compare/301/422", "/ko", "/search?q=timer"]) {
      await at.page.goto(web + path);
      const links = await at.page.locator("a[href], link[href]").evaluateAll((all) =>
        all.map((one) => one.href));
      for (const link of new Set(links.filter((one) => one.startsWith(web)))) {
        const answer = await at.page.request.get(link, { maxRedirects: 0 });
        if (answer.status() !== 200) wrongs.push(`${path}: ${link} is ${answer.status()}`);
      }
    }
    await at.close();
    return wrongs.join("; ");
  },
};

for (const [title, act] of Object.entries(acts)) {
  try {
    check(title, await act());
  } catch (error) {
    check(title, error.message.split("\n")[0]);
  }
}

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
