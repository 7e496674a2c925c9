import { launch, open } from "./lib/browser.mjs";
const browser = await launch();
const { context, page } = await open(browser, "http://127.0.0.1:8399");
await page.goto("/sign-in"); await page.getByRole("button", { name: /^GP/ }).click(); await page.waitForURL((a)=>!a.pathname.startsWith("/sign-in"));
for (const scope of ["practice%3AJ83001", "region%3Aall"]) for (const p of ["", "/conditions","/segments","/frailty","/funnel"]) {
  const t = performance.now(); const r = await page.request.get(`http://127.0.0.1:8399/staff/population${p}?scope=${scope}`); const ms = performance.now()-t;
  const text = await r.text(); console.log(scope, p, r.status(), ms.toFixed(0)+" ms", text.length, (text.match(/<strong>([^<]*people on[^<]*)</)||[])[1]);
}
if (process.argv[2]) for (const p of ["", "/conditions","/segments","/frailty","/funnel"]) for (const w of [390,1280]) { await page.setViewportSize({width:w,height:900}); await page.goto("/staff/population"+p+"?scope=region%3Aall"); if (p==="/frailty") await page.waitForTimeout(2500); await page.screenshot({path:`/tmp/pictures/big${p.replace("/","-")}-${w}.png`, fullPage:true}); }
await browser.close();
